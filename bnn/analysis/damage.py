"""Ways to make it hard for a network: flip some of its weights, or spoil the images that it reads."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bnn.engine.network import PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE


def flip_weights(network: PackedNetwork, share: float, seed: int = 1) -> PackedNetwork:
    """The network with that share of all its weight bits flipped, at random places.

    With the same seed, a larger share flips what a smaller one does, and more.

    Args:
        network: left as it is.
        share: from 0 to 1; the number of bits is rounded.
        seed: for the choice of places.
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
    """The images with normal noise of that standard deviation (in grey levels of 255) on every pixel.

    Args:
        images: (n, 28, 28) uint8.
        strength: at least 0.
        seed: the same seed gives each image of the same number the same noise.
    """
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    if not strength:
        return images
    noisy = images + np.float32(strength) * _noise(len(images), seed)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def move(images: np.ndarray, degrees: float, right: float = 0, down: float = 0) -> np.ndarray:
    """The images turned clockwise about their middle, then shifted; bilinear, 0 comes in from outside.

    Args:
        images: (n, 28, 28) uint8.
        degrees: clockwise.
        right: in pixels, and
        down: in pixels.
    """
    if not degrees and not right and not down:
        return images
    places, shares = _sources(degrees, right, down)
    flat = images.reshape(len(images), -1)
    # One more pixel, always 0, is what lies outside.
    flat = np.concatenate([flat, np.zeros((len(images), 1), np.uint8)], axis=1)
    moved = sum(
        flat[:, place] * share.astype(np.float32) for place, share in zip(places, shares, strict=True)
    )
    return np.rint(moved).astype(np.uint8).reshape(images.shape)


def _sources(degrees, right, down):
    # For every pixel of the result: the four pixels it lies between, and the share of each.
    middle, angle = (IMAGE_SIDE - 1) / 2, np.radians(degrees)
    y, x = np.indices((IMAGE_SIDE, IMAGE_SIDE)).reshape(2, -1) - middle
    y, x = y - down, x - right
    # With y downwards, this turns clockwise; rounded, so that a quarter of a turn is exact.
    from_x = np.round(np.cos(angle) * x + np.sin(angle) * y + middle, 9)
    from_y = np.round(-np.sin(angle) * x + np.cos(angle) * y + middle, 9)
    top, left = np.floor(from_y).astype(int), np.floor(from_x).astype(int)
    low, far = from_y - top, from_x - left
    corners = (
        (0, 0, (1 - low) * (1 - far)),
        (0, 1, (1 - low) * far),
        (1, 0, low * (1 - far)),
        (1, 1, low * far),
    )
    return [_flat(top + i, left + j) for i, j, _ in corners], [share for _, _, share in corners]


def _flat(rows, columns):
    inside = (rows >= 0) & (rows < IMAGE_SIDE) & (columns >= 0) & (columns < IMAGE_SIDE)
    return np.where(inside, rows * IMAGE_SIDE + columns, IMAGE_SIDE**2)


@lru_cache(maxsize=4)
def _order(count, seed):
    return np.random.default_rng(seed).permutation(count).astype(np.int32)


@lru_cache(maxsize=4)
def _noise(count, seed):
    # One image after the other: the noise on the first does not depend on how many there are.
    return np.random.default_rng(seed).standard_normal((count, IMAGE_SIDE, IMAGE_SIDE), np.float32)
