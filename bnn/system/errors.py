"""Short texts for errors."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Texts that are clearer than the operating system's. All other errors keep the system's text.
_TEXTS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk is read-only",
}


def error_text(error: BaseException) -> str:
    """Returns a text of one line for an error, with the name of the file if the error has one."""
    if not (isinstance(error, OSError) and error.strerror):
        return " ".join(str(error).split()) or type(error).__name__
    text = _TEXTS.get(error.errno or 0, error.strerror)
    return f"{text}: {error.filename}" if error.filename else text


@contextmanager
def naming_file(path: Path) -> Iterator[None]:
    """Replaces an `OSError` that the block raises by one that names this file.

    The original error may name a temporary file, or none.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
