/* Classifies images with the network in network.h. Each image is 784 bytes on standard input: 28 rows of 28 pixels, 255 for
 * ink and 0 for the background. The program prints one line for each image: its class, and then the probability of every class.
 * If the input ends within an image, or is empty, the program says so and returns 1.
 *
 *   cc -std=c99 -O2 example.c engine.c -lm -o example && ./example < images.bin
 */
#include <math.h>
#include <stdio.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "network.h"

/* `buffers` holds the input and the output of one layer, and `slanted` the image at which the network looks. These two and
 * `pixels` in `main`, the image itself, are the only static variables that change. The other variables are on the stack:
 * about 0.6 kB, plus 12 bytes for each class. `fread` and `printf` need more. */
static uint32_t buffers[2][ONEBIT_BUFFER_WORDS];
static uint8_t slanted[ONEBIT_PIXELS];

/* The images that the network reads, by their slants: each row moves by this many 1/256 pixels relative to the row above. */
static const int slants[] = ONEBIT_SLANTS;
enum { NUM_LOOKS = sizeof slants / sizeof slants[0] };

static int32_t pixel_at(const uint8_t *row, int32_t column) {
  return column < 0 || column >= ONEBIT_SIDE ? 0 : row[column];
}

/* Fills `slanted` with the image, slanted. The pixels between two places are interpolated. */
static void slant_image(const uint8_t *pixels, int32_t slant) {
  for (int32_t y = 0; y < ONEBIT_SIDE; y++) {
    /* The move of the row in 1/512 pixels. The margin keeps the dividend positive, because C rounds towards 0. */
    const int32_t margin = 512L * ONEBIT_SIDE, move = slant * (2 * y - (ONEBIT_SIDE - 1)) + margin;
    const int32_t whole = move / 512 - ONEBIT_SIDE, part = move % 512;
    const uint8_t *row = pixels + ONEBIT_SIDE * y;
    for (int32_t x = 0; x < ONEBIT_SIDE; x++) {
      const int32_t left = pixel_at(row, x + whole), right = pixel_at(row, x + whole + 1);
      slanted[ONEBIT_SIDE * y + x] = (uint8_t)((left * (512 - part) + right * part + 256) / 512);
    }
  }
}

/* Fills `probabilities` with the probability of each class, after one look at the image. */
static void look(const uint8_t *pixels, float *probabilities) {
  int32_t sums[ONEBIT_NUM_CLASSES];
  float highest = -INFINITY, total = 0;
  onebit_input(pixels, onebit_pixel_thresholds, ONEBIT_NUM_PIXEL_THRESHOLDS, buffers[0]);
  for (int i = 0; i < ONEBIT_NUM_LAYERS - 1; i++) onebit_layer_bits(&onebit_layers[i], buffers[i % 2], buffers[(i + 1) % 2]);
  onebit_layer_sums(&onebit_layers[ONEBIT_NUM_LAYERS - 1], buffers[(ONEBIT_NUM_LAYERS - 1) % 2], sums);
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) {
    probabilities[i] = ((float)sums[i] * onebit_scale[i] + onebit_offset[i]) / ONEBIT_TEMPERATURE;
    if (probabilities[i] > highest) highest = probabilities[i];
  }
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) total += probabilities[i] = expf(probabilities[i] - highest);
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) probabilities[i] /= total;
}

/* Fills `means` with the probability of each class, the mean of all looks, and returns the most probable class. */
static int classify(const uint8_t *pixels, float *means) {
  float probabilities[ONEBIT_NUM_CLASSES];
  int best = 0;
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) means[i] = 0;
  for (int k = 0; k < NUM_LOOKS; k++) {
    slant_image(pixels, slants[k]);
    look(slanted, probabilities);
    for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) means[i] += probabilities[i] / NUM_LOOKS;
  }
  for (int i = 1; i < ONEBIT_NUM_CLASSES; i++)
    if (means[i] > means[best]) best = i;
  return best;
}

int main(void) {
  static uint8_t pixels[ONEBIT_PIXELS];
  float probabilities[ONEBIT_NUM_CLASSES];
  size_t num_bytes;
  long num_images = 0;
#ifdef _WIN32
  /* Otherwise, Windows takes the input for text, which ends at a byte 26. */
  _setmode(_fileno(stdin), _O_BINARY);
#endif
  while ((num_bytes = fread(pixels, 1, sizeof pixels, stdin)) == sizeof pixels) {
    num_images++;
    printf("%s", onebit_class_names[classify(pixels, probabilities)]);
    for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) printf(" %.6g", (double)probabilities[i]);
    printf("\n");
  }
  if (num_bytes == 0 && num_images > 0) return 0;
  if (num_bytes == 0) {
    fprintf(stderr, "example: the input is empty, but an image is %d bytes\n", ONEBIT_PIXELS);
    return 1;
  }
  fprintf(stderr, "example: an image is %d bytes, but the input ends %d bytes after image %ld\n", ONEBIT_PIXELS,
          (int)num_bytes, num_images);
  return 1;
}
