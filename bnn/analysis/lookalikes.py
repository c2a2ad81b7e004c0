"""Finds examples that look like another class, and classes that look alike, before the training.

Each example is compared with all others. It looks like the class whose examples are nearest to it. If that
is not its own class, the example is called confused. Two classes look alike if many of their examples look
like the other class. If only a few do, each of these examples may have been put into the wrong class.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

# An example is compared with this many of the nearest examples of each class. If this were 1, a single A put
# into class B by mistake could make many examples of A look like B.
NEAREST = 2
# Two classes look alike if at least this number and this share of their examples look like the other class.
MIN_CONFUSED = 3
MIN_SHARE = 0.15
# A confused example counts as misplaced if its `ratio` is below this limit. Measured on 37 UNIPEN writers,
# with five letters and ten examples of each: 98 % of the examples put into a wrong class are found, and 1 %
# of the others are reported by mistake.
MISPLACED = 0.8
# Two images at a smaller distance than this show the same sign, or almost the same. Measured with letters by
# UNIPEN writers and letters drawn by `bnn.data.handwriting`: 98 % of equal letters are at a smaller distance.
SAME_SIGN = 0.25
# `nearest_distances` compares this many images at once.
IMAGES_AT_ONCE = 1_000
# Weights of the blur that is applied to images before they are compared.
_BLUR = np.array([1, 2, 1], np.float32) / 4


class Confused(NamedTuple):
    """An example that looks more like another class than like its own.

    Args:
        example: the index of the example.
        label: its class.
        looks_like: the class that it looks like.
        ratio: its distance from that class, divided by its distance from its own; below 1.
    """

    example: int
    label: int
    looks_like: int
    ratio: float


class Alike(NamedTuple):
    """Two classes that look alike.

    Args:
        labels: the two classes, the lower index first.
        num_confused: how many of their examples look more like the other class.
        num_examples: how many examples they have together.
    """

    labels: tuple[int, int]
    num_confused: int
    num_examples: int


def confused(images: np.ndarray, labels: np.ndarray, num_classes: int) -> list[Confused]:
    """Returns the examples that look more like another class than like the other examples of their own class.

    Args:
        images: (n, 28, 28) uint8, ink 255 on background 0.
        labels: (n,) integers, the class of each example. If a class has a single example, that example is
            never confused.
        num_classes: number of classes.
    """
    labels = np.asarray(labels, np.int64)
    if not len(labels):
        return []
    by_class = _class_distances(images, labels, num_classes)
    own, nearest = by_class[np.arange(len(labels)), labels], by_class.argmin(axis=1)
    is_confused = np.isfinite(own) & (by_class.min(axis=1) < own)
    return [
        Confused(int(i), int(labels[i]), int(nearest[i]), float(by_class[i].min() / own[i]))
        for i in np.flatnonzero(is_confused)
    ]


def alike(examples: Sequence[Confused], labels: np.ndarray, num_classes: int) -> list[Alike]:
    """Returns the pairs of classes that look alike, those with the largest share of confused examples first.

    Args:
        examples: the result of `confused`.
        labels: (n,) integers, the class of each example.
        num_classes: number of classes.
    """
    sizes = np.bincount(np.asarray(labels, np.int64), minlength=num_classes)
    counts = np.zeros((num_classes, num_classes), np.int64)
    for example in examples:
        counts[_pair(example)] += 1
    return sorted(
        _alike(counts, sizes), key=lambda pair: (-pair.num_confused / pair.num_examples, pair.labels)
    )


def misplaced(examples: Sequence[Confused], pairs: Sequence[Alike]) -> list[Confused]:
    """Returns the confused examples that may be in the wrong class.

    Args:
        examples: the result of `confused`.
        pairs: the result of `alike`. Examples of these pairs are left out, because their classes look
            alike.
    """
    known = {pair.labels for pair in pairs}
    return [each for each in examples if each.ratio < MISPLACED and _pair(each) not in known]


def distances(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Returns how different images look, (n, m) float32: 0 for equal images, 1 if their ink is nowhere close.

    The images are shrunk and blurred, so that strokes that are a pixel apart still overlap. The distance is 1
    minus the cosine of the angle between the two results.

    Args:
        images: (n, 28, 28) uint8.
        others: (m, 28, 28) uint8.
    """
    # Rounding can make the difference slightly negative.
    return np.maximum(0, 1 - _directions(images) @ _directions(others).T)


def nearest_distances(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Returns how different each image is from the most similar of the others, (n,) float32; see `distances`.

    Only `IMAGES_AT_ONCE` images are compared at once, so that many images need no more memory.

    Args:
        images: (n, 28, 28) uint8.
        others: (m, 28, 28) uint8, m at least 1.
    """
    nearest = np.zeros(len(images), np.float32)
    for start in range(0, len(images), IMAGES_AT_ONCE):
        part = slice(start, start + IMAGES_AT_ONCE)
        nearest[part] = distances(images[part], others).min(axis=1)
    return nearest


def _pair(example: Confused) -> tuple[int, int]:
    return min(example.label, example.looks_like), max(example.label, example.looks_like)


def _alike(counts: np.ndarray, sizes: np.ndarray) -> Iterator[Alike]:
    for one, other in np.argwhere(counts):
        num, together = int(counts[one, other]), int(sizes[one] + sizes[other])
        if num >= max(MIN_CONFUSED, MIN_SHARE * together):
            yield Alike((int(one), int(other)), num, together)


def _class_distances(images: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Returns each example's mean distance from the nearest examples of each class, (n, classes) float32.

    An example is not compared with itself. The distance is infinite where a class has no other example.
    """
    apart = distances(images, images)
    np.fill_diagonal(apart, np.inf)
    by_class = np.full((len(labels), num_classes), np.inf, np.float32)
    for label in np.unique(labels):
        nearest = np.sort(apart[:, labels == label], axis=1)[:, :NEAREST]
        is_known = np.isfinite(nearest)
        num_known = is_known.sum(axis=1)
        means = np.where(is_known, nearest, 0).sum(axis=1) / np.maximum(1, num_known)
        by_class[:, label] = np.where(num_known > 0, means, np.inf)
    return by_class


def _directions(images: np.ndarray) -> np.ndarray:
    """Returns the shrunk and blurred images as vectors of length 1, (n, 196) float32."""
    num, side = len(images), images.shape[1] // 2
    small = np.asarray(images, np.float32).reshape(num, side, 2, side, 2).mean(axis=(2, 4))
    blurred = _blurred_rows(_blurred_rows(small).swapaxes(1, 2)).reshape(num, -1)
    return blurred / np.maximum(np.linalg.norm(blurred, axis=1, keepdims=True), 1e-9)


def _blurred_rows(images: np.ndarray) -> np.ndarray:
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1)))
    width = images.shape[2]
    return np.sum([weight * padded[:, :, i : i + width] for i, weight in enumerate(_BLUR)], axis=0)
