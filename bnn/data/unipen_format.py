"""Reads files in the UNIPEN format: pen paths, and the characters that parts of them represent.

I. Guyon, "UNIPEN 1.0 Format Definition" (1994), http://unipen.nici.ru.nl/unipen.def. A file is a list of
statements. A statement begins with a dot and a keyword at the start of a line. Its arguments go on until the
next statement. These statements are read, and all others are ignored:

.INCLUDE FILE           insert the statements of another file here
.COORD X Y T ...        the meaning of the numbers of each point; X Y if the file has no such statement
.WRITER_ID NAME         the writer of everything that follows
.PEN_DOWN x y x y ...   a path of the pen on the paper
.PEN_UP x y x y ...     a path of the pen above the paper; it may have no points
.SEGMENT CHARACTER 3-4 OK "7"    components 3 to 4 are a 7, and the quality of this label is OK

Each path of the pen that has points is a component. Components are counted from 0. A range of components
such as `3-4` is called a delineation. It may be a list with commas, and may name points: `3:0-4:25` is from
point 0 of component 3 to point 25 of component 4. The quality is OK, BAD or ? (not checked), and may be
missing.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

MAX_INCLUDE_DEPTH = 8
MAX_COORDINATES = 16
_STATEMENT = re.compile(r"^\.([A-Z_0-9]+)[ \t]*", re.MULTILINE)
_SEGMENT = re.compile(
    r'(?P<level>\S+)\s+(?P<parts>\S+)\s+(?:(?P<quality>[^\s"]+)\s+)?"(?P<label>(?:[^"\\]|\\.)*)"'
)
_RANGE = re.compile(r"(?P<first>\d+)(?::(?P<first_point>\d+))?(?:-(?P<last>\d+)(?::(?P<last_point>\d+))?)?")


class Component(NamedTuple):
    """The path of the pen while it stays on the paper, or while it stays above the paper.

    Args:
        points: (n, 2) float64, x to the right and y upwards.
        is_down: whether the pen was on the paper.
        writer: the last `.WRITER_ID` before the component; "" if there is none.
    """

    points: np.ndarray
    is_down: bool
    writer: str


class Segment(NamedTuple):
    """A labelled part of the pen path.

    Args:
        label: the written character.
        quality: "OK", "BAD" or "?".
        strokes: (n, 2) float64 arrays of x, y, y upwards: the parts with the pen on the paper.
        writer: the writer's name; "" if the file does not say.
    """

    label: str
    quality: str
    strokes: list[np.ndarray]
    writer: str


def statements(text: str) -> Iterator[tuple[str, str]]:
    """Yields the keyword, without its dot, and the arguments of each statement."""
    matches = list(_STATEMENT.finditer(text))
    if not matches:
        return
    ends = [match.start() for match in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=True):
        yield match[1], text[match.end() : end].strip()


def included_names(text: str) -> list[str]:
    """Returns the names of the files that a file includes."""
    return [arguments for keyword, arguments in statements(text) if keyword == "INCLUDE"]


def read_characters(text: str, read_included: Callable[[str], str]) -> list[Segment]:
    """Returns the characters that a file labels.

    Args:
        text: the file's content.
        read_included: a function that gets the file name in an `.INCLUDE` statement, and returns the content
            of that file.

    Raises:
        ValueError: if there is no statement, a statement is damaged, or files include each other more than
            MAX_INCLUDE_DEPTH levels deep.
    """
    if not _STATEMENT.search(text):
        raise ValueError("the file has no statement of the UNIPEN format")
    reader = _Reader(read_included)
    reader.read(text, depth=0)
    return [reader.segment(match) for match in reader.labels]


class _Reader:
    """Reads statements in order, and keeps the components and labels found so far."""

    def __init__(self, read_included: Callable[[str], str]) -> None:
        self.read_included = read_included
        self.components: list[Component] = []
        self.labels: list[re.Match[str]] = []
        self.writer, self.num_coordinates, self.x, self.y = "", 2, 0, 1

    def read(self, text: str, depth: int) -> None:
        if depth > MAX_INCLUDE_DEPTH:
            raise ValueError(f"files may include each other at most {MAX_INCLUDE_DEPTH} levels deep")
        for keyword, arguments in statements(text):
            if keyword == "INCLUDE":
                self.read(self.read_included(arguments), depth + 1)
            elif keyword == "COORD":
                self._read_coordinates(arguments.split())
            elif keyword == "WRITER_ID":
                self.writer = arguments
            elif keyword in {"PEN_DOWN", "PEN_UP"}:
                self._read_component(arguments, keyword == "PEN_DOWN")
            elif (
                keyword == "SEGMENT"
                and (match := _SEGMENT.match(arguments))
                and match["level"] == "CHARACTER"
            ):
                self.labels.append(match)

    def _read_coordinates(self, names: list[str]) -> None:
        if "X" not in names or "Y" not in names or len(names) > MAX_COORDINATES:
            raise ValueError(f".COORD must name X and Y, got {' '.join(names):.80}")
        self.num_coordinates, self.x, self.y = len(names), names.index("X"), names.index("Y")

    def _read_component(self, arguments: str, is_down: bool) -> None:
        numbers = np.array(arguments.split(), np.float64)
        if len(numbers) % self.num_coordinates:
            raise ValueError(
                f"a component has {len(numbers)} numbers, not {self.num_coordinates} for each point"
            )
        points = numbers.reshape(-1, self.num_coordinates)[:, [self.x, self.y]]
        if not np.isfinite(points).all():
            raise ValueError("a component has coordinates that are no finite numbers")
        # Only components with points have a number that a delineation can name.
        if len(points):
            self.components.append(Component(points, is_down, self.writer))

    def segment(self, match: re.Match[str]) -> Segment:
        parts = [part for item in match["parts"].split(",") for part in self._parts(item)]
        strokes = [part.points for part in parts if part.is_down and len(part.points)]
        label = re.sub(r"\\(.)", r"\1", match["label"])
        return Segment(label, match["quality"] or "?", strokes, parts[0].writer if parts else "")

    def _parts(self, item: str) -> list[Component]:
        """Returns the components of one range, such as "3:0-4:25"; the first and the last may be cut."""
        match = _RANGE.fullmatch(item)
        if not match:
            raise ValueError(f"a delineation must look like 3-4 or 3:0-4:25, got {item:.80}")
        first = int(match["first"])
        last = int(match["last"] or first)
        if not first <= last < len(self.components):
            raise ValueError(f"a delineation names components {first} to {last} of {len(self.components)}")
        parts = self.components[first : last + 1]
        if match["last_point"]:
            parts[-1] = parts[-1]._replace(points=parts[-1].points[: int(match["last_point"]) + 1])
        if match["first_point"]:
            parts[0] = parts[0]._replace(points=parts[0].points[int(match["first_point"]) :])
        return parts
