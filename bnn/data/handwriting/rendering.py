"""Draws images of random digits and non-digits, with the same renderer as for drawings on the canvas."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np

from bnn.data.handwriting.doodles import crossed_out
from bnn.data.handwriting.non_digits import NAMES, OTHERS, draw_other, draw_sign, side_by_side
from bnn.data.handwriting.pen import Pen
from bnn.data.handwriting.styles import STYLES
from bnn.drawing import raster
from bnn.recipes.layers import IMAGE_SIDE
from bnn.system.jit import compiled

Style: TypeAlias = Callable[[Pen], list[np.ndarray]]

HEIGHT = 200.0  # height of a drawn digit, in canvas pixels


def draw_digits(num_digits: int, seed: int | Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Returns images of random digits, (n, 28, 28) uint8, and their labels, (n,) uint8, in random order.

    The counts of the labels differ by at most one.

    Args:
        num_digits: number of digits, at least 0.
        seed: for `numpy.random.default_rng`. The same number and seed give the same digits.

    Raises:
        ValueError: if num_digits is negative.
    """
    if num_digits < 0:
        raise ValueError(f"num_digits must be at least 0, got {num_digits}")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(num_digits) % 10).astype(np.uint8)
    images = np.zeros((num_digits, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for label, styles in enumerate(STYLES):
        where = np.flatnonzero(labels == label)
        chosen = rng.choice(len(styles), len(where), p=_weights(styles))
        for index, (style, _) in enumerate(styles):
            _draw_all(style, rng, where[chosen == index], images)
    return images, labels


def draw_strokes(label: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Returns the strokes of one random digit, about 200 canvas pixels high: (n, 2) float64 arrays of x, y.

    Raises:
        ValueError: if the label is not from 0 to 9.
    """
    if label not in range(10):
        raise ValueError(f"label must be 0 to 9, got {label!r}")
    styles = STYLES[label]
    style = styles[rng.choice(len(styles), p=_weights(styles))][0]
    points, ends = _random_paths(style, rng, 1)
    return np.split(points[0], ends[:-1])


def _weights(styles: Iterable[tuple[Style, float]]) -> np.ndarray:
    weights = np.array([weight for _, weight in styles])
    return weights / weights.sum()


def _draw_all(style: Style, rng: np.random.Generator, where: np.ndarray, images: np.ndarray) -> None:
    if len(where):
        points, ends = _random_paths(style, rng, len(where))
        _render(points, ends, _pen_widths(rng, len(where)), where, images)


def _pen_widths(rng: np.random.Generator, num: int) -> np.ndarray:
    """Returns (num,) random pen widths in MNIST pixels.

    They vary about as much as MNIST's pen widths, whose quartiles are 0.84 and 1.21 times their median.
    """
    return raster.PEN_WIDTH * np.exp(np.clip(rng.normal(0.0, 0.22, num), -0.35, 0.45))


@compiled
def _render(
    points: np.ndarray, ends: np.ndarray, widths: np.ndarray, where: np.ndarray, images: np.ndarray
) -> None:
    for i in range(len(where)):
        raster.fit_and_draw(points[i], ends, widths[i], raster.MINIMUM_SIDE, images[where[i]])


def _random_paths(style: Style, rng: np.random.Generator, num: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns `num` digits in a style: points (num, m, 2) in canvas pixels, and the end of each stroke."""
    pen = Pen(rng, num)
    rounding = rng.uniform(0.0, 1.0, (num, 1, 1)) ** 2
    strokes = [_rounded(stroke, rounding) for stroke in style(pen)]
    displaced = [stroke + _random(pen, 0.012, 1, 2) for stroke in strokes]
    ends = np.cumsum([stroke.shape[1] for stroke in strokes])
    return _deformed(np.concatenate(displaced, axis=1) + _tremor(pen, ends[-1]), pen) * HEIGHT, ends


def _random(pen: Pen, spread: float, *shape: int) -> np.ndarray:
    """Returns (num, *shape) normal random numbers, clipped to two standard deviations.

    The standard deviation is `spread`, times the sloppiness of each digit.
    """
    spreads = spread * pen.sloppiness.reshape(pen.num, *(1 for _ in shape))
    return spreads * np.clip(pen.rng.standard_normal((pen.num, *shape)), -2, 2)


def _rounded(stroke: np.ndarray, rounding: np.ndarray) -> np.ndarray:
    """Returns the stroke with rounder corners.

    Each point except the ends moves towards its neighbours' mean, five times.
    """
    for _ in range(5):
        middle = (stroke[:, :-2] + stroke[:, 2:]) / 2
        inner = stroke[:, 1:-1] + 0.6 * rounding * (middle - stroke[:, 1:-1])
        stroke = np.concatenate([stroke[:, :1], inner, stroke[:, -1:]], axis=1)
    return stroke


def _tremor(pen: Pen, length: int) -> np.ndarray:
    """Returns a displacement for each point of a path, (num, length, 2): sums of three slow sine waves.

    A wave with a longer period is larger.
    """
    t = np.arange(length)[:, None] * 2 * np.pi
    wobble = np.zeros((pen.num, length, 2))
    for period in (48, 24, 11):
        phase = pen.rng.uniform(0, 2 * np.pi, (pen.num, 1, 2))
        wobble += np.sin(t / period + phase) * period / 24
    return wobble * _random(pen, 0.006, 1, 1)


def _deformed(points: np.ndarray, pen: Pen) -> np.ndarray:
    """Returns the points after warping, widening, slanting and turning each digit about its middle."""
    points = points - [0.3, 0.5]
    phase = pen.rng.uniform(0, 2 * np.pi, (pen.num, 1, 2))
    points = points + _random(pen, 0.025, 1, 2) * np.sin(np.pi * points[:, :, ::-1] + phase)
    # The cosine moves the middle of the digit, but not its top and bottom, so that the upper and the lower
    # half get different heights.
    x, y = points[..., 0], points[..., 1] + _random(pen, 0.03, 1) * np.cos(np.pi * points[..., 1])
    x = x * pen.width_factor[:, None]
    x, y = (
        x - np.clip(pen.rng.normal(0.14, 0.22, (pen.num, 1)), -0.25, 0.7) * y,
        y + _random(pen, 0.035, 1) * x,
    )
    angle = np.radians(np.clip(pen.rng.normal(0.0, 5.0, (pen.num, 1)), -13, 13))
    return np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)], axis=-1)


def draw_non_digits(
    num: int,
    seed: int | Sequence[int],
    *,
    signs: Sequence[str] = NAMES,
    others: Sequence[str] = OTHERS,
) -> np.ndarray:
    """Returns images of letters, signs, scribbles and other things that are not digits, (num, 28, 28) uint8.

    About half of the images are letters and signs, unless `signs` or `others` is empty.

    Args:
        num: number of images.
        seed: for `numpy.random.default_rng`.
        signs: the letters and signs to draw, some of NAMES. (To measure a network, use signs that it was not
            trained on.)
        others: the other kinds to draw, some of OTHERS.

    Raises:
        ValueError: if num is negative, a sign or kind is unknown, or signs and others are both empty.
    """
    if num < 0:
        raise ValueError(f"num must be at least 0, got {num}")
    if not (signs or others):
        raise ValueError("signs and others must not both be empty")
    for name, chosen, known in (("signs", signs, NAMES), ("others", others, OTHERS)):
        if unknown := sorted(set(chosen) - set(known)):
            raise ValueError(f"{name} must be from {', '.join(known)}, got {', '.join(unknown)}")
    rng = np.random.default_rng(seed)
    images = np.zeros((num, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for index in range(num):
        points, ends = _one_non_digit(rng, signs, others)
        _render(points, ends, _pen_widths(rng, 1), np.array([index]), images)
    return images


def _one_non_digit(
    rng: np.random.Generator, signs: Sequence[str], others: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the points of one random non-digit, (1, m, 2) in canvas pixels, and the end of each stroke."""
    if signs and (not others or rng.random() < 0.5):
        name = signs[rng.integers(len(signs))]
        return _random_paths(lambda pen: draw_sign(name, pen), rng, 1)
    kind = others[rng.integers(len(others))]
    if kind == "pair":
        strokes = side_by_side(draw_strokes(rng.integers(10), rng), draw_strokes(rng.integers(10), rng), rng)
    elif kind == "crossed out":
        strokes = crossed_out(draw_strokes(rng.integers(10), rng), rng)
    else:
        strokes = [stroke * HEIGHT for stroke in draw_other(kind, rng)]
    return np.concatenate(strokes)[None], np.cumsum([len(stroke) for stroke in strokes])
