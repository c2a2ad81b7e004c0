"""Reads files of drawings: pen strokes as JSON, one drawing per line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, BytesIO, TextIOWrapper
from pathlib import Path
from reprlib import repr as short
from typing import Any, NamedTuple, TextIO, cast

import numpy as np

from bnn.drawing.strokes import strokes_from_lists
from bnn.system.file_kinds import BEGIN_BYTES, GZIP_MAGIC, UTF16_MAGIC, kind_of

# Limits of a file, because a gzipped megabyte can grow to a gigabyte. UNIPEN's file of capital letters, by
# 274 people, is about half as large.
MAX_FILE_POINTS = 2_000_000
MAX_FILE_STROKES = 100_000
MAX_FILE_LENGTH = 30_000_000
MAX_LINE_LENGTH = 4_000_000
# A label that is a number may have at most this many digits.
MAX_DIGITS = 9
# A file whose labels are not limited to given classes may have at most this many different labels.
MAX_LABELS = 1_000
# The label of a drawing that belongs to none of the classes.
OTHER = -1


class StrokeDrawing(NamedTuple):
    """One drawing of a file.

    Args:
        strokes: one (n, 2) float64 array of x, y for each stroke, y downwards.
        label: index of the class name; `OTHER` if the label in the file is not a class.
        writer: the person who drew it, as named in the file; None if the file does not say.
        contributor: who collected the drawing, as named in the file; None if the file does not say. Writers
            of two contributors may have the same numbers.
    """

    strokes: list[np.ndarray]
    label: int
    writer: int | str | None
    contributor: int | str | None


def load_drawings(
    path: str | Path, class_names: Sequence[str], *, keep_others: bool = False
) -> list[StrokeDrawing]:
    r"""Returns the drawings in a file.

    The file has one JSON object per line: `{"label": 8, "writer": 6, "strokes": [[[x, y], ...], ...]}`. The
    keys "writer" and "contributor" are optional. Blank lines and all other keys are ignored. The file may be
    gzipped, whatever its name, and may begin with a byte order mark.

    Args:
        path: the file.
        class_names: the names of the classes. A label is one of these names or, unless `keep_others`, the
            index of one of them.
        keep_others: whether to accept other labels, such as letters among digits. They are returned as
            `OTHER`. A number is then always a name: 3 is not the fourth of some letters.

    Raises:
        ValueError: if the file is damaged, has no drawing, or is larger than the limits of this module. The
            message names the file and, if one line is wrong, this line.
        OSError: if the file cannot be read.
    """
    with Path(path).open("rb") as file:
        return _read(file, path, _Reading(class_names, keep_others))


def drawings_and_labels(content: bytes, name: str) -> tuple[list[StrokeDrawing], tuple[str, ...]]:
    """Returns the drawings in the content of a file, and its labels: numbers, ascending, then texts.

    Args:
        content: the content of a file as `load_drawings` reads it. All labels are allowed.
        name: the file's name, for messages.

    Raises:
        ValueError: as in `load_drawings`.
    """
    indices: dict[str, int] = {}
    drawings = _read(BufferedReader(cast(Any, BytesIO(content))), name, _Reading(indices=indices))
    labels = sorted(indices, key=label_order)
    # Maps the index of a label in the order of the file to its index in the sorted order.
    new_indices = {index: labels.index(label) for label, index in indices.items()}
    return [drawing._replace(label=new_indices[drawing.label]) for drawing in drawings], tuple(labels)


def label_order(label: str) -> tuple[bool, int, str]:
    """Returns the key by which labels are sorted: numbers first, ascending, then texts."""
    is_number = label.isascii() and label.isdecimal() and len(label) <= MAX_DIGITS
    return not is_number, int(label) if is_number else 0, label


def _read(file: BufferedReader, path: str | Path, reading: _Reading) -> list[StrokeDrawing]:
    drawings = []
    try:
        with _text(file, path) as text:
            for number, line in enumerate(_lines(text), 1):
                if drawing := _parse(path, number, line, reading):
                    drawings.append(drawing)
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as error:
        raise ValueError(f"{path} is damaged or incomplete") from error
    if not drawings:
        raise ValueError(f"{path} holds no drawings")
    return drawings


def labels_of(drawings: Iterable[StrokeDrawing]) -> np.ndarray:
    """Returns the labels of drawings, (n,) uint8. No label may be `OTHER`, which uint8 cannot hold."""
    return np.array([drawing.label for drawing in drawings], np.uint8)


def to_line(strokes: Iterable[np.ndarray], label: str, writer: int | None = None) -> str:
    """Returns a drawing as one line of a file of drawings, with a line break at its end.

    Args:
        strokes: one (n, 2) array of x, y for each stroke, y downwards.
        label: the name of the drawing's class.
        writer: the number of the person who drew it; None if it is not known.
    """
    record: dict[str, Any] = {"label": label}
    if writer is not None:
        record["writer"] = writer
    record["strokes"] = [stroke.tolist() for stroke in strokes]
    return json.dumps(record, separators=(",", ":")) + "\n"


def _text(file: BufferedReader, path: str | Path) -> TextIO:
    if file.peek(2)[:2] == GZIP_MAGIC:
        file = BufferedReader(cast(Any, gzip.GzipFile(fileobj=file)))
    begin = file.peek(BEGIN_BYTES)[:BEGIN_BYTES]
    if not begin:
        raise ValueError(f"{path} is empty")
    if kind := kind_of(begin):
        raise ValueError(f"{path} is {kind}, not a file of drawings (JSON lines)")
    # Windows PowerShell writes UTF-16. Some editors write a byte order mark before UTF-8.
    return TextIOWrapper(file, encoding="utf-16" if file.peek(2)[:2] in UTF16_MAGIC else "utf-8-sig")


def _lines(text: TextIO) -> Iterator[str]:
    # A line that is too long is cut one character after the limit, so that `_Reading.spend` refuses it.
    return iter(lambda: text.readline(MAX_LINE_LENGTH + 1), "")


@dataclass
class _Reading:
    """The state of reading a file: the allowed labels, and how much more the file may hold.

    If all labels are allowed, `indices` collects those of the file in their order, each with its index.
    Otherwise, `indices` is None.
    """

    class_names: Sequence[str] = ()
    keep_others: bool = False
    indices: dict[str, int] | None = None
    length_left: int = MAX_FILE_LENGTH
    strokes_left: int = MAX_FILE_STROKES
    points_left: int = MAX_FILE_POINTS

    def spend(self, length: int = 0, strokes: int = 0, points: int = 0) -> None:
        """Counts what was read, and raises a `ValueError` if the line or the file is too long."""
        self.length_left -= length
        self.strokes_left -= strokes
        self.points_left -= points
        is_over = min(self.length_left, self.strokes_left, self.points_left) < 0
        if length > MAX_LINE_LENGTH or is_over:
            raise ValueError(
                f"it is too long: a line may have {MAX_LINE_LENGTH:,} characters; a file may have"
                f" {MAX_FILE_LENGTH:,} characters, {MAX_FILE_STROKES:,} strokes, {MAX_FILE_POINTS:,} points"
            )


def _parse(path: str | Path, number: int, line: str, reading: _Reading) -> StrokeDrawing | None:
    # A file that was joined from several files may have a byte order mark at the start of any line.
    content = line.strip("\ufeff \t\r\n")
    try:
        # A blank line counts as a stroke, so that a file cannot have millions of blank lines.
        reading.spend(length=len(line), strokes=0 if content else 1)
        return _drawing(json.loads(content), reading) if content else None
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path}, line {number}: {_message(error):.300}") from error


def _drawing(record: object, reading: _Reading) -> StrokeDrawing:
    if not isinstance(record, dict) or not isinstance(record.get("strokes"), list):
        raise ValueError('expected an object with "label" and a list of "strokes"')
    label = _label(record.get("label"), reading)
    reading.spend(strokes=len(record["strokes"]))
    strokes = strokes_from_lists(record["strokes"])
    reading.spend(points=sum(map(len, strokes)))
    return StrokeDrawing(strokes, label, _person(record, "writer"), _person(record, "contributor"))


def _label(label: object, reading: _Reading) -> int:
    class_names = reading.class_names
    is_label = (type(label) is int and 0 <= label < 10**MAX_DIGITS) or (isinstance(label, str) and label)
    if is_label and reading.indices is not None:
        return _index_of(str(label), reading.indices)
    # The name of a class may be a number. A label with this number means that class, and is no index.
    if is_label and str(label) in class_names:
        return class_names.index(str(label))
    if is_label and reading.keep_others:
        return OTHER
    if type(label) is int and 0 <= label < len(class_names):
        return label
    if reading.indices is not None:
        raise ValueError(f"label must be a text or a whole number of at least 0, got {short(label)}")
    raise ValueError(
        f"label must be a whole number from 0 to {len(class_names) - 1} or one of {short(list(class_names))},"
        f" got {short(label)}"
    )


def _index_of(label: str, indices: dict[str, int]) -> int:
    if label not in indices and len(indices) >= MAX_LABELS:
        raise ValueError(f"there are more than {MAX_LABELS} different labels")
    return indices.setdefault(label, len(indices))


def _person(record: dict[str, Any], key: str) -> int | str | None:
    name = record.get(key)
    if name is not None and (isinstance(name, bool) or not isinstance(name, int | str)):
        raise ValueError(f"{key} must be a number or a text, got {short(name)}")
    return name


def _message(error: Exception) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    # Programs that format JSON put an object into several lines.
    is_cut = error.pos >= len(error.doc.rstrip())
    return "not JSON: each drawing must be in one line" if is_cut else f"not JSON ({error})"
