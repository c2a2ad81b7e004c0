"""Numba kernels that draw pen paths and shrink images.

Another engine gets the same pixels if it repeats these IEEE operations in the same order.
"""

import numpy as np

from bnn.recipes.layers import IMAGE_SIDE
from bnn.system.jit import compiled

# The longer side of the digit in its image, in pixels.
BOX = 20.0
# Where a digit's centre of mass is put, in x and y. The mean centre of mass of MNIST's 60,000 training images
# is (14.007, 13.996), which is pixel 14 and not the image's middle, 13.5.
CENTRE = 14.0
# Width of the pen in pixels of the digit's image. It was chosen to match MNIST. Medians of MNIST's training
# images and of drawings with this pen are: 2.36 and 2.37 for ink area / length of the skeleton; 2.58 and 2.49
# for 2 * area / perimeter; 99.9 and 98.8 pixels for the area.
PEN_WIDTH = 2.4
# Smallest size for scaling, in canvas pixels. A smaller path, such as a tap of the pen, is scaled as if its
# longer side had this length.
MINIMUM_SIDE = 16.0


@compiled
def squared_distances(
    points: np.ndarray, ends: np.ndarray, width: int, height: int, reach: float, nearest: np.ndarray
) -> None:
    """Fills `nearest` with each pixel's squared distance to the path.

    Args:
        points: (n, 2) float64, x and y of all strokes.
        ends: (num_strokes,) int64, where each stroke ends in `points`.
        width: width of the image.
        height: height of the image.
        reach: the largest distance of interest. Beyond it, results may be too large.
        nearest: (height, width) float64; is overwritten.
    """
    nearest[:, :] = np.inf
    first = 0
    for end in ends:
        for i in range(first, end):
            j = i + 1 if i + 1 < end else i
            # The last point of a stroke begins no segment, unless the stroke is only this point.
            if i == j and i != first:
                continue
            ax, ay = points[i, 0], points[i, 1]
            dx, dy = points[j, 0] - ax, points[j, 1] - ay
            length2 = dx * dx + dy * dy
            left = max(0, int(np.ceil(min(ax, ax + dx) - reach)))
            right = min(width - 1, int(np.floor(max(ax, ax + dx) + reach)))
            top = max(0, int(np.ceil(min(ay, ay + dy) - reach)))
            bottom = min(height - 1, int(np.floor(max(ay, ay + dy) + reach)))
            for y in range(top, bottom + 1):
                for x in range(left, right + 1):
                    px, py = x - ax, y - ay
                    t = 0.0
                    if length2 > 0.0:
                        t = min(1.0, max(0.0, (px * dx + py * dy) / length2))
                    ex, ey = px - t * dx, py - t * dy
                    d2 = ex * ex + ey * ey
                    nearest[y, x] = min(nearest[y, x], d2)
        first = end


@compiled
def draw_path(points: np.ndarray, ends: np.ndarray, pen_width: float, image: np.ndarray) -> None:
    """Draws the path into `image`, (height, width) uint8, with anti-aliased edges: ink 255 on 0."""
    height, width = image.shape
    reach = pen_width / 2 + 0.5
    nearest = np.empty((height, width))
    squared_distances(points, ends, width, height, reach, nearest)
    for y in range(height):
        for x in range(width):
            coverage = min(1.0, max(0.0, reach - np.sqrt(nearest[y, x])))
            image[y, x] = int(np.floor(255.0 * coverage + 0.5))


@compiled
def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Returns x and y of the centre of mass of an image, (height, width) uint8; sums are integers."""
    mass, sum_x, sum_y = 0, 0, 0
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            mass += image[y, x]
            sum_x += x * image[y, x]
            sum_y += y * image[y, x]
    return sum_x / mass, sum_y / mass


@compiled
def fit_and_draw(
    points: np.ndarray, ends: np.ndarray, pen_width: float, minimum_side: float, image: np.ndarray
) -> None:
    """Draws the path into `image`, scaled and centred as MNIST's digits are.

    Args:
        points: (n, 2) float64, x and y of all strokes.
        ends: (num_strokes,) int64, where each stroke ends in `points`.
        pen_width: width of the pen, in pixels of the image.
        minimum_side: smallest size for scaling. If the longer side of a path is shorter than this, the path
            is scaled as if that side had this length.
        image: (28, 28) uint8; is overwritten.
    """
    x0, x1, y0, y1 = points[:, 0].min(), points[:, 0].max(), points[:, 1].min(), points[:, 1].max()
    scale = (BOX - pen_width) / max(x1 - x0, y1 - y0, minimum_side)
    half_width, half_height = (x1 - x0) * scale / 2, (y1 - y0) * scale / 2
    fitted = np.empty_like(points)
    for i in range(len(points)):
        fitted[i, 0] = (points[i, 0] - x0) * scale - half_width + CENTRE
        fitted[i, 1] = (points[i, 1] - y0) * scale - half_height + CENTRE
    draw_path(fitted, ends, pen_width, image)
    mass_x, mass_y = centre_of_mass(image)
    # The edges of the image are at -0.5 and 27.5. The shift must not move ink outside.
    low, high = CENTRE + 0.5 - pen_width / 2, IMAGE_SIDE - 0.5 - CENTRE - pen_width / 2
    shift_x = min(max(CENTRE - mass_x, half_width - low), high - half_width)
    shift_y = min(max(CENTRE - mass_y, half_height - low), high - half_height)
    for i in range(len(points)):
        fitted[i, 0] += shift_x
        fitted[i, 1] += shift_y
    draw_path(fitted, ends, pen_width, image)


def shrunk(image: np.ndarray, max_side: int) -> np.ndarray:
    """Returns the image, shrunk by `box_average` if its longer side is longer than `max_side`."""
    side = max(image.shape)
    if side <= max_side:
        return image
    return box_average(image, *(max(1, n * max_side // side) for n in image.shape))


@compiled
def box_average(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Returns the image shrunk to (height, width) uint8.

    Each pixel of the result is the average of the part of `image` that it covers, computed exactly, in
    integers, then rounded half up and limited to 0 to 255. `image` may have negative values.
    """
    h, w = image.shape
    out = np.empty((height, width), np.uint8)
    # -(-a // b) is a / b, rounded up.
    for i in range(height):
        for j in range(width):
            total = 0
            for y in range(i * h // height, -(-(i + 1) * h // height)):
                rows = min((i + 1) * h, (y + 1) * height) - max(i * h, y * height)
                for x in range(j * w // width, -(-(j + 1) * w // width)):
                    columns = min((j + 1) * w, (x + 1) * width) - max(j * w, x * width)
                    total += rows * columns * image[y, x]
            out[i, j] = min(max((2 * total + h * w) // (2 * h * w), 0), 255)
    return out
