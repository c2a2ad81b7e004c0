"""Checks pen strokes, and joins them into one array of points."""

from collections.abc import Iterable
from reprlib import repr as short

import numpy as np
from numpy.typing import ArrayLike

MAX_POINTS = 200_000
MAX_COORDINATE = 1e6


def strokes_from_lists(lists: object) -> list[np.ndarray]:
    """Returns the strokes in nested lists, as they come from JSON, after checking them.

    Args:
        lists: a list of strokes, `[[[x, y], ...], ...]`.

    Returns:
        One (n, 2) float64 array of x, y for each stroke. Empty strokes are left out.

    Raises:
        ValueError: if `lists` has another form or no points, or for a reason given in `concatenate_strokes`.
    """
    if not isinstance(lists, list):
        raise ValueError(f"strokes must be a list, got {type(lists).__name__}")
    strokes = [_stroke(number, stroke) for number, stroke in enumerate(lists, 1)]
    if not len(concatenate_strokes(strokes)[0]):
        raise ValueError("the drawing has no points")
    return [stroke for stroke in strokes if stroke.size]


def _stroke(number: int, points: object) -> np.ndarray:
    try:
        _check_numbers(points)
        return np.array(points, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"stroke {number} must be a list of points [x, y] with numbers, got {short(points)}"
        ) from error


def _check_numbers(points: object) -> None:
    """Raises a `TypeError` for a text or truth value among the coordinates. NumPy would make it a number."""
    if isinstance(points, list):
        for point in points:
            if isinstance(point, list) and not {type(value) for value in point} <= {int, float}:
                raise TypeError(short(point))


def concatenate_strokes(strokes: Iterable[ArrayLike]) -> tuple[np.ndarray, np.ndarray]:
    """Returns all points of a drawing in one array, and the end index of each stroke in it.

    Args:
        strokes: one (n, 2) array of x, y for each stroke; empty strokes are skipped.

    Returns:
        Points (n, 2) float64, and ends (num_strokes,) int64. Each stroke is `points[previous_end:end]`.

    Raises:
        ValueError: if a stroke has a wrong shape, a coordinate is not a number within +-MAX_COORDINATE, or
            there are more than MAX_POINTS points.
    """
    arrays = [np.asarray(stroke, np.float64) for stroke in strokes]
    for number, array in enumerate(arrays, 1):
        if array.size and (array.ndim != 2 or array.shape[1] != 2):
            raise ValueError(f"stroke {number} must be of shape (n, 2), got {array.shape}")
    arrays = [array for array in arrays if array.size]
    num_points = sum(map(len, arrays))
    if num_points > MAX_POINTS:
        raise ValueError(f"a drawing may have at most {MAX_POINTS} points, got {num_points}")
    points = np.concatenate([*arrays, np.empty((0, 2))])
    # NaN is wrong, too, but `abs(points) > MAX_COORDINATE` would be False for it.
    wrong = points[~(np.abs(points) <= MAX_COORDINATE)]
    if wrong.size:
        raise ValueError(f"a coordinate must be a number within +-{MAX_COORDINATE:.0f}, got {wrong[0]}")
    return points, np.cumsum([len(array) for array in arrays]).astype(np.int64)
