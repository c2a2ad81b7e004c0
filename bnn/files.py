"""Small files that are read while another process writes them, and that a crash must not spoil."""

import csv
import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pandas as pd

from bnn.status import pid_lives

# JSON of the smallest values takes thirty times its text in memory, a table's rows a hundred times.
MAX_TEXT_BYTES = 1_000_000
# A hundred thousand rows of progress.csv: fifteen hours of training.
MAX_TABLE_BYTES = 5_000_000
# A longer one is read anew each time, for 64 are kept in memory.
MAX_KEPT_BYTES = 500_000
# The end of the names of files that are being written; they begin with their writer's process id.
PART = ".part"
WHOLE_COLUMNS = ("step", "epoch")
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


def read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """The numbers in a CSV file with just these columns; no rows if there is no such file.

    A row that is no row of numbers (cut short by a crash, edited by hand) is left out.
    """
    try:
        now = path.stat()
        if now.st_size > MAX_KEPT_BYTES:
            return _read_table(path, columns)
        return _kept_table(path, columns, now.st_ino, now.st_mtime_ns, now.st_ctime_ns, now.st_size).copy()
    except OSError:
        return _table([], columns)


@lru_cache(maxsize=64)
def _kept_table(path, columns, *state):
    """The table, kept for as long as the file is the same: a page asks for it several times a second.

    An error is not kept: the next look may find the file readable.
    """
    return _read_table(path, columns)


def _read_table(path, columns):
    try:
        lines = read_text(path, MAX_TABLE_BYTES).splitlines()
    except ValueError:
        lines = []
    if lines[:1] != [",".join(columns)]:
        lines = []
    return _table([row for line in lines[1:] if (row := _parse_row(line, columns))], columns)


def _table(rows, columns):
    table = pd.DataFrame(rows, columns=columns, dtype=float)
    return table.astype({column: int for column in columns if column in WHOLE_COLUMNS})


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


def append_rows(path: Path, columns: tuple[str, ...], rows: list[dict]) -> None:
    """Add rows to a CSV file, its header first if it is new.

    Raises:
        OSError: if it cannot be written; a part of a row may have been.
    """
    with _naming(path), path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        if file.tell() == 0:
            writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())


def allow_open_files(number: int) -> None:
    """Let this process have so many files open at once, as far as the system allows."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _parse_row(line, columns):
    """The numbers in a line of a table, or None if one of them is missing or out of the question."""
    try:
        cells = zip(columns, line.split(","), strict=True)
        numbers = [int(text) if column in WHOLE_COLUMNS else float(text) for column, text in cells]
    except ValueError:
        return None
    return numbers if all(0 <= number < 2**53 for number in numbers) else None
