"""Packs bits into words of 32 bits, and unpacks them."""

from math import ceil

import numpy as np


def pack_words(bits: np.ndarray) -> np.ndarray:
    """Returns bits as words, (..., ceil(n / 32)) uint32. The first bit is the lowest; padding bits are 0.

    Args:
        bits: (..., n) bool.
    """
    count = bits.shape[-1]
    padding = [(0, 0)] * (bits.ndim - 1) + [(0, -count % 32)]
    padded = np.pad(bits.astype(bool), padding)
    packed = np.packbits(padded, axis=-1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u4").astype(np.uint32)


def unpack_words(words: np.ndarray, count: int) -> np.ndarray:
    """Returns the first `count` bits of words, (..., count) bool.

    Args:
        words: (..., num_words) uint32, as `pack_words` returns them.
        count: number of bits.
    """
    data = np.ascontiguousarray(words.astype("<u4")).view(np.uint8)
    return np.unpackbits(data, axis=-1, bitorder="little", count=count).astype(bool)


def num_words(count: int) -> int:
    """Returns the number of words that hold `count` bits."""
    return ceil(count / 32)
