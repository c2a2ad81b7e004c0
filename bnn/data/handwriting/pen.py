"""Random numbers and curves for drawing many digits at once."""

from typing import TypeAlias

import numpy as np

# Points per span between two given points of a curve or a line, and points of an arc.
CURVE_STEPS = 6
LINE_STEPS = 8
ARC_POINTS = 37
# Standard deviation of each given point, at a sloppiness of 1.
POINT_SPREAD = 0.015

# One number for all digits, or (num,) numbers, one for each.
Numbers: TypeAlias = float | np.ndarray
Point: TypeAlias = tuple[Numbers, Numbers]


class Pen:
    """Draws `num` digits at once, some neat and some sloppy, each with random numbers of its own.

    Args:
        rng: where all random numbers come from.
        num: how many digits.
        neatest: the least sloppiness. It scales what `around` spreads and how far each point is misplaced.
        sloppiest: the greatest sloppiness; 1 is usual.

    Attributes:
        sloppiness: (num,) float64.
        wide: (num,) float64, how many times as wide each digit will be drawn.
    """

    def __init__(
        self, rng: np.random.Generator, num: int, neatest: float = 0.4, sloppiest: float = 1.8
    ) -> None:
        self.rng, self.num = rng, num
        self.sloppiness = rng.uniform(neatest, sloppiest, num)
        self.wide = np.exp(np.clip(rng.normal(0.12, 0.22, num), -0.2, 0.5))

    def between(self, low: Numbers, high: Numbers) -> np.ndarray:
        """Returns (num,) uniform random numbers."""
        return self.rng.uniform(low, high, self.num)

    def around(self, value: Numbers, spread: float) -> np.ndarray:
        """Returns (num,) normal random numbers; `spread` is the standard deviation at a sloppiness of 1.

        They are cut off at two standard deviations.
        """
        return value + spread * self.sloppiness * np.clip(self.rng.standard_normal(self.num), -2, 2)

    def line(self, *points: Point) -> np.ndarray:
        """Returns (num, m, 2): straight lines from point to point."""
        p = self._misplaced(points)
        t = (np.arange(LINE_STEPS) / LINE_STEPS)[:, None]
        spans = p[:, :-1, None] * (1 - t) + p[:, 1:, None] * t
        return np.concatenate([spans.reshape(self.num, -1, 2), p[:, -1:]], axis=1)

    def curve(self, *points: Point) -> np.ndarray:
        """Returns (num, m, 2): a Catmull-Rom spline through the points."""
        p = self._misplaced(points)
        # The spline needs one more point at either end to reach the ends.
        p = np.concatenate([2 * p[:, :1] - p[:, 1:2], p, 2 * p[:, -1:] - p[:, -2:-1]], axis=1)
        a, b, c, d = (p[:, i : p.shape[1] - 3 + i, None] for i in range(4))
        t = (np.arange(CURVE_STEPS) / CURVE_STEPS)[:, None]
        spans = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        return np.concatenate([spans.reshape(self.num, -1, 2), p[:, -2:-1]], axis=1)

    def arc(
        self, centre: Point, radii: Point, start: Numbers, end: Numbers, grow: Numbers = 0.0
    ) -> np.ndarray:
        """Returns (num, m, 2): part of an ellipse, or of a spiral whose radii end 1 + grow times as large.

        Args:
            centre: x and y.
            radii: in the directions of x and y.
            start: angle in degrees, 0 to the right; as y points down, 90 is at the bottom.
            end: angle in degrees.
            grow: how much larger the radii are at the end.
        """
        x, y, radius_x, radius_y, start, end, grow = (
            np.broadcast_to(value, self.num)[:, None] for value in (*centre, *radii, start, end, grow)
        )
        t = np.linspace(0, 1, ARC_POINTS)
        angle, size = np.radians(start + t * (end - start)), 1 + grow * t
        return np.stack([x + radius_x * size * np.cos(angle), y + radius_y * size * np.sin(angle)], axis=-1)

    def _misplaced(self, points: tuple[Point, ...]) -> np.ndarray:
        """Returns the points, (num, len(points), 2), each misplaced a little."""
        p = np.stack(
            [np.stack(np.broadcast_arrays(x, y, np.zeros(self.num))[:2], -1) for x, y in points], axis=1
        )
        return p + POINT_SPREAD * self.sloppiness[:, None, None] * self.rng.standard_normal(p.shape)


def join(*pieces: np.ndarray) -> np.ndarray:
    """Returns one stroke of several pieces, drawn without lifting the pen."""
    return np.concatenate(pieces, axis=1)
