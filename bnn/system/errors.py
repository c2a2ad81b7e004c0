"""Errors as short texts."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# In words that say what to do; the system's own words do for all other errors.
_TEXTS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk is read-only",
}


def error_text(error: BaseException) -> str:
    """Returns an error in a few words on one line, with the file it is about."""
    if not (isinstance(error, OSError) and error.strerror):
        return " ".join(str(error).split()) or type(error).__name__
    text = _TEXTS.get(error.errno or 0, error.strerror)
    return f"{text}: {error.filename}" if error.filename else text


@contextmanager
def naming_file(path: Path) -> Iterator[None]:
    """Puts this file's name into an `OSError` that names none, or names a temporary file."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
