"""Keeps Python's garbage collector from searching what stays in memory anyway."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Turns garbage collection off in this block, and later never searches the objects that exist at its end.

    For a block that imports large packages. Importing TensorFlow takes a sixth less time so, and after that,
    all work that makes many objects is faster, such as tracing a training step.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
