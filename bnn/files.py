"""Small files that are read while another process writes them, and that a crash must not spoil."""

import csv
import os
import tempfile
import time
from pathlib import Path

import pandas as pd

MAX_TEXT_BYTES = 20_000_000
WHOLE_COLUMNS = ("step", "epoch")


def read_text(path: Path) -> str:
    """The text in a file.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is too large or not UTF-8.
    """
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise ValueError(f"{path.name} is larger than {MAX_TEXT_BYTES:,} bytes")
    return path.read_text("utf-8")


def read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """The numbers in a CSV file with just these columns; no rows if there is no such file.

    A row that is no row of numbers (cut short by a crash, edited by hand) is left out.
    """
    try:
        lines = read_text(path).splitlines()
    except (OSError, ValueError):
        lines = []
    if lines[:1] != [",".join(columns)]:
        lines = []
    rows = [row for line in lines[1:] if (row := _parse_row(line, columns))]
    table = pd.DataFrame(rows, columns=columns, dtype=float)
    return table.astype({column: int for column in columns if column in WHOLE_COLUMNS})


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
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
    """Add rows to a CSV file, its header first if it is new."""
    with path.open("a", newline="", encoding="utf-8") as file:
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
