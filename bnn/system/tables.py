"""Tables of numbers in CSV files, to which one process adds rows while others read them."""

import csv
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bnn.system.errors import naming_file
from bnn.system.files import read_bytes, write_atomically

# The size of a hundred thousand rows of progress.csv, which are two months of training.
MAX_TABLE_BYTES = 5_000_000
# Larger tables are read from the file each time. Of the smaller ones, 64 are kept in memory.
MAX_CACHED_BYTES = 500_000
WHOLE_NUMBER_COLUMNS = ("step", "epoch", "batch")


def read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Returns the numbers in a CSV file that has exactly these columns, in this order.

    The table has no rows if the file is missing, unreadable or has other columns. Lines without a valid
    number for each column are left out, for example lines cut short by a crash. Files saved by a spreadsheet
    program can be read: they may have a byte order mark, quotes, semicolons or tabs, and decimal commas.

    Returns:
        A table with int64 for the columns in `WHOLE_NUMBER_COLUMNS` and float64 for all others.
    """
    try:
        now = path.stat()
        if now.st_size > MAX_CACHED_BYTES:
            return _read_table(path, columns)
        return _cached_table(path, columns, now.st_ino, now.st_mtime_ns, now.st_ctime_ns, now.st_size).copy()
    except (OSError, ValueError):
        return _table([], columns)


def keep_rows(path: Path, columns: tuple[str, ...], is_kept: Callable[[pd.DataFrame], np.ndarray]) -> None:
    """Removes rows from a CSV file. A file that is missing, or cannot be read as a whole, stays as it is.

    Args:
        path: the file.
        columns: its columns, as for `read_table`.
        is_kept: a function that takes the table, and returns for each row whether it is kept, (n,) bool.

    Raises:
        OSError: if the file cannot be written.
    """
    try:
        table = _read_table(path, columns)
    except (OSError, ValueError):
        return
    # A table without readable rows is written again, too. Its header may have been cut short, and then later
    # rows could not be read.
    write_atomically(path, table[is_kept(table)].to_csv(index=False))


def append_rows(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> int:
    """Adds rows to a CSV file. A new file gets a header first.

    Returns:
        The size of the file, in bytes.

    Raises:
        OSError: if the file cannot be written. A part of the rows may have been written.
    """
    with naming_file(path), path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        if file.tell() == 0:
            writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


@lru_cache(maxsize=64)
def _cached_table(path: Path, columns: tuple[str, ...], *_state: int) -> pd.DataFrame:
    # Pages read the same table several times a second, so a table is kept in memory until its file changes.
    # Errors are not kept, because the file may be readable the next time.
    return _read_table(path, columns)


def _read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    # A byte that is not UTF-8 makes only its own line unreadable.
    text = read_bytes(path, MAX_TABLE_BYTES).decode("utf-8", "replace")
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or _cells(lines[0]) != list(columns):
        lines = []
    return _table([row for line in lines[1:] if (row := _row(line, columns))], columns)


def _table(rows: list[list[float]], columns: tuple[str, ...]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(columns), dtype=float)
    return table.astype({column: int for column in columns if column in WHOLE_NUMBER_COLUMNS})


def _row(line: str, columns: tuple[str, ...]) -> list[float] | None:
    """Returns the numbers in a line of a table, or None if one is missing, negative or not below 2**53."""
    try:
        cells = zip(columns, _cells(line), strict=True)
        numbers = [int(text) if column in WHOLE_NUMBER_COLUMNS else float(text) for column, text in cells]
    except ValueError:
        return None
    return numbers if all(0 <= number < 2**53 for number in numbers) else None


def _cells(line: str) -> list[str]:
    # The delimiter is found for each line. A spreadsheet may have saved the first lines with semicolons, and
    # later lines, added by `append_rows`, have commas.
    delimiter = next((character for character in ";\t" if character in line), ",")
    if '"' in line:
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True))
        except csv.Error:
            return []
    else:
        cells = line.split(delimiter)
    return cells if delimiter == "," else [cell.replace(",", ".") for cell in cells]
