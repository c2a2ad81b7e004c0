"""Small files that one process reads while another writes them, and that survive a crash."""

import os
import stat
import tempfile
import time
from pathlib import Path

from bnn.system.errors import naming_file
from bnn.system.processes import pid_lives

# Parsed JSON takes up to thirty times the memory of its text, a table's rows a hundred times.
MAX_TEXT_BYTES = 1_000_000
# Files that are being written end so; their names begin with the writer's process id.
PARTIAL_SUFFIX = ".part"


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Returns the content of a file.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is too large, or not a regular file: reading a pipe or a device may never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(f"{path.name} is not a file")
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"{path.name} is larger than {max_bytes:,} bytes")
    return content


def read_text(path: Path, max_bytes: int | None = None) -> str:
    """Returns the text in a file of at most `max_bytes`, by default `MAX_TEXT_BYTES`.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is too large, not a regular file, or not UTF-8.
    """
    return read_bytes(path, MAX_TEXT_BYTES if max_bytes is None else max_bytes).decode("utf-8")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file so that a reader, or a crash, finds the old content or the new, never a part of it.

    Its folder must exist: writing one file must not bring back a folder that was deleted.

    Raises:
        OSError: if it cannot be written; names this file.
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
            # mkstemp lets only the owner read; this file may be read by all, like any other.
            temporary.chmod(0o644)
            _replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def remove_partial_files(folder: Path) -> None:
    """Removes what killed writers have left in a folder and its subfolders."""
    for path in folder.rglob(f".*{PARTIAL_SUFFIX}"):
        writer = path.name[1:].partition("-")[0]
        if writer.isdecimal() and not pid_lives(int(writer)):
            path.unlink(missing_ok=True)


def _replace(source: Path, target: Path) -> None:
    # Windows refuses while a reader has the target open; reading takes milliseconds.
    for _ in range(50):
        try:
            source.replace(target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.02)
        else:
            return
    source.replace(target)
