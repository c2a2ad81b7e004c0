"""Pen strokes, from the canvas and from files, checked."""

import gzip
import json
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short

import numpy as np

MAX_POINTS = 200_000
# Of a whole file of drawings, three times as many as 30 people drew; a packed megabyte may become a gigabyte.
MAX_FILE_POINTS = 1_000_000
MAX_FILE_STROKES = 100_000
MAX_FILE_LENGTH = 30_000_000
MAX_LINE_LENGTH = 4_000_000
MAX_COORDINATE = 1e6
CURVE_STEPS = 4
# Steps of all paths on a canvas, and as many paths.
MAX_STEPS = MAX_POINTS // CURVE_STEPS
# Fabric writes an object's place with four decimals: a shorter way is rounding, not somebody moving a stroke.
LEAST_MOVE = 0.05


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


def load_drawings(path):
    """The drawings in a file: a list of lists of strokes, (n, 2) float64 arrays, and their labels (n,) uint8.

    path: JSON lines, gzipped if it ends in .gz: {"label": 8, "strokes": [[[x, y], ...], ...]}, other keys ignored.
    Raises ValueError naming the file, the line and what is wrong with it; OSError if it cannot be read.
    """
    opener = gzip.open if Path(path).suffix == ".gz" else open
    drawings, labels, room = [], [], _Room()
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_LENGTH + 1), ""), 1):
                strokes, label = _parse(path, number, line, room)
                drawings.append(strokes)
                labels.append(label)
    except (EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    return drawings, np.array(labels, np.uint8)


@dataclass
class _Room:
    """What a file may still hold."""

    length: int = MAX_FILE_LENGTH
    strokes: int = MAX_FILE_STROKES
    points: int = MAX_FILE_POINTS

    def take(self, length=0, strokes=0, points=0):
        self.length -= length
        self.strokes -= strokes
        self.points -= points
        if length > MAX_LINE_LENGTH or min(self.length, self.strokes, self.points) < 0:
            raise ValueError(
                f"it is too long: a line may have {MAX_LINE_LENGTH:,} letters, a file {MAX_FILE_LENGTH:,},"
                f" {MAX_FILE_STROKES:,} strokes and {MAX_FILE_POINTS:,} points"
            )


def _parse(path, number, line, room):
    try:
        room.take(length=len(line))
        return _record(json.loads(line), room)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path}, line {number}: {_words(error):.300}") from error


def _record(record, room):
    if not isinstance(record, dict) or not isinstance(record.get("strokes"), list):
        raise ValueError('expected an object with "label" and a list of "strokes"')
    label = record.get("label")
    if type(label) is not int or not 0 <= label <= 9:
        raise ValueError(f"label must be a whole number from 0 to 9, got {short(label)}")
    room.take(strokes=len(record["strokes"]))
    strokes = [np.array(stroke, np.float64) for stroke in record["strokes"]]
    num_points = len(joined(strokes)[0])
    if not num_points:
        raise ValueError("the drawing has no points")
    room.take(points=num_points)
    return strokes, label


def _words(error):
    return f"not JSON ({error})" if isinstance(error, json.JSONDecodeError) else str(error)
