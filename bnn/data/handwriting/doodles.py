"""Draws doodles that are not digits: flowers, dented rings, faces, suns, chains, and digits crossed out."""

from collections.abc import Callable, Sequence

import numpy as np

Strokes = list[np.ndarray]


def flower(rng: np.random.Generator) -> Strokes:
    """Returns a closed line with three to seven petals."""
    angles = _around(rng, 70)
    depth, phase = rng.uniform(0.18, 0.45), rng.uniform(0, 2 * np.pi)
    radii = 0.4 * (1 + depth * np.sin(rng.integers(3, 8) * angles + phase))
    return [_polar(radii, angles, (rng.uniform(0.8, 1.2), 1.0))]


def dented_ring(rng: np.random.Generator) -> Strokes:
    """Returns a closed line with a deep dent at the top or at the bottom."""
    angles = _around(rng, 60)
    middle = rng.choice([np.pi / 2, -np.pi / 2]) + rng.normal(0, 0.25)
    # Differences from the middle angle, between -pi and pi.
    distances = np.angle(np.exp(1j * (angles - middle)))
    radii = 1 - rng.uniform(0.5, 0.95) * np.exp(-((distances / rng.uniform(0.3, 0.7)) ** 2))
    return [_polar(radii, angles, (rng.uniform(0.35, 0.55), rng.uniform(0.35, 0.5)))]


def face(rng: np.random.Generator) -> Strokes:
    """Returns a ring with three to six dots or short lines inside.

    With a single line, the ring could be a slashed 0.
    """
    ring = _ring(rng, 0.35, 0.5)
    places: list[np.ndarray] = []
    for place in rng.uniform(-0.26, 0.26, (60, 2)):
        if all(np.hypot(*(place - other)) > 0.14 for other in places):
            places.append(place)
    marks = []
    for place in places[: rng.integers(3, 7)]:
        direction = rng.uniform(-0.09, 0.09, 2) * (rng.random() < 0.7)
        marks.append(place + np.outer(np.linspace(-1, 1, 5), direction) + rng.normal(0, 0.003, (5, 2)))
    return [ring, *marks]


def sun(rng: np.random.Generator) -> Strokes:
    """Returns a ring with five to ten rays around it."""
    num, turn = rng.integers(5, 11), rng.uniform(0, 2 * np.pi)
    rays = []
    for angle in turn + 2 * np.pi * np.arange(num) / num + rng.normal(0, 0.08, num):
        lengths = np.linspace(rng.uniform(0.27, 0.34), rng.uniform(0.42, 0.55), 6)
        rays.append(np.outer(lengths, [np.cos(angle), np.sin(angle)]))
    return [_ring(rng, 0.2, 0.27), *rays]


def chain(rng: np.random.Generator) -> Strokes:
    """Returns two or three rings side by side, which overlap a little or nearly touch."""
    rings, right = [], 0.0
    for _ in range(rng.integers(2, 4)):
        ring = _ring(rng, 0.15, 0.25)
        ring += [right - ring[:, 0].min() - rng.uniform(-0.05, 0.08), rng.normal(0, 0.02)]
        right = ring[:, 0].max()
        rings.append(ring)
    return rings


def crossed_out(digit: Sequence[np.ndarray], rng: np.random.Generator) -> Strokes:
    """Returns the strokes of a digit, and a line that goes back and forth over it.

    Args:
        digit: the digit's strokes, (n, 2) arrays.
        rng: chooses the line.
    """
    points = np.concatenate(digit)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    margin = rng.uniform(0.1, 0.2) * (bottom - top)
    num = rng.integers(5, 10)
    x = np.where(np.arange(num) % 2, left - margin, right + margin)
    y = np.linspace(top, bottom, num)
    corners = np.stack([x, y], axis=-1) + rng.normal(0, 0.055, (num, 2)) * (bottom - top)
    return [*digit, corners]


# The doodles above that need nothing but random numbers.
DOODLES: dict[str, Callable[[np.random.Generator], Strokes]] = {
    "flower": flower,
    "dented ring": dented_ring,
    "face": face,
    "sun": sun,
    "chain": chain,
}


def _around(rng: np.random.Generator, num: int) -> np.ndarray:
    """Returns `num` angles that go once around, starting at a random angle."""
    return np.linspace(0, 2 * np.pi, num) + rng.uniform(0, 2 * np.pi)


def _polar(radii: np.ndarray, angles: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    return radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1) * size


def _ring(rng: np.random.Generator, smallest: float, largest: float) -> np.ndarray:
    """Returns a slightly uneven ellipse. Each of its two radii is random, from `smallest` to `largest`."""
    angles, uneven = _around(rng, 40), 1.0
    for waves, depth in ((2, 0.08), (3, 0.05)):
        uneven = uneven + rng.uniform(0, depth) * np.sin(waves * angles + rng.uniform(0, 2 * np.pi))
    return _polar(uneven * np.ones(len(angles)), angles, tuple(rng.uniform(smallest, largest, 2)))
