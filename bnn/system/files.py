"""Small files that are read while another process writes them, and that a crash must not spoil."""

import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bnn.system.processes import pid_lives

# JSON of the smallest values takes thirty times its text in memory, a table's rows a hundred times.
MAX_TEXT_BYTES = 1_000_000
# The end of the names of files that are being written; they begin with their writer's process id.
PART = ".part"
# In words that say what to do about it; of other errors, the system's own words do.
_ERROR_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk is read-only",
}


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The content of a file.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is too large, or something else than a file: to read a pipe or a device may never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(f"{path.name} is no file")
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"{path.name} is larger than {max_bytes:,} bytes")
    return content


def read_text(path: Path, max_bytes: int | None = None) -> str:
    """The text in a file of at most `MAX_TEXT_BYTES`, or as many as given.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is too large, no file or not UTF-8.
    """
    return read_bytes(path, MAX_TEXT_BYTES if max_bytes is None else max_bytes).decode("utf-8")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new, never a part.

    Its folder must be there: one that was deleted is not to come back with this one file in it.

    Raises:
        OSError: if it cannot be written; names this file.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with _naming(path):
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{os.getpid()}-", suffix=PART)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # A temporary file is its owner's alone; this one is to be read like any other.
            os.chmod(temporary, 0o644)
            _replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def remove_parts(folder: Path) -> None:
    """Remove what writers that were killed have left in a folder and its subfolders."""
    for path in folder.rglob(f".*{PART}"):
        writer = path.name[1:].partition("-")[0]
        if writer.isdecimal() and not pid_lives(int(writer)):
            path.unlink(missing_ok=True)


def error_words(error: Exception) -> str:
    """An error in a few words, with the file it is about."""
    if not (isinstance(error, OSError) and error.strerror):
        return " ".join(str(error).split()) or type(error).__name__
    words = _ERROR_WORDS.get(error.errno, error.strerror)
    return f"{words}: {error.filename}" if error.filename else words


@contextmanager
def _naming(path) -> Iterator[None]:
    """Names the file that was to be written where the system names a temporary one, or none."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(source, target):
    # Windows refuses while a reader holds the target open; readers are quick.
    for _ in range(50):
        try:
            return os.replace(source, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.02)
    os.replace(source, target)
