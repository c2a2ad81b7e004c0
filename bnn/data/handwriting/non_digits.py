"""Draws things that are not digits: letters, signs, scribbles, doodles, dots, lines and pairs of digits.

A network that is trained only on digits gives a confident answer to almost every image. From these images,
it learns to be unsure. They also serve to measure how unsure it is.
"""

from collections.abc import Sequence

import numpy as np

from bnn.data.handwriting.doodles import DOODLES
from bnn.data.handwriting.pen import Pen
from bnn.data.handwriting.signs import LETTERS, SIGNS

_PLAIN = ("scribble", "dots", "line", "curve", "spring", "strokes", "outline")
# The names of all letters and signs.
NAMES = (*LETTERS, *SIGNS)
# The kinds of non-digits besides these.
OTHERS = (*_PLAIN, *DOODLES, "pair", "crossed out")
# The kinds of OTHERS that look like no sign, so that nobody would choose one of them as a class.
SCRAWLS = ("scribble", "spring")


def draw_sign(name: str, pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of one of NAMES, drawn `pen.num` times: (pen.num, m, 2) arrays of x, y."""
    width = pen.between(0.11, 0.17)
    return [
        pen.line(*((0.3 + (int(x) - 2) * width, int(y) / 6) for x, y in corners.split()))
        for corners in (LETTERS.get(name) or SIGNS[name])
    ]


def draw_other(kind: str, rng: np.random.Generator) -> list[np.ndarray]:
    """Returns the strokes of one of OTHERS: (n, 2) arrays in a box of about 1 x 1.

    Raises:
        ValueError: if the kind needs the strokes of digits ("pair", "crossed out"), or is unknown.
    """
    draw = {
        "scribble": _scribble,
        "dots": _dots,
        "line": _line,
        "curve": _curve,
        "spring": _spring,
        "strokes": _strokes,
        "outline": _outline,
        **DOODLES,
    }
    if kind not in draw:
        raise ValueError(f"kind must be one of {', '.join(draw)}, got {kind!r}")
    return draw[kind](rng)


def side_by_side(
    left: Sequence[np.ndarray], right: Sequence[np.ndarray], rng: np.random.Generator
) -> list[np.ndarray]:
    """Returns the strokes of two digits side by side.

    Args:
        left: the strokes of the left digit, (n, 2) arrays.
        right: the strokes of the right digit; they are moved.
        rng: chooses the gap between the digits.
    """
    gap = rng.uniform(0.15, 0.4) * np.ptp(np.concatenate(left)[:, 1])
    move = np.concatenate(left)[:, 0].max() - np.concatenate(right)[:, 0].min() + gap
    return [*left, *(stroke + np.array([move, 0.0]) for stroke in right)]


def _scribble(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns a line that goes back and forth many times, as when something is crossed out."""
    num = rng.integers(9, 22)
    points = rng.uniform(0, 1, (num, 2)) * [1, rng.uniform(0.4, 1)]
    return [_smooth(points)]


def _dots(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns one dot, or two to four at random places."""
    num = rng.choice([1, 1, 2, 3, 4])
    places = rng.uniform(0, 1, (num, 2)) if num > 1 else np.zeros((1, 2))
    return [place + rng.normal(0, 0.005, (3, 2)) for place in places]


def _line(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns a roughly horizontal line, because a vertical line would be a 1."""
    angle = np.radians(rng.uniform(-35, 35))
    along = np.linspace(0, 1, 12)
    return [np.outer(along, [np.cos(angle), np.sin(angle)]) + rng.normal(0, 0.006, (12, 2))]


def _curve(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns a horizontal wave or bow."""
    x = np.linspace(0, 1, 25)
    y = rng.uniform(0.1, 0.3) * np.sin(np.pi * rng.choice([1, 2, 3]) * x + rng.choice([0, np.pi]))
    return [np.stack([x, y + rng.uniform(-0.3, 0.3) * x], axis=-1)]


def _spring(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns a horizontal spring, or a spiral of several turns."""
    turns = rng.uniform(3, 5)
    t = np.linspace(0, 1, 80)
    angle = 2 * np.pi * turns * t + rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.5:
        return [np.stack([t + 0.12 * np.cos(angle), 0.25 * np.sin(angle)], axis=-1)]
    return [0.5 * t[:, None] * np.stack([np.cos(angle), rng.choice([-1, 1]) * np.sin(angle)], axis=-1)]


def _strokes(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns three to five strokes at random places. One or two strokes could look like a digit."""
    strokes = []
    for _ in range(rng.integers(3, 6)):
        points = rng.uniform(0, 1, 2) + rng.uniform(-0.5, 0.5, (rng.integers(2, 5), 2))
        strokes.append(_smooth(points) if len(points) > 3 and rng.random() < 0.5 else _straight(points))
    return strokes


def _outline(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns a closed line with at least two lines inside. With fewer, it could look like a 0."""
    num = rng.integers(5, 11)
    angles = np.sort(rng.uniform(0, 2 * np.pi, num)) + rng.uniform(0, 2 * np.pi)
    radii = rng.uniform(0.2, 0.5, num)
    corners = 0.5 + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    around = np.concatenate([corners, corners[:2]])
    inside = [0.5 + rng.uniform(-0.2, 0.2, (rng.integers(1, 3) + 1, 2)) for _ in range(rng.integers(2, 5))]
    if rng.random() < 0.5:
        return [_smooth(around), *map(_straight, inside)]
    return [_straight(around[:-1]), *map(_straight, inside)]


def _straight(points: np.ndarray) -> np.ndarray:
    """Returns points on straight lines through the given points, as close together as those of a slow pen."""
    t = (np.arange(8) / 8)[:, None]
    spans = points[:-1, None] * (1 - t) + points[1:, None] * t
    return np.concatenate([spans.reshape(-1, 2), points[-1:]])


def _smooth(points: np.ndarray) -> np.ndarray:
    """Returns points on quadratic curves that join the midpoints of the given points, as on the canvas."""
    t = (np.arange(6) / 6)[:, None]
    middles = (points[:-1] + points[1:]) / 2
    a, b, c = middles[:-1, None], points[1:-1, None], middles[1:, None]
    return ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c).reshape(-1, 2)
