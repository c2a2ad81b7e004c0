/* Flips weights at places that look random, by the rule of bnn/analysis/damage.py.
 *
 * Weight i has the rank hash(i + seed * 0x9E3779B9 mod 2^32). To flip n weights is to flip the n with the lowest ranks.
 * 1. Each step of the hash can be undone: x ^= x >> k, and a product with an odd number. So no two of the 2^32
 *    possible weights have the same rank, and there is a highest rank that exactly n weights do not exceed.
 * 2. More flips are the same ones and others.
 * 3. No order needs to be kept or sent: a rank can be computed anywhere, from the weight's number alone.
 * The hash is lowbias32 by Chris Wellons (public domain): https://nullprogram.com/blog/2018/07/31/
 */
#include "onebit.h"

static uint32_t rank(uint32_t number, uint32_t seed) {
  uint32_t x = number + seed * 0x9E3779B9u;
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
#pragma clang loop vectorize(disable) unroll(disable) /* in WebAssembly's SIMD it would take twice as long */
#endif
    for (int32_t k = 0; k < 8; k++)
      turned |= (uint32_t)(rank(first + (uint32_t)(8 * byte + k), seed) <= highest_rank) << k;
    /* The bits behind the last weight are flipped, too; nobody reads them. */
    flipped[byte] = (uint8_t)(bits[byte] ^ turned);
  }
}
