"""Random numbers and curves for drawing many digits at once."""

from typing import TypeAlias

import numpy as np

# Number of steps from one given point to the next, on a curve and on a line.
CURVE_STEPS = 6
LINE_STEPS = 8
# Number of points of an arc.
ARC_POINTS = 37
# Standard deviation by which each given point is misplaced, in heights of a digit, at a sloppiness of 1.
POINT_SPREAD = 0.015

# One number for all digits, or one number for each digit, (num,).
Numbers: TypeAlias = float | np.ndarray
Point: TypeAlias = tuple[Numbers, Numbers]


class Pen:
    """Draws `num` digits at once, each with random numbers of its own. Some are neat and some are sloppy.

    Args:
        rng: the source of all random numbers.
        num: number of digits.
        neatest: the lowest sloppiness of a digit.
        sloppiest: the highest sloppiness of a digit.

    Attributes:
        sloppiness: (num,) float64; 1 is usual. It scales the spread of `around`, and the distances by which
            the points of lines and curves are misplaced.
        width_factor: (num,) float64, a factor by which `rendering` will widen each digit.
    """

    def __init__(
        self, rng: np.random.Generator, num: int, neatest: float = 0.4, sloppiest: float = 1.8
    ) -> None:
        self.rng, self.num = rng, num
        self.sloppiness = rng.uniform(neatest, sloppiest, num)
        self.width_factor = np.exp(np.clip(rng.normal(0.12, 0.22, num), -0.2, 0.5))

    def between(self, low: Numbers, high: Numbers) -> np.ndarray:
        """Returns (num,) uniform random numbers."""
        return self.rng.uniform(low, high, self.num)

    def around(self, value: Numbers, spread: float) -> np.ndarray:
        """Returns (num,) normal random numbers, clipped to two standard deviations.

        Args:
            value: their mean.
            spread: their standard deviation at a sloppiness of 1.
        """
        return value + spread * self.sloppiness * np.clip(self.rng.standard_normal(self.num), -2, 2)

    def line(self, *points: Point) -> np.ndarray:
        """Returns points on straight lines from point to point, (num, m, 2)."""
        p = self._misplaced(points)
        t = (np.arange(LINE_STEPS) / LINE_STEPS)[:, None]
        spans = p[:, :-1, None] * (1 - t) + p[:, 1:, None] * t
        return np.concatenate([spans.reshape(self.num, -1, 2), p[:, -1:]], axis=1)

    def curve(self, *points: Point) -> np.ndarray:
        """Returns points on a Catmull-Rom spline through the given points, (num, m, 2)."""
        p = self._misplaced(points)
        # A Catmull-Rom spline does not reach its first and last point, so one point is added at either end.
        p = np.concatenate([2 * p[:, :1] - p[:, 1:2], p, 2 * p[:, -1:] - p[:, -2:-1]], axis=1)
        a, b, c, d = (p[:, i : p.shape[1] - 3 + i, None] for i in range(4))
        t = (np.arange(CURVE_STEPS) / CURVE_STEPS)[:, None]
        spans = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        return np.concatenate([spans.reshape(self.num, -1, 2), p[:, -2:-1]], axis=1)

    def arc(
        self, centre: Point, radii: Point, start: Numbers, end: Numbers, grow: Numbers = 0.0
    ) -> np.ndarray:
        """Returns points on a part of an ellipse or, if `grow` is not 0, of a spiral, (num, m, 2).

        Args:
            centre: x and y.
            radii: the radii in x and y.
            start: angle at the start in degrees. 0 is at the right and 90 at the bottom, because y points
                down.
            end: angle at the end in degrees.
            grow: at the end, the radii are 1 + grow times as large as at the start.
        """
        x, y, radius_x, radius_y, start, end, grow = (
            np.broadcast_to(value, self.num)[:, None] for value in (*centre, *radii, start, end, grow)
        )
        t = np.linspace(0, 1, ARC_POINTS)
        angle, size = np.radians(start + t * (end - start)), 1 + grow * t
        return np.stack([x + radius_x * size * np.cos(angle), y + radius_y * size * np.sin(angle)], axis=-1)

    def _misplaced(self, points: tuple[Point, ...]) -> np.ndarray:
        """Returns the points for each digit, (num, len(points), 2), each misplaced a little."""
        one_by_one = [np.stack([np.broadcast_to(value, self.num) for value in point], -1) for point in points]
        p = np.stack(one_by_one, axis=1)
        return p + POINT_SPREAD * self.sloppiness[:, None, None] * self.rng.standard_normal(p.shape)


def join(*pieces: np.ndarray) -> np.ndarray:
    """Returns one stroke that consists of several pieces, drawn without lifting the pen."""
    return np.concatenate(pieces, axis=1)
