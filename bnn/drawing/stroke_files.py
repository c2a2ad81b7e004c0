"""Files of drawings, as pen strokes."""

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short

import numpy as np

from bnn.drawing.strokes import joined

# Of a whole file of drawings, three times as many as 30 people drew; a packed megabyte may become a gigabyte.
MAX_FILE_POINTS = 1_000_000
MAX_FILE_STROKES = 100_000
MAX_FILE_LENGTH = 30_000_000
MAX_LINE_LENGTH = 4_000_000


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
