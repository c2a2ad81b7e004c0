"""Data sets: their images and labels, class names, source and licence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bnn.system.visible_text import as_seen, first_invisible, is_blank

if TYPE_CHECKING:
    from bnn.data.pen_drawings import PenDrawings

# MNIST's class names. They are also the default for networks and files that do not name their classes.
DIGITS = tuple("0123456789")
MAX_CLASSES = 64
MAX_NAME_CHARACTERS = 20
# The names of the files in which runs keep data sets other than MNIST.
STROKES_FILE = "data.jsonl.gz"
ARRAYS_FILE = "data.npz"


class Split(NamedTuple):
    """The images and labels of one part of a data set: for training, validation or testing.

    Args:
        images: (n, 28, 28) uint8, ink 255 on background 0.
        labels: (n,) uint8, each the index of a class name.
    """

    images: np.ndarray
    labels: np.ndarray

    def first(self, num: int | None) -> Split:
        """Returns the first `num` images and labels; all of them if `num` is None."""
        return Split(self.images[:num], self.labels[:num])

    def joined(self, other: Split) -> Split:
        """Returns the images and labels of this part, followed by those of another part."""
        return Split(*(np.concatenate(arrays) for arrays in zip(self, other, strict=True)))


class KeptFile(NamedTuple):
    """The file in which a run keeps a data set that was read from a file.

    Args:
        name: the file's name in the run's folder.
        content: a function that returns the file's content.
    """

    name: str
    content: Callable[[], bytes]


@dataclass(frozen=True)
class DataSet:
    """A data set. Its images are loaded when one of its functions is called.

    Args:
        name: the name shown on screen.
        class_names: the name of each class, in the order of the labels.
        source: who made the data set, and where it is published.
        licence: the licence of its images.
        train_validation: a function that returns the training and the validation part.
        test: a function that returns the test part, which must not be used for any choice.
        drawings: a function that returns the training part as pen paths; None if it consists of pictures.
        validation_drawings: the same for the validation part.
        kept_file: the file in which a run keeps this data set; None for MNIST, which comes with the project.
        notes: sentences about what was left out when the data set was read.
    """

    name: str
    class_names: tuple[str, ...]
    source: str
    licence: str
    train_validation: Callable[[], tuple[Split, Split]]
    test: Callable[[], Split]
    drawings: Callable[[], PenDrawings] | None = None
    validation_drawings: Callable[[], PenDrawings] | None = None
    kept_file: KeptFile | None = None
    notes: tuple[str, ...] = ()

    @property
    def num_classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def num_drawings(self) -> int:
        """Number of pen drawings in the training part; 0 if it consists of pictures."""
        return len(self.drawings().labels) if self.drawings else 0


def are_digits(class_names: Sequence[str]) -> bool:
    """Returns whether these class names are the ten digits, in order, and nothing else."""
    return tuple(class_names) == DIGITS


def check_class_names(names: Sequence[object], thing: str = "class") -> tuple[str, ...]:
    """Checks the names of classes, and returns them as a tuple.

    Args:
        names: the names.
        thing: what the messages call a class.

    Raises:
        ValueError: if there are too few or too many names, a name occurs twice, or a name is empty, too long
            or has invisible characters. Names that look the same count as one name. The message says which.
    """
    if not 2 <= len(names) <= MAX_CLASSES:
        raise ValueError(f"there must be 2 to {MAX_CLASSES} classes, got {len(names)}")
    for name in names:
        if not isinstance(name, str) or not _is_visible(name):
            ends = (
                ", without a space at its ends" if isinstance(name, str) and name.strip(" ") != name else ""
            )
            raise ValueError(
                f"a {thing} name must be 1 to {MAX_NAME_CHARACTERS} visible characters{ends},"
                f" got {short(name)}"
            )
    texts = tuple(map(str, names))
    looks = [as_seen(text) for text in texts]
    if repeated := [text for i, text in enumerate(texts) if looks[i] in looks[:i]]:
        raise ValueError(f"{thing} names must differ, got {repeated[0]!r} twice")
    return texts


def _is_visible(name: str) -> bool:
    is_length_right = 1 <= len(name) <= MAX_NAME_CHARACTERS and name == name.strip()
    return is_length_right and first_invisible(name) is None and not is_blank(name)
