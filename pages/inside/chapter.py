"""The description of a chapter of the Inside page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from bnn.runs.run import Run
from pages.inside.address import Parameter


@dataclass(frozen=True)
class Chapter:
    """A chapter of the Inside page.

    Args:
        title: the text on its button.
        show: shows the chapter for a run and a digit, (28, 28) uint8. It loads the run's network anew in each
            rerun, because a training replaces it, and because the run may have been deleted.
        parameters: parameters of a link to the chapter, besides chapter, run and digit, by name.
        grey: the meaning of grey in the pictures of the chapter. Empty if its pictures have no grey.
        purple: the meaning of purple in the pictures. Empty if they have no purple.
        has_bits: whether the chapter has pictures of bits, whose colours must be explained.
    """

    title: str
    show: Callable[[Run, np.ndarray], None]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    grey: str = ""
    purple: str = ""
    has_bits: bool = True
