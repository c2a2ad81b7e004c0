"""Draws things that are not digits: letters, signs, scribbles, doodles, dots, lines and pairs of digits.

A network that is trained only on digits gives a confident answer to almost every image. From these images,
it learns to be unsure. They also serve to measure how unsure it is. The letters B G I O Q S Z are left out,
because some people's digits look like them.
"""

from collections.abc import Sequence

import numpy as np

from bnn.data.handwriting.doodles import DOODLES
from bnn.data.handwriting.pen import Pen

# The strokes of letters and signs, as straight lines between points on a grid that is 4 wide and 6 high. Each
# point is two digits, x and y: "06 00" is a line from bottom left to top left. Lower-case names stand for
# signs: p plus, h hash, s star, t triangle, a arrow, m mountains, e envelope, x crossed box, b bow tie,
# c cup, l ladder, y mushroom, w window, i sailing boat, g fish, n crown.
GRID_LINES = {
    "A": ("06 20 46", "14 34"),
    "C": ("41 30 10 01 05 16 36 45",),
    "D": ("00 06 26 44 42 20 00",),
    "E": ("40 00 06 46", "03 33"),
    "F": ("06 00 40", "03 33"),
    "H": ("00 06", "40 46", "03 43"),
    "J": ("10 40 44 36 16 04",),
    "K": ("00 06", "40 03 46"),
    "L": ("00 06 46",),
    "M": ("06 00 23 40 46",),
    "N": ("06 00 46 40",),
    "P": ("06 00 30 41 42 33 03",),
    "R": ("06 00 30 41 42 33 03", "13 46"),
    "T": ("00 40", "20 26"),
    "U": ("00 04 16 36 44 40",),
    "V": ("00 26 40",),
    "W": ("00 16 22 36 40",),
    "X": ("00 46", "40 06"),
    "Y": ("00 23 40", "23 26"),
    "p": ("03 43", "21 25"),
    "h": ("10 16", "30 36", "02 42", "04 44"),
    "s": ("20 26", "01 45", "05 41"),
    "t": ("25 45 22 05 25",),
    "a": ("03 43", "21 43 25"),
    "m": ("04 12 24 32 44",),
    "e": ("01 41 45 05 01", "01 23 41"),
    "x": ("00 40 46 06 00", "00 46", "40 06"),
    "b": ("01 45 41 05 01",),
    "c": ("01 06 36 31 01", "32 42 44 34"),
    "l": ("00 06", "40 46", "01 41", "03 43", "05 45"),
    "y": ("03 11 20 31 43 03", "23 26"),
    "w": ("00 40 46 06 00", "20 26", "03 43"),
    "i": ("04 16 36 44 04", "24 20 43"),
    "g": ("03 11 32 45 41 34 15 03",),
    "n": ("06 01 13 20 33 41 46 06",),
}
# One character for each letter and sign above, such as "A", or "p" for a plus.
LETTERS = "".join(GRID_LINES)
_PLAIN = ("scribble", "dots", "line", "curve", "spring", "strokes", "outline")
# The kinds of non-digits besides LETTERS.
OTHERS = (*_PLAIN, *DOODLES, "pair", "crossed out")
# The kinds of OTHERS that look like no sign, so that nobody would choose one of them as a class.
SCRAWLS = ("scribble", "spring")


def draw_letter(letter: str, pen: Pen) -> list[np.ndarray]:
    """Returns the strokes of one of LETTERS, drawn `pen.num` times: (pen.num, m, 2) arrays of x, y."""
    width = pen.between(0.11, 0.17)
    return [
        pen.line(*((0.3 + (int(x) - 2) * width, int(y) / 6) for x, y in corners.split()))
        for corners in GRID_LINES[letter]
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
