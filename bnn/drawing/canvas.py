"""Turns the objects that streamlit-drawable-canvas reports into pen strokes.

The objects are those of Fabric.js, the library with which the canvas draws.
"""

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

import numpy as np

from bnn.drawing.strokes import MAX_POINTS, concatenate_strokes

# Number of straight lines that replace a curve.
CURVE_STEPS = 4
# Largest number of steps on a canvas. Each line or curve of a path is a step, and so is each path itself.
MAX_STEPS = MAX_POINTS // CURVE_STEPS
# Fabric.js rounds an object's position to four decimals. A move by fewer pixels than this is only rounding.
MIN_MOVE = 0.05


def canvas_objects(data: object) -> list[Any]:
    """Returns the list of objects in the json_data of streamlit-drawable-canvas, without checking them."""
    return data.get("objects", []) if isinstance(data, dict) else []


def strokes_from_canvas(objects: Sequence[Any] | None, side: int | None = None) -> list[np.ndarray]:
    """Returns the strokes drawn on streamlit-drawable-canvas.

    The points of a path are positions of the pen, as PencilBrush of Fabric.js 7.4 records them. A tap gives
    two equal points. If the path was moved, scaled or turned with the toolbar's edit tool, the points are
    moved, scaled and turned in the same way. Each curve becomes CURVE_STEPS straight lines.

    Args:
        objects: the json_data["objects"] of the canvas, or None before anything was drawn.
        side: height and width of the canvas in pixels. Lines are cut off at its edge. If None, nothing is cut
            off.

    Returns:
        One (n, 2) float64 array of x, y in canvas pixels for each stroke.

    Raises:
        ValueError: if an object is not a free-hand path, or there are more than MAX_STEPS steps.
    """
    if not isinstance(objects, list | tuple | None):
        raise ValueError(f"the canvas' objects must be a list, got {type(objects).__name__}")
    strokes, num_steps = [], 0
    for number, item in enumerate(objects or [], 1):
        try:
            num_steps += 1 + len(item["path"])
            points = _transformed(_path_points(item["path"]), item) if num_steps <= MAX_STEPS else None
        except (KeyError, TypeError, IndexError, ValueError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"object {number} on the canvas is not a free-hand path: {error!r:.200}"
            ) from error
        if points is None:
            raise ValueError(f"a drawing may have at most {MAX_STEPS} steps, got at least {num_steps}")
        strokes.append(points)
    concatenate_strokes(strokes)  # checks the coordinates
    return strokes if side is None else [part for stroke in strokes for part in _visible_parts(stroke, side)]


def _path_points(path: list[Any]) -> np.ndarray:
    points = []
    for command, *values in path:
        is_start = command == "M" and not points
        if (is_start or command == "L") and len(values) == 2:
            points.append(values)
        elif command == "Q" and len(values) == 4:
            points += _curve_points(points[-1], values[:2], values[2:])
        else:
            raise ValueError(f"unknown step {short([command, *values])}")
    return np.array(points, np.float64).reshape(-1, 2)


def _curve_points(start: list[float], control: list[float], end: list[float]) -> list[list[float]]:
    """Returns points on a quadratic curve at equal steps of its parameter, without its start."""
    steps = [k / CURVE_STEPS for k in range(1, CURVE_STEPS + 1)]
    return [
        [
            (1 - t) * (1 - t) * p + 2 * t * (1 - t) * q + t * t * r
            for p, q, r in zip(start, control, end, strict=True)
        ]
        for t in steps
    ]


def _transformed(points: np.ndarray, item: dict[str, Any]) -> np.ndarray:
    """Returns the points as Fabric.js shows them: scaled and turned about their box's centre, then moved.

    If the item does not say where this centre is, the points stay as they are.
    """
    if not len(points) or item.get("originX", "left") != "center" or item.get("originY", "top") != "center":
        return points
    matrix = _rotation(item) @ _scaling(item)
    centre, position = _box_centre(item["path"]), np.array([item["left"], item["top"]], np.float64)
    if np.array_equal(matrix, np.eye(2)) and np.abs(position - centre).max() < MIN_MOVE:
        return points
    return (points - centre) @ matrix.T + position


def _visible_parts(points: np.ndarray, side: int) -> list[np.ndarray]:
    """Returns the parts of a stroke inside the canvas, each with the points where it crosses the edge.

    A line between two points outside is left out, even if it crosses a corner of the canvas. Such a line is
    short, because the points of a pen are close together.
    """
    is_inside = ((points >= 0) & (points <= side)).all(axis=1)
    if is_inside.all():
        return [points]
    ranges = np.flatnonzero(np.diff(np.concatenate([[False], is_inside, [False]]))).reshape(-1, 2)
    parts = []
    for first, end in ranges:
        before = [_edge_crossing(points[first], points[first - 1], side)] if first else []
        after = [_edge_crossing(points[end - 1], points[end], side)] if end < len(points) else []
        parts.append(np.array([*before, *points[first:end], *after]))
    return parts


def _edge_crossing(inside: np.ndarray, outside: np.ndarray, side: int) -> np.ndarray:
    """Returns the point where the line from a point inside to one outside meets the edge of the canvas."""
    step = outside - inside
    distances = np.where(step > 0, side - inside, -inside)
    fractions = [distance / length for distance, length in zip(distances, step, strict=True) if length]
    return inside + min([1.0, *fractions]) * step


def _rotation(item: dict[str, Any]) -> np.ndarray:
    angle = math.radians(item.get("angle", 0))
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _scaling(item: dict[str, Any]) -> np.ndarray:
    """Returns flip, scale and skew as one (2, 2) matrix, in the order of Fabric.js (calcDimensionsMatrix)."""
    flips = [-1.0 if item.get(flip) else 1.0 for flip in ("flipX", "flipY")]
    skews = [math.tan(math.radians(item.get(skew, 0))) for skew in ("skewX", "skewY")]
    scale = np.diag([flips[0] * item.get("scaleX", 1), flips[1] * item.get("scaleY", 1)])
    return scale @ np.array([[1.0, skews[0]], [0.0, 1.0]]) @ np.array([[1.0, 0.0], [skews[1], 1.0]])


def _box_centre(path: list[Any]) -> np.ndarray:
    """Returns the centre of the bounding box that Fabric.js computes for a path.

    Fabric.js treats a quadratic curve as a cubic one whose two control points are equal.
    """
    ends, t = np.array([step[-2:] for step in path], np.float64), np.linspace(0, 1, 65)[:, None, None]
    curves = [index for index, step in enumerate(path) if step[0] == "Q"]
    controls = np.array([path[index][1:3] for index in curves], np.float64).reshape(-1, 2)
    starts = ends[[index - 1 for index in curves]]
    on_curves = (1 - t) ** 3 * starts + 3 * t * (1 - t) * controls + t**3 * ends[curves]
    points = np.concatenate([ends, on_curves.reshape(-1, 2)])
    return (points.min(axis=0) + points.max(axis=0)) / 2
