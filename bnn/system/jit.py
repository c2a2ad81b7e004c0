"""Compiling with Numba, also where its cache cannot be written or compiling was switched off."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import config, njit

Function = TypeVar("Function", bound=Callable)

# NUMBA_DISABLE_JIT is set by people who debug other programs. The kernels use instructions that only
# compiled code has, so they are compiled all the same.
config.DISABLE_JIT = 0  # pyright: ignore[reportAttributeAccessIssue]


def compiled(function: Function) -> Function:
    """Returns the function compiled, without the GIL, and kept on disk where that is possible.

    Numba keeps compiled code beside the source file or in the user's cache folder (or in
    `$NUMBA_CACHE_DIR`). Where it can write to neither, it raises an error; the function is then compiled
    anew in each process.
    """
    try:
        dispatcher = njit(cache=True, nogil=True)(function)
    except RuntimeError:
        dispatcher = njit(nogil=True)(function)
    return cast(Function, dispatcher)
