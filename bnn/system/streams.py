"""Keeps the messages of libraries away from standard error."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STANDARD_ERROR = 2


@contextmanager
def without_messages() -> Iterator[None]:
    """Discards what is written to standard error in this block, even by libraries in C++ (TensorFlow).

    Exceptions are not lost. What C++ code writes before it ends the process (`abort`) is lost. If standard
    error is closed, nothing is changed.
    """
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:
        kept = None
    if kept is None:
        yield
        return
    try:
        with tempfile.TemporaryFile() as discarded:
            os.dup2(discarded.fileno(), _STANDARD_ERROR)
            try:
                yield
            finally:
                os.dup2(kept, _STANDARD_ERROR)
    finally:
        os.close(kept)
