/* Turns pen strokes into a 28x28 digit, with the same operations on IEEE doubles in the same order as
 * bnn/drawing/preprocessing.py. Compile with -ffp-contract=off: fused products and sums would round differently. */
#include "browser.h"

static const double BOX = 20.0, CENTRE = 14.0, PEN_WIDTH = 2.4, MINIMUM_SIDE = 16.0;

static double smaller(double a, double b) { return a < b ? a : b; }
static double larger(double a, double b) { return a > b ? a : b; }
static double clamped(double v, double low, double high) { return smaller(larger(v, low), high); }

/* These two return the first and the last pixel of a row or column within the distance `reach` of the interval from a to b. */
static int32_t first_pixel(double a, double b, double reach) {
  return (int32_t)larger(0.0, __builtin_ceil(smaller(a, b) - reach));
}
static int32_t last_pixel(double a, double b, double reach) {
  return (int32_t)smaller(ONEBIT_SIDE - 1.0, __builtin_floor(larger(a, b) + reach));
}

/* Lowers `nearest`, the squared distance of each pixel to the path, where the segment from a to b is nearer. Pixels
 * farther away than `reach` may be left out. */
static void add_segment(const double *a, const double *b, double reach, double *nearest) {
  const double dx = b[0] - a[0], dy = b[1] - a[1], length2 = dx * dx + dy * dy;
  const int32_t left = first_pixel(a[0], a[0] + dx, reach), right = last_pixel(a[0], a[0] + dx, reach);
  const int32_t top = first_pixel(a[1], a[1] + dy, reach), bottom = last_pixel(a[1], a[1] + dy, reach);
  for (int32_t y = top; y <= bottom; y++)
    for (int32_t x = left; x <= right; x++) {
      const double px = x - a[0], py = y - a[1];
      const double t = length2 > 0.0 ? smaller(1.0, larger(0.0, (px * dx + py * dy) / length2)) : 0.0;
      const double ex = px - t * dx, ey = py - t * dy, d2 = ex * ex + ey * ey;
      if (d2 < nearest[y * ONEBIT_SIDE + x]) nearest[y * ONEBIT_SIDE + x] = d2;
    }
}

/* Fills `pixels` with the path, ink 255 on 0. */
static void draw_path(const double *points, const int32_t *ends, int32_t num_strokes, double *nearest,
                      uint8_t *pixels) {
  const double reach = PEN_WIDTH / 2 + 0.5;
  for (int32_t i = 0; i < ONEBIT_PIXELS; i++) nearest[i] = 1e300;
  int32_t first = 0;
  for (int32_t stroke = 0; stroke < num_strokes; stroke++) {
    /* A stroke of one point is a dot, which is a segment of length 0. */
    if (ends[stroke] - first == 1) add_segment(points + 2 * first, points + 2 * first, reach, nearest);
    for (int32_t i = first; i + 1 < ends[stroke]; i++) add_segment(points + 2 * i, points + 2 * i + 2, reach, nearest);
    first = ends[stroke];
  }
  for (int32_t i = 0; i < ONEBIT_PIXELS; i++)
    pixels[i] = (uint8_t)__builtin_floor(255.0 * clamped(reach - __builtin_sqrt(nearest[i]), 0.0, 1.0) + 0.5);
}

/* Returns the shift along one axis that moves the centre of mass to CENTRE, limited so that the ink stays inside. */
static double shift(int64_t moments, int64_t mass, double half_extent) {
  const double space_before = CENTRE + 0.5 - PEN_WIDTH / 2, space_after = ONEBIT_SIDE - 0.5 - CENTRE - PEN_WIDTH / 2;
  const double wanted = CENTRE - (double)moments / (double)mass;
  return clamped(wanted, half_extent - space_before, space_after - half_extent);
}

void onebit_digit_from_strokes(double *points, int32_t num_points, const int32_t *ends, int32_t num_strokes,
                               double *nearest, uint8_t *pixels) {
  double x0 = points[0], x1 = points[0], y0 = points[1], y1 = points[1];
  for (int32_t i = 1; i < num_points; i++) {
    x0 = smaller(x0, points[2 * i]), x1 = larger(x1, points[2 * i]);
    y0 = smaller(y0, points[2 * i + 1]), y1 = larger(y1, points[2 * i + 1]);
  }
  const double scale = (BOX - PEN_WIDTH) / larger(larger(x1 - x0, y1 - y0), MINIMUM_SIDE);
  const double half_width = (x1 - x0) * scale / 2, half_height = (y1 - y0) * scale / 2;
  for (int32_t i = 0; i < num_points; i++) {
    points[2 * i] = (points[2 * i] - x0) * scale - half_width + CENTRE;
    points[2 * i + 1] = (points[2 * i + 1] - y0) * scale - half_height + CENTRE;
  }
  draw_path(points, ends, num_strokes, nearest, pixels);
  int64_t mass = 0, moments_x = 0, moments_y = 0;
  for (int32_t i = 0; i < ONEBIT_PIXELS; i++) {
    mass += pixels[i], moments_x += i % ONEBIT_SIDE * pixels[i], moments_y += i / ONEBIT_SIDE * pixels[i];
  }
  const double shift_x = shift(moments_x, mass, half_width), shift_y = shift(moments_y, mass, half_height);
  for (int32_t i = 0; i < num_points; i++) points[2 * i] += shift_x, points[2 * i + 1] += shift_y;
  draw_path(points, ends, num_strokes, nearest, pixels);
}
