"""Data sets: images with labels, the names of the classes, where they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# The classes where none are named: of MNIST, of a packed network or a file of drawings without class names.
DIGITS = tuple("0123456789")


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
