"""Bits in words of 32."""

import numpy as np


def pack_words(bits: np.ndarray) -> np.ndarray:
    """Bits (..., n) bool -> words (..., ceil(n / 32)) uint32, the first bit lowest, padded with 0."""
    count = bits.shape[-1]
    padding = [(0, 0)] * (bits.ndim - 1) + [(0, -count % 32)]
    padded = np.pad(bits.astype(bool), padding)
    packed = np.packbits(padded, axis=-1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u4").astype(np.uint32)


def unpack_words(words: np.ndarray, count: int) -> np.ndarray:
    """Words (..., w) uint32 -> their first `count` bits (..., count) bool."""
    data = np.ascontiguousarray(words.astype("<u4")).view(np.uint8)
    return np.unpackbits(data, axis=-1, bitorder="little", count=count).astype(bool)


def num_words(count: int) -> int:
    """Returns the number of words that so many bits take."""
    return -(-count // 32)
