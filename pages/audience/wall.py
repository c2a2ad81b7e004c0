"""Keeps the drawings that phones have sent. They are only in the server's memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bnn.drawing.stroke_files import MAX_FILE_POINTS, MAX_FILE_STROKES, to_line
from bnn.engine.verdict import is_right

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

MAX_TILES = 500
# With these limits for one drawing, a strokes file of all drawings is short enough to be read again. The
# number of points is halved, because the number of characters in the file is limited, too.
MAX_POINTS = MAX_FILE_POINTS // MAX_TILES // 2
MAX_STROKES = MAX_FILE_STROKES // MAX_TILES
# The verdict on a drawing that nobody can read.
UNREADABLE = -1


@dataclass(frozen=True, eq=False)
class Tile:
    """One drawing on the wall.

    Args:
        number: number of the drawing, counted from 1 in the order of arrival.
        writer: number of the phone, from 1.
        strokes: one (n, 2) array of x, y for each stroke.
        picture: the drawing, as the source of an image.
        answer: the network's answer.
        verdict: what people read, an index of `answer.class_names`, or UNREADABLE; None while undecided.
    """

    number: int
    writer: int
    strokes: list[np.ndarray]
    picture: str
    answer: Answer
    verdict: int | None = None

    @property
    def is_readable(self) -> bool:
        """Whether people have read it as one of the classes."""
        return self.verdict is not None and self.verdict != UNREADABLE

    @property
    def is_right(self) -> bool | None:
        """Whether the network has named what people have read.

        None if people could not read the drawing or have not judged it, or if the network is blind.
        """
        if self.verdict is None or not self.is_readable:
            return None
        return is_right(self.answer, self.answer.class_names[self.verdict])

    def is_same(self, strokes: list[np.ndarray], answer: Answer) -> bool:
        """Whether this drawing has these strokes, (n, 2) arrays, and a network has given it this answer."""
        return (
            len(self.strokes) == len(strokes)
            and all(map(np.array_equal, self.strokes, strokes))
            and np.array_equal(self.answer.probabilities, answer.probabilities)
        )

    @property
    def has_fooled(self) -> bool:
        """Whether people could read the drawing, but the network has named another class or none."""
        return self.is_right is False


@dataclass(frozen=True)
class Score:
    """The score of the game "Fool the network".

    Args:
        num_tried: drawings that people could read, without those that a blind network answered.
        num_fooled: tried drawings for which the network named another class or none.
        num_unreadable: drawings that nobody could read.
        num_undecided: drawings on the wall that nobody has judged.
        num_blind: drawings that people could read, and that a blind network answered.
    """

    num_tried: int = 0
    num_fooled: int = 0
    num_unreadable: int = 0
    num_undecided: int = 0
    num_blind: int = 0

    def plus(self, tile: Tile) -> Score:
        """Returns the score with one more drawing."""
        return Score(
            self.num_tried + (tile.is_right is not None),
            self.num_fooled + tile.has_fooled,
            self.num_unreadable + (tile.verdict == UNREADABLE),
            self.num_undecided + (tile.verdict is None),
            self.num_blind + (tile.is_readable and tile.is_right is None),
        )


class Wall:
    """The newest MAX_TILES drawings. Several threads may use it at once."""

    def __init__(self) -> None:
        self.is_paused = False
        self._lock = threading.Lock()
        self._num_drawings = 0
        self.clear()

    def clear(self) -> None:
        """Removes all drawings, and sets the score to zero."""
        with self._lock:
            self._tiles: dict[int, Tile] = {}
            self._writers: dict[str, int] = {}
            self._hidden: Tile | None = None
            # The score of the drawings that newer ones have replaced.
            self._earlier_score = Score()
            self._has_dropped = False

    def add(self, phone: str, strokes: list[np.ndarray], picture: str, answer: Answer) -> None:
        """Adds a drawing. If the wall is full, it replaces the oldest one.

        If the drawing is the phone's newest one, nothing happens: a phone that got no answer sends it again.

        Args:
            phone: the id that the phone has made up.
            strokes: one (n, 2) array of x, y for each stroke.
            picture: the drawing, as the source of an image.
            answer: the network's answer.
        """
        with self._lock:
            writer = self._writers.setdefault(phone, len(self._writers) + 1)
            newest = self._newest(writer)
            if newest and newest.is_same(strokes, answer):
                return
            self._num_drawings += 1
            self._tiles[self._num_drawings] = Tile(self._num_drawings, writer, strokes, picture, answer)
            self._drop_oldest()

    def _newest(self, writer: int) -> Tile | None:
        """Returns the newest drawing of a phone, even if it is hidden and can be put back."""
        drawings = [*self._tiles.values(), *([self._hidden] if self._hidden else [])]
        return max(
            (tile for tile in drawings if tile.writer == writer), key=lambda tile: tile.number, default=None
        )

    def has_dropped(self) -> bool:
        """Returns whether newer drawings have replaced older ones."""
        with self._lock:
            return self._has_dropped

    def tiles(self) -> list[Tile]:
        """Returns the drawings, the newest first."""
        with self._lock:
            return list(self._tiles.values())[::-1]

    def tile(self, number: object) -> Tile | None:
        """Returns the drawing with that number, or None if it is not on the wall."""
        with self._lock:
            return self._tiles.get(number) if isinstance(number, int) else None

    def judge(self, number: int, verdict: int) -> None:
        """Records what people read in a drawing. If it is no longer on the wall, nothing happens."""
        with self._lock:
            if tile := self._tiles.get(number):
                self._tiles[number] = replace(tile, verdict=verdict)

    def hide(self, number: int) -> None:
        """Takes a drawing off the wall and out of the score. It can be put back until another is hidden."""
        with self._lock:
            self._hidden = self._tiles.pop(number, None) or self._hidden

    def hidden(self) -> Tile | None:
        """Returns the drawing that was hidden last and can be put back.

        Returns None if there is none, or if the wall is full and all its drawings are newer.
        """
        with self._lock:
            is_full = len(self._tiles) >= MAX_TILES
            is_oldest = self._hidden and self._hidden.number < next(iter(self._tiles), 0)
            return None if is_full and is_oldest else self._hidden

    def put_back(self) -> None:
        """Puts the drawing that was hidden last, with its verdict, back in its place."""
        with self._lock:
            if self._hidden:
                self._tiles = dict(sorted([*self._tiles.items(), (self._hidden.number, self._hidden)]))
                self._hidden = None
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        if len(self._tiles) > MAX_TILES:
            oldest = self._tiles.pop(next(iter(self._tiles)))
            self._has_dropped = True
            if oldest.verdict is not None:
                self._earlier_score = self._earlier_score.plus(oldest)

    def score(self) -> Score:
        """Returns the score of the game."""
        with self._lock:
            score = self._earlier_score
            for tile in self._tiles.values():
                score = score.plus(tile)
            return score

    def strokes_file(self) -> str:
        """Returns a strokes file of the drawings that people could read, labelled with what people read."""
        return "".join(
            to_line(tile.strokes, tile.answer.class_names[tile.verdict], tile.writer)
            for tile in reversed(self.tiles())
            if tile.is_readable and tile.verdict is not None
        )


# All sessions of a server share this wall. It is empty when the server starts.
wall = Wall()
