"""Compiles functions with Numba, even if its cache cannot be written or compiling was switched off."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import config, njit

Function = TypeVar("Function", bound=Callable)

# People who debug other programs may have set NUMBA_DISABLE_JIT. The setting is ignored here, because the
# kernels use instructions that exist only in compiled code.
config.DISABLE_JIT = 0  # pyright: ignore[reportAttributeAccessIssue]


def compiled(function: Function) -> Function:
    """Returns the function compiled by Numba: it releases the GIL, and is cached on disk if possible.

    Numba keeps compiled code beside the source file, in the user's cache folder, or in `$NUMBA_CACHE_DIR`.
    If it can write to none of them, the function is compiled anew in each process. Otherwise it is compiled
    anew only if its own source file changes. So delete the cache after changing a constant that the function
    imports from another module.
    """
    try:
        dispatcher = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # Numba finds no folder for its cache.
        dispatcher = njit(nogil=True)(function)
    return cast(Function, dispatcher)
