"""Pen strokes, from the canvas and from files, checked."""

import numpy as np

MAX_POINTS = 200_000
MAX_COORDINATE = 1e6


def joined(strokes):
    """All points of a drawing in one array (n, 2) float64, and where each stroke ends in it, (s,) int64.

    strokes: list of (n, 2) arrays; empty ones are skipped. Raises ValueError for a wrong shape, a coordinate that is
    not a number within +-MAX_COORDINATE, or more than MAX_POINTS points.
    """
    strokes = [np.asarray(stroke, np.float64) for stroke in strokes]
    for number, stroke in enumerate(strokes, 1):
        if stroke.size and (stroke.ndim != 2 or stroke.shape[1] != 2):
            raise ValueError(f"stroke {number} must be of shape (n, 2), got {stroke.shape}")
    strokes = [stroke for stroke in strokes if stroke.size]
    num_points = sum(len(stroke) for stroke in strokes)
    if num_points > MAX_POINTS:
        raise ValueError(f"a drawing may have at most {MAX_POINTS} points, got {num_points}")
    points = np.concatenate([*strokes, np.empty((0, 2))])
    wrong = points[~(np.abs(points) <= MAX_COORDINATE)]  # NaN fails this comparison too
    if wrong.size:
        raise ValueError(f"a coordinate must be a number within +-{MAX_COORDINATE:.0f}, got {wrong[0]}")
    return points, np.cumsum([len(stroke) for stroke in strokes]).astype(np.int64)
