/* Flips weights, chosen as if at random, by the same rule as bnn/analysis/damage.py.
 *
 * Weight i has the rank hash(i + seed * 0x9E3779B9 mod 2^32). To flip n weights, the n weights with the lowest ranks are
 * flipped. A hash has three advantages over a random order:
 * 1. No two weights have the same rank, because each step of the hash (x ^= x >> k, or a product with an odd number) can
 *    be undone. So for each n there is a highest rank that selects exactly n weights.
 * 2. A larger n selects the same weights as a smaller n, and more.
 * 3. No order has to be stored or sent, because a rank is computed from the index of the weight alone.
 * The hash is lowbias32 by Chris Wellons (public domain): https://nullprogram.com/blog/2018/07/31/
 */
#include "browser.h"

static uint32_t rank(uint32_t index, uint32_t seed) {
  uint32_t x = index + seed * 0x9E3779B9u;
  x ^= x >> 16, x *= 0x7FEB352Du;
  x ^= x >> 15, x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

void onebit_ranks(int32_t count, uint32_t seed, uint32_t *ranks) {
  for (int32_t i = 0; i < count; i++) ranks[i] = rank((uint32_t)i, seed);
}

void onebit_flip_bits(const uint8_t *bits, int32_t num_bits, uint32_t first, uint32_t seed, uint32_t highest_rank,
                      uint8_t *flipped) {
  for (int32_t byte = 0; byte < (num_bits + 7) / 8; byte++) {
    uint32_t turned = 0;
#ifdef __clang__
#pragma clang loop vectorize(disable) unroll(disable) /* with WebAssembly's SIMD, the loop would take twice as long */
#endif
    for (int32_t k = 0; k < 8; k++)
      turned |= (uint32_t)(rank(first + (uint32_t)(8 * byte + k), seed) <= highest_rank) << k;
    /* Bits after the last weight may be flipped, too, but they are never read. */
    flipped[byte] = (uint8_t)(bits[byte] ^ turned);
  }
}
