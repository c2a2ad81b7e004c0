"""Reads and writes small files. A crash cannot damage them, and no reader sees them half written."""

import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from bnn.system.errors import naming_file
from bnn.system.processes import pid_lives

# The largest text that `read_text` reads by default. It is small because parsed JSON takes up to 30 times the
# memory of its text.
MAX_TEXT_BYTES = 1_000_000
# The end of the name of a file that is being written. The name begins with a dot and the writer's process id.
PARTIAL_SUFFIX = ".part"

Result = TypeVar("Result")


def expand_user(path: str) -> Path:
    """Returns a path in which `~` at the beginning means the user's home folder, if there is one."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Returns the content of a file.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if the file is larger than `max_bytes`, or is not a regular file. (Reading from a pipe or
            a device may never end.)
    """
    content = _retry_while_open(lambda: _first_bytes(path, max_bytes + 1))
    if len(content) > max_bytes:
        raise ValueError(f"{path.name} is larger than {max_bytes:,} bytes")
    return content


def read_text(path: Path, max_bytes: int | None = None) -> str:
    """Returns the text in a file.

    Args:
        path: the file.
        max_bytes: the largest size that is read; by default `MAX_TEXT_BYTES`.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if the file is too large, is not a regular file, or is not in UTF-8.
    """
    return read_bytes(path, MAX_TEXT_BYTES if max_bytes is None else max_bytes).decode("utf-8")


def was_written_within(path: Path, seconds: float) -> bool:
    """Returns whether a file's time of writing is less than `seconds` from now, in the past or the future.

    The time is in the future if the file was written on a machine whose clock is ahead.
    """
    try:
        return abs(time.time() - path.stat().st_mtime) < seconds
    except OSError:
        return False


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file so that it always has either the whole old content or the whole new content.

    This holds for readers in other processes, and after a crash. The folder must exist; it is not created,
    because it may have been deleted on purpose.

    Raises:
        OSError: if the file cannot be written; the error names this file.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with naming_file(path):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{os.getpid()}-", suffix=PARTIAL_SUFFIX)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes a file that only its owner can read. Other users must be able to read this one.
            temporary.chmod(0o644)
            _retry_while_open(lambda: temporary.replace(path))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def remove_if_possible(path: Path) -> None:
    """Removes a file. It is no error if the file does not exist or cannot be removed."""
    with suppress(OSError):
        _retry_while_open(path.unlink)


def remove_partial_files(folder: Path) -> None:
    """Removes partly written files from a folder and its subfolders if their writers have ended."""
    for path in folder.rglob(f".*{PARTIAL_SUFFIX}"):
        writer = path.name[1:].partition("-")[0]
        if writer.isdecimal() and not pid_lives(int(writer)):
            path.unlink(missing_ok=True)


def _first_bytes(path: Path, num_bytes: int) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(f"{path.name or path} is not a file")
    with path.open("rb") as file:
        return file.read(num_bytes)


def _retry_while_open(act: Callable[[], Result]) -> Result:
    # Windows neither replaces nor removes a file that a reader has open, and it does not let a reader open a
    # file that is just being replaced. Both take milliseconds, so the action is tried again for a second.
    for _ in range(50):
        try:
            return act()
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.02)
    return act()
