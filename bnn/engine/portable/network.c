/* Computes a packed binary network with XOR, popcount, compare and AND.
 *
 * 1. A vector of +1 and -1 is stored as bits, 1 for -1. The product of two entries is -1 where their bits differ. So
 *    over K entries   dot(a, b) = (K - d) - d = K - 2 d   with   d = popcount(a XOR b).
 * 2. A tap is a position of the input that one sum covers. "Same" padding pads with 0, which is neither +1 nor -1, so
 *    a tap outside the image adds nothing to a sum. Such taps are left out, and K counts only the entries of the taps
 *    inside.
 * 3. Batch normalization followed by sign is one comparison with an integer: bit = (dot < threshold) XOR flip.
 * 4. Max-pooling: sign(max(x)) is +1 if any x is +1, so pooling of bits (1 means -1) is AND. If pooling comes after
 *    batch normalization, the flip is applied before the AND; if pooling comes first, after the AND.
 * 5. 32 outputs are computed side by side. The results of their 32 comparisons form one word of the next layer's
 *    input.
 */
#include "onebit.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

static int32_t popcount(uint32_t v) {
#if defined(__wasm__) || defined(__POPCNT__)
  return __builtin_popcount(v);
#else
  v -= v >> 1 & 0x55555555u;
  v = (v & 0x33333333u) + (v >> 2 & 0x33333333u);
  return (int32_t)(((v + (v >> 4)) & 0x0F0F0F0Fu) * 0x01010101u >> 24);
#endif
}

static int32_t num_taps(const onebit_layer *layer) {
  return layer->kind == ONEBIT_CONVOLUTION ? 9 : layer->side * layer->side;
}

int32_t onebit_words(int32_t bits) { return (bits + 31) / 32; }

int32_t onebit_weight_words(const onebit_layer *layer) {
  return onebit_words(layer->outputs) * num_taps(layer) * onebit_words(layer->inputs) * ONEBIT_LANES;
}

void onebit_arrange_weights(const onebit_layer *layer, const uint8_t *bits, uint32_t *weights) {
  const int32_t taps = num_taps(layer), words = onebit_words(layer->inputs);
  const int32_t size = onebit_weight_words(layer);
  for (int32_t i = 0; i < size; i++) weights[i] = 0;
  int32_t bit = 0;
  for (int32_t output = 0; output < layer->outputs; output++) {
    uint32_t *block = weights + output / ONEBIT_LANES * taps * words * ONEBIT_LANES + output % ONEBIT_LANES;
    for (int32_t tap = 0; tap < taps; tap++)
      for (int32_t input = 0; input < layer->inputs; input++, bit++)
        if (bits[bit >> 3] >> (bit & 7) & 1)
          block[(tap * words + input / 32) * ONEBIT_LANES] |= (uint32_t)1 << input % 32;
  }
}

void onebit_input(const uint8_t *pixels, const int32_t *thresholds, int32_t num_thresholds, uint32_t *words) {
  for (int32_t i = 0; i < ONEBIT_PIXELS; i++) {
    words[i] = num_thresholds ? 0 : pixels[i];
    for (int32_t k = 0; k < num_thresholds; k++) words[i] |= (uint32_t)(pixels[i] < thresholds[k]) << k;
  }
}

/* Adds popcount(in ^ weights) of `words` words to the counts of 32 outputs. */
#ifdef __wasm_simd128__
/* WebAssembly counts the bits of each byte. A byte can hold the counts of 31 words, so bytes are added to the counts
 * after every 31 words. */
static void add_differences(const uint32_t *in, const uint32_t *weights, int32_t words, int32_t *counts) {
  while (words > 0) {
    const int32_t some = words < 31 ? words : 31;
    v128_t bytes[8] = {0};
    for (int32_t word = 0; word < some; word++, weights += ONEBIT_LANES) {
      const v128_t bits = wasm_i32x4_splat((int32_t)in[word]);
      for (int32_t k = 0; k < 8; k++)
        bytes[k] = wasm_i8x16_add(bytes[k], wasm_i8x16_popcnt(wasm_v128_xor(bits, wasm_v128_load(weights + 4 * k))));
    }
    for (int32_t k = 0; k < 8; k++) {
      const v128_t sums = wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes[k]));
      wasm_v128_store(counts + 4 * k, wasm_i32x4_add(wasm_v128_load(counts + 4 * k), sums));
    }
    in += some, words -= some;
  }
}
#else
static void add_differences(const uint32_t *in, const uint32_t *weights, int32_t words, int32_t *counts) {
  for (int32_t word = 0; word < words; word++, weights += ONEBIT_LANES)
    for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) counts[lane] += popcount(in[word] ^ weights[lane]);
}
#endif

/* Adds pixel * weight to the sums of 32 outputs. */
static void add_products(uint32_t pixel, const uint32_t *weights, int32_t *sums) {
  for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) sums[lane] += (int32_t)(weights[lane] ? 0u - pixel : pixel);
}

/* Computes the sums of 32 outputs of a convolution at one position. */
static void convolution_sums(const onebit_layer *layer, const uint32_t *in, const uint32_t *weights, int32_t row,
                             int32_t column, int32_t *sums) {
  const int32_t side = layer->side, words = onebit_words(layer->inputs);
  int32_t entries = 0;
  for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) sums[lane] = 0;
  for (int32_t tap = 0; tap < 9; tap++) {
    const int32_t y = row + tap / 3 - 1, x = column + tap % 3 - 1;
    if (y < 0 || x < 0 || y >= side || x >= side) continue;
    const uint32_t *place = in + (y * side + x) * words, *tap_weights = weights + tap * words * ONEBIT_LANES;
    if (layer->takes_pixels) add_products(place[0], tap_weights, sums);
    else add_differences(place, tap_weights, words, sums);
    entries += layer->inputs;
  }
  if (layer->takes_pixels) return;
  for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) sums[lane] = entries - 2 * sums[lane];
}

/* Computes the sums of 32 outputs of a dense layer. */
static void dense_sums(const onebit_layer *layer, const uint32_t *in, const uint32_t *weights, int32_t *sums) {
  const int32_t taps = num_taps(layer);
  for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) sums[lane] = 0;
  add_differences(in, weights, taps * onebit_words(layer->inputs), sums);
  for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) sums[lane] = taps * layer->inputs - 2 * sums[lane];
}

/* Returns a word with one bit for each lane: whether the sum is below the threshold. */
static uint32_t below(const int32_t *sums, const int32_t *thresholds) {
  uint32_t word = 0;
  for (int32_t lane = 0; lane < ONEBIT_LANES; lane++) word |= (uint32_t)(sums[lane] < thresholds[lane]) << lane;
  return word;
}

/* Returns the bits of 32 outputs of a convolution at one position after pooling. */
static uint32_t pooled_bits(const onebit_layer *layer, const uint32_t *in, const uint32_t *weights, int32_t block,
                            int32_t row, int32_t column) {
  const uint32_t flips = layer->flips[block];
  uint32_t bits = ~(uint32_t)0;
  int32_t sums[ONEBIT_LANES];
  for (int32_t y = row * layer->pool; y < (row + 1) * layer->pool; y++)
    for (int32_t x = column * layer->pool; x < (column + 1) * layer->pool; x++) {
      convolution_sums(layer, in, weights, y, x, sums);
      const uint32_t place = below(sums, layer->thresholds + block * ONEBIT_LANES);
      bits &= layer->pool_first ? place : place ^ flips;
    }
  return layer->pool_first ? bits ^ flips : bits;
}

/* Returns a mask with 1 for the lanes of a block that are outputs, and 0 for lanes after the last output. */
static uint32_t used_bits(const onebit_layer *layer, int32_t block) {
  const int32_t left = layer->outputs - block * ONEBIT_LANES;
  return left >= ONEBIT_LANES ? ~(uint32_t)0 : ((uint32_t)1 << left) - 1;
}

void onebit_layer_bits(const onebit_layer *layer, const uint32_t *in, uint32_t *out) {
  const int32_t blocks = onebit_words(layer->outputs);
  const int32_t block_words = num_taps(layer) * onebit_words(layer->inputs) * ONEBIT_LANES;
  const int32_t out_side = layer->kind == ONEBIT_CONVOLUTION ? layer->side / layer->pool : 1;
  int32_t sums[ONEBIT_LANES];
  for (int32_t block = 0; block < blocks; block++) {
    const uint32_t *weights = layer->weights + block * block_words, used = used_bits(layer, block);
    if (layer->kind == ONEBIT_DENSE) {
      dense_sums(layer, in, weights, sums);
      out[block] = (below(sums, layer->thresholds + block * ONEBIT_LANES) ^ layer->flips[block]) & used;
      continue;
    }
    for (int32_t row = 0; row < out_side; row++)
      for (int32_t column = 0; column < out_side; column++)
        out[(row * out_side + column) * blocks + block] = pooled_bits(layer, in, weights, block, row, column) & used;
  }
}

void onebit_layer_sums(const onebit_layer *layer, const uint32_t *in, int32_t *sums) {
  const int32_t block_words = num_taps(layer) * onebit_words(layer->inputs) * ONEBIT_LANES;
  int32_t block_sums[ONEBIT_LANES];
  for (int32_t output = 0; output < layer->outputs; output++) {
    if (output % ONEBIT_LANES == 0)
      dense_sums(layer, in, layer->weights + output / ONEBIT_LANES * block_words, block_sums);
    sums[output] = block_sums[output % ONEBIT_LANES];
  }
}

void onebit_output_sums(const onebit_layer *layer, const uint32_t *in, int32_t output, int32_t *sums) {
  const int32_t block_words = num_taps(layer) * onebit_words(layer->inputs) * ONEBIT_LANES;
  const uint32_t *weights = layer->weights + output / ONEBIT_LANES * block_words;
  const int32_t lane = output % ONEBIT_LANES, places = layer->kind == ONEBIT_DENSE ? 1 : layer->side * layer->side;
  int32_t block_sums[ONEBIT_LANES];
  for (int32_t place = 0; place < places; place++) {
    if (layer->kind == ONEBIT_DENSE) dense_sums(layer, in, weights, block_sums);
    else convolution_sums(layer, in, weights, place / layer->side, place % layer->side, block_sums);
    sums[place] = block_sums[lane];
  }
}
