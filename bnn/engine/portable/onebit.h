/* The portable engine: a packed binary network and the way from pen strokes to a 28x28 digit, in C99.
 *
 * No library, no allocation, no global state: the caller gives all memory. What it computes is what
 * bnn/engine/kernels.py and bnn/drawing/ compute, bit for bit; tests/unit/engine/portable/ compares them.
 */
#ifndef ONEBIT_H
#define ONEBIT_H

#include <stdint.h>

#define ONEBIT_SIDE 28                                /* height and width of a digit, in pixels */
#define ONEBIT_PIXELS (ONEBIT_SIDE * ONEBIT_SIDE)
#define ONEBIT_LANES 32                               /* outputs that are computed side by side */

enum { ONEBIT_CONVOLUTION, ONEBIT_DENSE };

/* One layer. Its weights are (blocks, taps, words, lanes) words: for each block of 32 outputs, each tap
 * (9 of a convolution, side * side of a dense layer) and each word of 32 input channels, one word for
 * each of the 32 outputs. A bit is 1 for -1; bits behind the last input channel are 0. */
typedef struct {
  int32_t kind;
  int32_t side;               /* height and width of the input map; 1 where a dense layer follows a dense layer */
  int32_t inputs;             /* input channels */
  int32_t outputs;            /* filters or units */
  int32_t pool;               /* side of the max-pool behind the layer; 1 for none */
  int32_t pool_first;         /* whether the pool is before batch normalisation */
  int32_t takes_pixels;       /* whether it is a first layer that takes pixel values 0..255 ("grey") */
  const uint32_t *weights;
  const int32_t *thresholds;  /* (blocks, lanes): a sum s becomes the bit (s < threshold) ^ flip; null in the last layer */
  const uint32_t *flips;      /* (blocks,) words of bits; null in the last layer */
} onebit_layer;

/* Words of 32 bits that `bits` bits take. */
int32_t onebit_words(int32_t bits);

/* Words that a layer's weights take. */
int32_t onebit_weight_words(const onebit_layer *layer);

/* Fills `weights`, as in onebit_layer, from the bits of a packed file: (outputs, taps, inputs), the first in
 * the lowest bit of the first byte. */
void onebit_arrange_weights(const onebit_layer *layer, const uint8_t *bits, uint32_t *weights);

/* Fills `words`, (28 * 28, 1), with the input of the first layer: bit k of a pixel is 1 (so -1) where the pixel is
 * below thresholds[k]. With no thresholds a word is the pixel's value. */
void onebit_input(const uint8_t *pixels, const int32_t *thresholds, int32_t num_thresholds, uint32_t *words);

/* One layer but the last. `in` is (side * side, words of inputs), `out` (output side squared, words of outputs). */
void onebit_layer_bits(const onebit_layer *layer, const uint32_t *in, uint32_t *out);

/* The last layer: `sums` (outputs,) from `in`. */
void onebit_layer_sums(const onebit_layer *layer, const uint32_t *in, int32_t *sums);

/* Draws pen strokes as MNIST's digits are drawn: bnn/drawing/preprocessing.py says how.
 *   points: (num_points, 2) x and y; changed.
 *   ends: (num_strokes,) where in `points` each stroke ends.
 *   nearest: (28 * 28,) memory for the work.
 *   pixels: (28 * 28,) the digit. */
void onebit_digit_from_strokes(double *points, int32_t num_points, const int32_t *ends, int32_t num_strokes,
                               double *nearest, uint8_t *pixels);

#endif
