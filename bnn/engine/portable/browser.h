/* The functions that only the engine in the browser has: they flip weights, and turn pen strokes into 28x28 digits. Exports
 * in C have only the network (onebit.h). The results are equal, bit for bit, to those of bnn/analysis/damage.py and
 * bnn/drawing/. */
#ifndef ONEBIT_BROWSER_H
#define ONEBIT_BROWSER_H

#include "onebit.h"

/* Fills `ranks`, (count,), with the rank of each weight; see damage.c. If n weights are flipped, they are those with the
 * n lowest ranks. The index of a weight counts through all layers, in the order of the packed file. */
void onebit_ranks(int32_t count, uint32_t seed, uint32_t *ranks);

/* Fills `flipped` with a copy of a layer's bits, in which each weight with a rank of at most `highest_rank` is flipped. The
 * first weight of the layer has the index `first`. */
void onebit_flip_bits(const uint8_t *bits, int32_t num_bits, uint32_t first, uint32_t seed, uint32_t highest_rank,
                      uint8_t *flipped);

/* Draws pen strokes as a digit like MNIST's, in the steps that bnn/drawing/preprocessing.py describes.
 *   points: (num_points, 2), x and y of all strokes; overwritten.
 *   ends: (num_strokes,), where each stroke ends in `points`.
 *   nearest: (28 * 28,), working memory.
 *   pixels: (28 * 28,), filled with the digit, ink 255 on 0. */
void onebit_digit_from_strokes(double *points, int32_t num_points, const int32_t *ends, int32_t num_strokes,
                               double *nearest, uint8_t *pixels);

#endif
