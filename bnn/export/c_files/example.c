/* Classifies images with the network in network.h. Each image is 784 bytes on standard input: 28 rows of 28 pixels, 255 for
 * ink and 0 for the background. The program prints one line for each image: its class, and then the score of every class.
 * If the input ends within an image, or is empty, the program says so and returns 1.
 *
 *   cc -std=c99 -O2 example.c engine.c -o example && ./example < images.bin
 */
#include <stdio.h>

#include "network.h"

/* The input and the output of one layer. The network needs no other memory except the stack. */
static uint32_t buffers[2][ONEBIT_BUFFER_WORDS];

/* Fills `scores` with the score of each class, and returns the class with the highest score. */
static int classify(const uint8_t *pixels, float *scores) {
  int32_t sums[ONEBIT_NUM_CLASSES];
  int best = 0;
  onebit_input(pixels, onebit_pixel_thresholds, ONEBIT_NUM_PIXEL_THRESHOLDS, buffers[0]);
  for (int i = 0; i < ONEBIT_NUM_LAYERS - 1; i++) onebit_layer_bits(&onebit_layers[i], buffers[i % 2], buffers[(i + 1) % 2]);
  onebit_layer_sums(&onebit_layers[ONEBIT_NUM_LAYERS - 1], buffers[(ONEBIT_NUM_LAYERS - 1) % 2], sums);
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) {
    scores[i] = (float)sums[i] * onebit_scale[i] + onebit_offset[i];
    if (scores[i] > scores[best]) best = i;
  }
  return best;
}

int main(void) {
  uint8_t pixels[ONEBIT_PIXELS];
  float scores[ONEBIT_NUM_CLASSES];
  size_t num_bytes;
  long num_images = 0;
  while ((num_bytes = fread(pixels, 1, sizeof pixels, stdin)) == sizeof pixels) {
    num_images++;
    printf("%s", onebit_class_names[classify(pixels, scores)]);
    for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) printf(" %.6g", (double)scores[i]);
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
