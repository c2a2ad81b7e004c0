"""The arithmetic of a binary network, in Numba: XOR, popcount, compare, AND.

1. A ±1 vector is stored as bits, 1 for -1. Two entries multiply to -1 exactly where their bits differ,
   so over K entries   dot(a, b) = (K - d) - d = K - 2 d   with   d = popcount(a XOR b).
   (Written XNOR where agreements are counted instead; XOR counts the same thing from the other side.)
2. "Same" padding pads with 0, which is neither -1 nor +1: the taps outside add nothing to a sum. Here the
   border is +1, so that no position needs a test; what it adds is known beforehand, and is in the
   threshold that the sum at such a place is compared with. So the border is exact.
3. Batch norm and sign are one comparison with an integer: bit = (dot < threshold) XOR flip.
4. Max-pooling: sign(max(x)) is +1 where any is +1, so on bits (1 = -1) the pool is AND. With the pool
   behind batch norm, the flip comes before the AND; with the pool before it, after.

All kernels take a batch, and release the GIL. Words are uint32, laid out so that the innermost loop
runs over a layer's outputs: the compiler turns it into vector instructions.
"""

import numpy as np
from numba import njit
from numba.extending import intrinsic


@intrinsic
def _popcount(typing_context, value):
    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return value(value), generate


@njit(cache=True, nogil=True, inline="always")
def _convolution_sums(padded, weights, num_inputs, row, column, sums):
    # One position: padded (h + 2, w + 2, words), weights (9, words, outputs), sums (outputs,).
    # No views of arrays, nothing wider than 32 bits, and the nine taps innermost: so it becomes vector
    # code without a branch, four times as fast as one tap after another.
    for output in range(sums.size):
        sums[output] = np.int32(9 * num_inputs)
    for word in range(padded.shape[2]):
        for output in range(sums.size):
            count = np.uint32(0)
            for tap in range(9):
                bits = padded[row + tap // 3, column + tap % 3, word] ^ weights[tap, word, output]
                count = np.uint32(count + _popcount(np.uint32(bits)))
            sums[output] = np.int32(sums[output] - np.int32(2) * np.int32(count))


@njit(cache=True, nogil=True)
def _grey_sums(image, minus, sums):
    # image (h, w) of 0..255, minus (9, outputs): -1 where the weight is -1, else 0.
    # (p ^ m) - m is p for m = 0 and -p for m = -1: a sum of pixels without a multiplication.
    height, width = image.shape
    for row in range(height):
        for column in range(width):
            total = sums[row, column]
            total[:] = 0
            for tap in range(9):
                y, x = row + tap // 3 - 1, column + tap % 3 - 1
                if 0 <= y < height and 0 <= x < width:
                    pixel = np.int32(image[y, x])
                    for output in range(total.size):
                        total[output] += (pixel ^ minus[tap, output]) - minus[tap, output]


@njit(cache=True, nogil=True)
def _sign_bits(sums, thresholds, bits):
    # One position: bit (sum < threshold), 32 to a word.
    for word in range(bits.size):
        value = np.uint32(0)
        for position in range(min(32, sums.size - 32 * word)):
            output = 32 * word + position
            below = np.uint32(sums[output] < thresholds[output])
            value = np.uint32(value | np.uint32(below << np.uint32(position)))
        bits[word] = value


@njit(cache=True, nogil=True)
def _pool(signs, flips, pool, pool_first, bits):
    # signs (h, w, words), before any flip -> bits (h // pool, w // pool, words)
    height, width, num_words = bits.shape
    for row in range(height):
        for column in range(width):
            for word in range(num_words):
                flip_before = np.uint32(0) if pool_first else flips[word]
                pooled = np.uint32(0xFFFFFFFF)
                for y in range(row * pool, row * pool + pool):
                    for x in range(column * pool, column * pool + pool):
                        pooled &= np.uint32(signs[y, x, word] ^ flip_before)
                bits[row, column, word] = pooled ^ flips[word] if pool_first else pooled


@njit(cache=True, nogil=True)
def _sign_and_pool(sums, thresholds, flips, pool, pool_first, bits):
    # sums (h, w, outputs) -> bits (h // pool, w // pool, words)
    signs = np.empty((sums.shape[0], sums.shape[1], flips.size), np.uint32)
    for row in range(signs.shape[0]):
        for column in range(signs.shape[1]):
            _sign_bits(sums[row, column], thresholds, signs[row, column])
    _pool(signs, flips, pool, pool_first, bits)


@njit(cache=True, nogil=True)
def edge(position, size):
    """Where a row or column lies: 0 at the first place, 2 at the last, 1 between, 3 both first and last."""
    if position == 0:
        return 3 if size == 1 else 0
    return 2 if position == size - 1 else 1


@njit(cache=True, nogil=True)
def _column_bits(image, row, pixel_threshold, columns):
    # Three bits a column: the pixels above, at and below this row, 1 for below the threshold. Outside 0,
    # which the table ignores; `columns` has one more at either end.
    height, width = image.shape
    columns[:] = 0
    for y in range(max(row - 1, 0), min(row + 2, height)):
        shift = np.int32(y - row + 1)
        for x in range(width):
            columns[x + 1] |= np.int32(image[y, x] < pixel_threshold) << shift


@njit(cache=True, nogil=True)
def table_layer(images, pixel_threshold, table, flips, pool, pool_first, bits):
    """As `convolution_layer`, from the signs of pixels: `images` (n, h, w) uint8.

    table (16, 512, output words) uint32 as in `LayerWords.table`: nothing is left to compute.
    """
    num_images, height, width = images.shape
    signs = np.empty((height, width, flips.size), np.uint32)
    columns = np.empty(width + 2, np.int32)
    for index in range(num_images):
        for row in range(height):
            _column_bits(images[index], row, pixel_threshold, columns)
            for column in range(width):
                edges = 4 * edge(row, height) + edge(column, width)
                patch = columns[column] | columns[column + 1] << 3 | columns[column + 2] << 6
                for word in range(flips.size):
                    signs[row, column, word] = table[edges, patch, word]
        _pool(signs, flips, pool, pool_first, bits[index])


@njit(cache=True, nogil=True)
def convolution_layer(images, weights, num_inputs, edge_thresholds, flips, pool, pool_first, bits):
    """Fill `bits` (n, h // pool, w // pool, output words) from `images` (n, h, w, words), all uint32.

    weights (9, words, outputs) uint32, edge_thresholds (16, outputs) int32 as in `LayerWords`,
    flips (output words,) uint32.
    """
    num_images, height, width, num_words = images.shape
    sums = np.empty(weights.shape[2], np.int32)
    padded = np.zeros((height + 2, width + 2, num_words), np.uint32)
    signs = np.empty((height, width, flips.size), np.uint32)
    for index in range(num_images):
        padded[1:-1, 1:-1] = images[index]
        for row in range(height):
            for column in range(width):
                _convolution_sums(padded, weights, num_inputs, row, column, sums)
                edges = 4 * edge(row, height) + edge(column, width)
                _sign_bits(sums, edge_thresholds[edges], signs[row, column])
        _pool(signs, flips, pool, pool_first, bits[index])


@njit(cache=True, nogil=True)
def grey_layer(images, minus, thresholds, flips, pool, pool_first, bits):
    """As `convolution_layer`, from pixel values: `images` (n, h, w) uint8, `minus` (9, outputs) int32."""
    sums = np.empty((images.shape[1], images.shape[2], minus.shape[1]), np.int32)
    for index in range(images.shape[0]):
        _grey_sums(images[index], minus, sums)
        _sign_and_pool(sums, thresholds, flips, pool, pool_first, bits[index])


@njit(cache=True, nogil=True)
def dense_sums(images, weights, num_entries, sums):
    """Fill `sums` (n, outputs) int32 from `images` (n, taps, words) and weights (taps, words, outputs)."""
    num_images, num_taps, num_words = images.shape
    for index in range(num_images):
        for output in range(sums.shape[1]):
            sums[index, output] = num_entries
        for tap in range(num_taps):
            for word in range(num_words):
                bits = images[index, tap, word]
                for output in range(sums.shape[1]):
                    sums[index, output] -= np.int32(
                        2 * _popcount(np.uint32(bits ^ weights[tap, word, output]))
                    )


@njit(cache=True, nogil=True)
def sign_layer(sums, thresholds, flips, bits):
    """Fill `bits` (n, words) uint32 from `sums` (n, outputs) int32."""
    for index in range(sums.shape[0]):
        _sign_bits(sums[index], thresholds, bits[index])
        for word in range(flips.size):
            bits[index, word] ^= flips[word]
