"""A kind of hostile file, and what the kinds have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

MAX_MESSAGE_LENGTH = 1000
RUN_ID = "20261123-140501-quick"
# Hypothesis draws the same examples in every run.
EXAMPLES = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)


class Kind(NamedTuple):
    """A kind of file."""

    file_name: str
    sound: list[bytes]
    # Returns a strategy of damaged contents, made from sound ones.
    damaged: Callable[[list[bytes]], st.SearchStrategy[bytes]]
    # Reads the file at a path and returns whether it was accepted. Any error of this function is a fault of
    # the app: the file was accepted although it is not usable, or refused with an undocumented error.
    read: Callable[[Path], bool]
    # Returns contents that use up the memory or the time of a careless reader; by default, an empty list.
    large: Callable[[], list[bytes]] = list


def refused(error):
    """Checks that the error's message can be shown, and returns False, which means "not accepted"."""
    assert len(str(error)) <= MAX_MESSAGE_LENGTH, f"the message has {len(str(error)):,} characters"
    str(error).encode("utf-8", "backslashreplace")
    return False


def is_digit(drawing):
    """Checks the shape, type and emptiness of a drawing's digit, and returns True, which means "accepted"."""
    assert drawing.digit.shape == (28, 28)
    assert drawing.digit.dtype == np.uint8
    assert drawing.is_empty == (not drawing.digit.any())
    return True
