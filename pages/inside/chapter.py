"""What every chapter of the Inside page says about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run
from pages.inside.address import Value


@dataclass(frozen=True)
class Chapter:
    """A chapter of the Inside page.

    Args:
        title: The text on its button.
        show: Shows the chapter for a run, the run's network and a digit, (28, 28) uint8.
        values: What a link to the chapter holds beside chapter, run and digit, by name in the address.
        grey: What grey means in its pictures of bits; empty if there is no grey in them.
    """

    title: str
    show: Callable[[Run, PackedNetwork, np.ndarray], None]
    values: Mapping[str, Value] = field(default_factory=dict)
    grey: str = ""
