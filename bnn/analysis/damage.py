"""Damages a network, or the images that it reads: flips weights, adds noise, turns and shifts images."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bnn.engine.network import PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE


def flip_weights(network: PackedNetwork, share: float, seed: int = 1) -> PackedNetwork:
    """Returns a copy of the network in which a share of all weights, chosen pseudo-randomly, is flipped.

    The weights with the lowest hashes are flipped. The hash is computed from the index of the weight, which
    counts through all layers in the order of `PackedLayer.weights`. So a larger share flips the same weights
    as a smaller share, and more. In the browser, `bnn/engine/portable/damage.c` flips the same weights. That
    file also explains why a hash is used.

    Args:
        network: the network; it is not changed.
        share: from 0 to 1. The number of flipped weights is rounded to an integer.
        seed: decides which weights are flipped.

    Raises:
        ValueError: if the share is out of range.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, got {share}")
    count = network.num_weights
    flipped = np.zeros(count, bool)
    flipped[_order(count, seed)[: round(share * count)]] = True
    ends = np.cumsum([layer.num_weights for layer in network.layers])
    layers = [
        replace(layer, weights=layer.weights ^ part.reshape(layer.weights.shape))
        for layer, part in zip(network.layers, np.split(flipped, ends[:-1]), strict=True)
    ]
    return replace(network, layers=tuple(layers))


def add_noise(images: np.ndarray, strength: float, seed: int = 1) -> np.ndarray:
    """Returns the images with normal noise added to every pixel.

    Args:
        images: (n, 28, 28) uint8.
        strength: standard deviation of the noise, in grey values (0 to 255); at least 0.
        seed: with the same seed, the image with the same index always gets the same noise.

    Raises:
        ValueError: if the strength is negative.
    """
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    if not strength:
        return images
    noisy = images + np.float32(strength) * standard_noise(len(images), seed)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def move(images: np.ndarray, degrees: float, right: float = 0, down: float = 0) -> np.ndarray:
    """Returns the images turned about their middle and then shifted, with bilinear interpolation.

    Pixels from outside the image are 0.

    Args:
        images: (n, 28, 28) uint8.
        degrees: angle, clockwise.
        right: shift to the right, in pixels.
        down: shift downwards, in pixels.
    """
    if not degrees and not right and not down:
        return images
    places, shares = _sources(degrees, right, down)
    flat = images.reshape(len(images), -1)
    # One more pixel, always 0, stands for everything outside the image.
    flat = np.concatenate([flat, np.zeros((len(images), 1), np.uint8)], axis=1)
    moved = np.zeros((len(images), IMAGE_SIDE**2), np.float32)
    for place, share in zip(places, shares, strict=True):
        moved += flat[:, place] * share.astype(np.float32)
    return np.rint(moved).astype(np.uint8).reshape(images.shape)


def _sources(degrees: float, right: float, down: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Returns the four source pixels of every pixel of the result, and the share that each contributes.

    Returns:
        Two lists of four arrays, (784,): the indices of the source pixels, and their shares.
    """
    middle, angle = (IMAGE_SIDE - 1) / 2, np.radians(degrees)
    y, x = np.indices((IMAGE_SIDE, IMAGE_SIDE)).reshape(2, -1) - middle
    y, x = y - down, x - right
    # With y pointing down, this turns clockwise. The results are rounded, so that a quarter turn is exact.
    from_x = np.round(np.cos(angle) * x + np.sin(angle) * y + middle, 9)
    from_y = np.round(-np.sin(angle) * x + np.cos(angle) * y + middle, 9)
    top, left = np.floor(from_y).astype(int), np.floor(from_x).astype(int)
    y_fraction, x_fraction = from_y - top, from_x - left
    corners = (
        (0, 0, (1 - y_fraction) * (1 - x_fraction)),
        (0, 1, (1 - y_fraction) * x_fraction),
        (1, 0, y_fraction * (1 - x_fraction)),
        (1, 1, y_fraction * x_fraction),
    )
    return [_flat_index(top + i, left + j) for i, j, _ in corners], [share for _, _, share in corners]


def _flat_index(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    is_inside = (rows >= 0) & (rows < IMAGE_SIDE) & (columns >= 0) & (columns < IMAGE_SIDE)
    return np.where(is_inside, rows * IMAGE_SIDE + columns, IMAGE_SIDE**2)


@lru_cache(maxsize=4)
def _order(count: int, seed: int) -> np.ndarray:
    """Returns the indices of the weights, (count,) int32, in the order in which they are flipped."""
    hashes = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        hashes ^= hashes >> np.uint32(shift)
        hashes *= np.uint32(factor)
    return np.argsort(hashes ^ hashes >> np.uint32(16)).astype(np.int32)


@lru_cache(maxsize=4)
def standard_noise(count: int, seed: int = 1) -> np.ndarray:
    """Returns the noise that `add_noise` scales and adds to `count` images, (count, 28, 28) float32."""
    # The random numbers are in the order of the images, so the noise on an image does not depend on how many
    # images follow.
    return np.random.default_rng(seed).standard_normal((count, IMAGE_SIDE, IMAGE_SIDE), np.float32)
