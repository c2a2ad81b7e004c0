"""A lesson: the signs that a visitor has named, and the examples of them. It is kept for the session only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np
import streamlit as st

from bnn.drawing.stroke_files import to_line
from bnn.recipes.layers import IMAGE_SIDE
from pages.shared import saved, session
from pages.teach.sign_names import check_free, check_name

MIN_SIGNS, MAX_SIGNS = 2, 36
MIN_EXAMPLES, MAX_EXAMPLES = 5, 20
START_NAMES = ("heart", "star", "house")


class Example(NamedTuple):
    """One drawing.

    Args:
        number: the number by which the page and the browser name it; each example has its own.
        sign: the number of its sign.
        strokes: one (n, 2) float64 array for each stroke, in canvas pixels.
        image: the drawing as the network reads it, (28, 28) uint8.
    """

    number: int
    sign: int
    strokes: list[np.ndarray]
    image: np.ndarray


class Removed(NamedTuple):
    """What the visitor has removed in one step: an example, or a sign with its examples.

    Args:
        examples: the examples.
        sign: the sign's number; None if only an example was removed.
        name: the sign's name.
        place: its place among the signs, from 0.
    """

    examples: list[Example]
    sign: int | None = None
    name: str = ""
    place: int = 0


@dataclass
class Lesson:
    """The signs and their examples.

    Args:
        signs: the names of the signs by number. The order is that of the classes.
        examples: the examples, the oldest first.
        last_received: the largest number of a drawing that has arrived from the browser. The browser gives
            its drawings numbers of their own, which are not those of the examples.
        next_number: the number of the next sign or example; no number is used twice.
        runs: ids of the runs that were started on this lesson, the newest last.
        kept: numbers of the examples that were saved, by place: id of a run, or `saved.FILE`.
        removed: what the visitor has removed and can put back, the newest last.
        is_from_file: whether the visitor has opened the lesson from a file.
    """

    signs: dict[int, str] = field(default_factory=lambda: dict(enumerate(START_NAMES)))
    examples: list[Example] = field(default_factory=list)
    last_received: int = 0
    next_number: int = len(START_NAMES)
    runs: list[str] = field(default_factory=list)
    kept: dict[str, set[int]] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)
    is_from_file: bool = False

    @classmethod
    def after(cls, earlier: Self, names: Iterable[str]) -> Self:
        """Returns a lesson without examples that replaces an earlier one.

        The page and the browser know signs and examples by their numbers, so no number is used again.
        Drawings that the browser has sent to the earlier lesson do not count as new.
        """
        signs = dict(enumerate(names, earlier.next_number))
        next_number = earlier.next_number + len(signs)
        return cls(signs, last_received=earlier.last_received, next_number=next_number)

    def add_sign(self, name: str) -> int:
        """Adds a sign without examples, and returns its number.

        Raises:
            ValueError: if `check_name` refuses the name, or there are MAX_SIGNS signs.
        """
        if len(self.signs) >= MAX_SIGNS:
            raise ValueError(f"there can be at most {MAX_SIGNS} signs")
        check_name(name, list(self.signs.values()))
        number = self._take_number()
        self.signs[number] = name.strip()
        return number

    def rename(self, sign: int, name: str) -> None:
        """Gives a sign another name.

        Raises:
            ValueError: if `check_name` refuses the name.
        """
        check_name(name, [other for number, other in self.signs.items() if number != sign])
        self.signs[sign] = name.strip()

    def remove_sign(self, sign: int) -> None:
        """Removes a sign and its examples; does nothing if there is no such sign."""
        if sign not in self.signs:
            return
        place, name = list(self.signs).index(sign), self.signs.pop(sign)
        examples = [example for example in self.examples if example.sign == sign]
        self.examples = [example for example in self.examples if example.sign != sign]
        self.removed.append(Removed(examples, sign, name, place))

    def add_example(self, sign: int, strokes: list[np.ndarray]) -> bool:
        """Adds a drawing to a sign, and returns whether that was possible.

        It is not possible if there is no such sign, the sign has MAX_EXAMPLES examples, or the drawing has no
        ink.

        Args:
            sign: number of the sign.
            strokes: one (n, 2) float64 array for each stroke, in canvas pixels.
        """
        # Imported here because importing Numba takes most of a second.
        from bnn.drawing.preprocessing import digit_from_strokes

        if sign not in self.signs or self.counts()[sign] >= MAX_EXAMPLES:
            return False
        drawing = digit_from_strokes(strokes)
        if drawing.is_empty:
            return False
        self.examples.append(Example(self._take_number(), sign, strokes, drawing.digit))
        return True

    def remove_example(self, number: int) -> None:
        """Removes an example; does nothing if there is no example of that number."""
        examples = [example for example in self.examples if example.number == number]
        if examples:
            self.examples.remove(examples[0])
            self.removed.append(Removed(examples))

    def put_back(self) -> None:
        """Puts back what was removed last, in its old place; does nothing if nothing was removed.

        Raises:
            ValueError: if it no longer fits: there are MAX_SIGNS signs, the sign's name is taken, or the
                example's sign has MAX_EXAMPLES examples.
        """
        if not self.removed:
            return
        last = self.removed[-1]
        if last.sign is not None:
            self._put_back_sign(last.sign, last.name, last.place)
        elif self.counts()[last.examples[0].sign] >= MAX_EXAMPLES:
            raise ValueError(
                f"{self.signs[last.examples[0].sign]} has {MAX_EXAMPLES} examples, and no more fit"
            )
        self.examples = sorted([*self.examples, *last.examples], key=lambda example: example.number)
        self.removed.pop()

    def delete_examples(self) -> None:
        """Deletes all examples for good, and what could be put back."""
        self.examples.clear()
        self.removed.clear()

    def counts(self) -> Counter[int]:
        """Returns the number of examples of each sign."""
        return Counter(example.sign for example in self.examples)

    def num_different(self) -> Counter[int]:
        """Returns the number of different examples of each sign. Training leaves copies out."""
        drawings = [(one.sign, tuple(stroke.tobytes() for stroke in one.strokes)) for one in self.examples]
        return Counter(sign for sign, _ in dict.fromkeys(drawings))

    @property
    def is_complete(self) -> bool:
        """Whether every sign has enough different examples, so that Teach leaves no sign out."""
        counts = self.num_different()
        return len(self.signs) >= MIN_SIGNS and all(counts[sign] >= MIN_EXAMPLES for sign in self.signs)

    @property
    def is_kept(self) -> bool:
        """Whether all examples are saved, see `kept`."""
        return not self.unkept()

    def unkept(self) -> list[Example]:
        """Returns the examples that are not saved, see `kept`."""
        kept = set[int]().union(*(self.kept[place] for place in saved.existing(self.kept)))
        return [example for example in self.examples if example.number not in kept]

    def keep(self, place: str = saved.FILE) -> None:
        """Notes that all examples are saved in this place, see `kept`."""
        self.kept.setdefault(place, set()).update(example.number for example in self.examples)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the signs that have examples, in order."""
        counts = self.counts()
        return tuple(name for sign, name in self.signs.items() if counts[sign])

    def images_and_labels(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the images, (n, 28, 28) uint8, and their labels, (n,) int64, indices of `names`."""
        images = [example.image for example in self.examples]
        names = self.names
        labels = [names.index(self.signs[example.sign]) for example in self.examples]
        return np.array(images, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE), np.array(labels, np.int64)

    def to_file(self) -> str:
        """Returns the content of a file of strokes with all examples, in the order of the signs."""
        return "".join(
            to_line(example.strokes, name)
            for sign, name in self.signs.items()
            for example in self.examples
            if example.sign == sign
        )

    def _put_back_sign(self, sign: int, name: str, place: int) -> None:
        if len(self.signs) >= MAX_SIGNS:
            raise ValueError(f"there can be at most {MAX_SIGNS} signs")
        check_free(name, list(self.signs.values()))
        items = list(self.signs.items())
        items.insert(place, (sign, name))
        self.signs = dict(items)

    def _take_number(self) -> int:
        self.next_number += 1
        return self.next_number - 1


def lesson() -> Lesson:
    """Returns this visitor's lesson."""
    return st.session_state.setdefault(session.LESSON, Lesson())


def replace_lesson(opened: Lesson) -> None:
    """Makes `opened` this visitor's lesson, to which examples are drawn next."""
    st.session_state[session.LESSON] = opened
    st.session_state.pop(session.TEACH_MODE, None)
    st.session_state.pop(session.TAUGHT_BEFORE, None)
