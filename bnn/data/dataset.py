"""Data sets: images with labels, the names of the classes, where they come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import NamedTuple

import numpy as np

# The classes where none are named: of MNIST, of a packed network or a file of drawings without class names.
DIGITS = tuple("0123456789")
MAX_CLASSES = 64
MAX_NAME_CHARACTERS = 20


class Split(NamedTuple):
    """One part of a data set: for training, validation or testing.

    Args:
        images: (n, 28, 28) uint8, ink 255 on background 0.
        labels: (n,) uint8, each the index of a class name.
    """

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class DataSet:
    """A data set. Its images are loaded when one of the two functions is called.

    Args:
        name: what it is called on screen.
        class_names: the name of each label, in order.
        source: who made it, and where it is published.
        licence: the licence of its images.
        train_validation: returns the training and the validation images.
        test: returns the test images, which are not for choosing anything.
    """

    name: str
    class_names: tuple[str, ...]
    source: str
    licence: str
    train_validation: Callable[[], tuple[Split, Split]]
    test: Callable[[], Split]

    @property
    def num_classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)


def check_class_names(names: Sequence[object]) -> tuple[str, ...]:
    """Returns the names as a tuple.

    Raises:
        ValueError: if there are too few or too many, or one is not fit to be shown; says which.
    """
    if not 2 <= len(names) <= MAX_CLASSES:
        raise ValueError(f"there must be 2 to {MAX_CLASSES} classes, got {len(names)}")
    for name in names:
        if not isinstance(name, str) or not _is_visible(name):
            raise ValueError(
                f"a class name must be 1 to {MAX_NAME_CHARACTERS} visible characters, got {short(name)}"
            )
    if repeated := [name for number, name in enumerate(names) if name in names[:number]]:
        raise ValueError(f"class names must differ, got {repeated[0]!r} twice")
    return tuple(map(str, names))


def _is_visible(name: str) -> bool:
    return 1 <= len(name) <= MAX_NAME_CHARACTERS and name.isprintable() and name == name.strip()
