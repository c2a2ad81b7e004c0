"""What streamlit-drawable-canvas reports -> pen strokes."""

import math
from reprlib import repr as short

import numpy as np

from bnn.drawing.strokes import MAX_POINTS, joined

CURVE_STEPS = 4
# Steps of all paths on a canvas, and as many paths.
MAX_STEPS = MAX_POINTS // CURVE_STEPS
# Fabric writes an object's place with four decimals: a shorter way is rounding, not somebody moving a stroke.
LEAST_MOVE = 0.05


def canvas_objects(data):
    """What is drawn on streamlit-drawable-canvas, from its json_data; not checked yet, see `strokes_from_canvas`."""
    return data.get("objects", []) if isinstance(data, dict) else []


def strokes_from_canvas(objects, side=None):
    """The strokes drawn on streamlit-drawable-canvas: a list of (n, 2) float64 arrays of x, y in canvas pixels.

    objects: its json_data["objects"], or None before anything was drawn. side: the canvas' height and width; what
    lies beyond cannot be seen, and is cut off; None cuts nothing. Curves are flattened in CURVE_STEPS steps.
    A path's points are where the pen was (Fabric.js 7.4, PencilBrush; a tap gives a path of two equal points), until
    the path is moved, scaled or turned with the toolbar's edit tool, which this follows.
    Raises ValueError for anything else than free-hand paths.
    """
    if not isinstance(objects, (list, tuple, type(None))):
        raise ValueError(f"the canvas' objects must be a list, got {type(objects).__name__}")
    strokes, num_steps = [], 0
    for number, item in enumerate(objects or [], 1):
        try:
            num_steps += 1 + len(item["path"])
            if num_steps > MAX_STEPS:
                raise ValueError(f"with it, the drawing has more than {MAX_STEPS} steps")
            strokes.append(_moved(_points(item["path"]), item))
        except (KeyError, TypeError, IndexError, ValueError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"object {number} on the canvas is not a free-hand path: {error!r:.200}"
            ) from error
    joined(strokes)
    return strokes if side is None else [part for stroke in strokes for part in _parts_inside(stroke, side)]


def _points(path):
    """The path's points, (n, 2) float64."""
    points = []
    for command, *values in path:
        if (command, len(values)) in (("L", 2), ("M", 2)) and (command == "L" or not points):
            points.append(values)
        elif (command, len(values)) == ("Q", 4):
            points += _curve(points[-1], values[:2], values[2:])
        else:
            raise ValueError(f"unknown step {short([command, *values])}")
    return np.array(points, np.float64).reshape(-1, 2)


def _curve(a, b, c):
    """A quadratic curve from a to c, without a."""
    steps = [k / CURVE_STEPS for k in range(1, CURVE_STEPS + 1)]
    return [
        [(1 - t) * (1 - t) * p + 2 * t * (1 - t) * q + t * t * r for p, q, r in zip(a, b, c)] for t in steps
    ]


def _moved(points, item):
    """The points where Fabric shows them: scaled and turned about the box's middle, which is at (left, top)."""
    if not len(points) or item.get("originX", "left") != "center" or item.get("originY", "top") != "center":
        return points
    matrix = _turn(item) @ _scaling(item)
    middle, place = _middle(item["path"]), np.array([item["left"], item["top"]], np.float64)
    if np.array_equal(matrix, np.eye(2)) and np.abs(place - middle).max() < LEAST_MOVE:
        return points
    return (points - middle) @ matrix.T + place


def _parts_inside(points, side):
    """The parts of a stroke on the canvas, up to where it crosses the edge. (The pen is slow beside the distance of
    its points: from one outside to the next it does not cross a corner.)"""
    is_inside = ((points >= 0) & (points <= side)).all(axis=1)
    if is_inside.all():
        return [points]
    changes = np.flatnonzero(np.diff(np.concatenate([[False], is_inside, [False]]))).reshape(-1, 2)
    parts = []
    for first, end in changes:
        before = [_crossing(points[first], points[first - 1], side)] if first else []
        after = [_crossing(points[end - 1], points[end], side)] if end < len(points) else []
        parts.append(np.array([*before, *points[first:end], *after]))
    return parts


def _crossing(inside, outside, side):
    """Where the way from a point inside to one outside meets the edge."""
    way = outside - inside
    rooms = np.where(way > 0, side - inside, -inside)
    shares = [room / step for room, step in zip(rooms, way) if step]
    return inside + min([1.0, *shares]) * way


def _turn(item):
    angle = math.radians(item.get("angle", 0))
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _scaling(item):
    """Flips, scales and skews, in Fabric's order (calcDimensionsMatrix)."""
    flips = [-1.0 if item.get(flip) else 1.0 for flip in ("flipX", "flipY")]
    skews = [math.tan(math.radians(item.get(skew, 0))) for skew in ("skewX", "skewY")]
    scale = np.diag([flips[0] * item.get("scaleX", 1), flips[1] * item.get("scaleY", 1)])
    return scale @ np.array([[1.0, skews[0]], [0.0, 1.0]]) @ np.array([[1.0, 0.0], [skews[1], 1.0]])


def _middle(path):
    """The middle of what Fabric takes for the path's box: it bounds a Q as a cubic with both handles in one place."""
    ends, t = np.array([step[-2:] for step in path], np.float64), np.linspace(0, 1, 65)[:, None, None]
    curves = [number for number, step in enumerate(path) if step[0] == "Q"]
    handles = np.array([path[number][1:3] for number in curves], np.float64).reshape(-1, 2)
    starts = ends[[number - 1 for number in curves]]
    bows = (1 - t) ** 3 * starts + 3 * t * (1 - t) * handles + t**3 * ends[curves]
    every = np.concatenate([ends, bows.reshape(-1, 2)])
    return (every.min(axis=0) + every.max(axis=0)) / 2
