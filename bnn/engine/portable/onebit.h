/* The portable engine in C99: computes packed binary networks.
 *
 * It needs no library, allocates no memory and has no global state; the caller provides all memory. Its
 * results are equal to those of bnn/engine/kernels.py, bit for bit. The tests in tests/unit/engine/portable/
 * compare them.
 */
#ifndef ONEBIT_H
#define ONEBIT_H

#include <stdint.h>

#define ONEBIT_SIDE 28                                /* height and width of a digit, in pixels */
#define ONEBIT_PIXELS (ONEBIT_SIDE * ONEBIT_SIDE)
#define ONEBIT_LANES 32                               /* number of outputs that are computed side by side */

enum { ONEBIT_CONVOLUTION, ONEBIT_DENSE };

/* One layer. Its weights are words in the shape (blocks, taps, words, lanes). A block has 32 outputs, one in
 * each lane. A tap is a position of the input that one sum covers: a convolution has 9, and a dense layer has
 * side * side. A word has the weights of 32 input channels. A bit is 1 for -1; bits after the last input
 * channel are 0. */
typedef struct {
  int32_t kind;               /* ONEBIT_CONVOLUTION or ONEBIT_DENSE */
  int32_t side;               /* height and width of the input; 1 if a dense layer follows a dense layer */
  int32_t inputs;             /* number of input channels */
  int32_t outputs;            /* number of filters or units */
  int32_t pool;               /* height and width of the max-pooling window; 1 for no pooling */
  int32_t pool_first;         /* whether pooling comes before batch normalization */
  int32_t takes_pixels;       /* whether the layer takes pixel values 0 to 255 (the first layer of a grey network) */
  const uint32_t *weights;
  const int32_t *thresholds;  /* (blocks, lanes); sum s becomes the bit (s < threshold) ^ flip; null in the last layer */
  const uint32_t *flips;      /* (blocks,) words of 32 flips; null in the last layer */
} onebit_layer;

/* Returns the number of 32-bit words that hold `bits` bits. */
int32_t onebit_words(int32_t bits);

/* Returns the number of words of a layer's weights. */
int32_t onebit_weight_words(const onebit_layer *layer);

/* Fills `weights`, in the order of onebit_layer, from the bits of a packed file. The order of these bits is
 * (outputs, taps, inputs), and the first is the lowest bit of the first byte. */
void onebit_arrange_weights(const onebit_layer *layer, const uint8_t *bits, uint32_t *weights);

/* Fills `words`, (28 * 28,), with the input of the first layer. Bit k of a word is 1, which means -1, if the pixel
 * is below thresholds[k]. Without thresholds, a word is the pixel value. */
void onebit_input(const uint8_t *pixels, const int32_t *thresholds, int32_t num_thresholds, uint32_t *words);

/* Computes the bits of any layer except the last. `in` is (side * side, words of inputs), and `out` is (output side
 * squared, words of outputs). */
void onebit_layer_bits(const onebit_layer *layer, const uint32_t *in, uint32_t *out);

/* Computes the sums of the last layer, (outputs,), from `in`, (side * side, words of inputs). */
void onebit_layer_sums(const onebit_layer *layer, const uint32_t *in, int32_t *sums);

/* Computes the sums of one output before threshold and pooling. `sums` is (side * side,) for a filter, with one sum for
 * each position, and (1,) for a unit. */
void onebit_output_sums(const onebit_layer *layer, const uint32_t *in, int32_t output, int32_t *sums);

#endif
