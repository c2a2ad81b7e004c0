"""Tables of numbers in CSV files that grow while they are read."""

import csv
import os
from functools import lru_cache
from pathlib import Path

import pandas as pd

from bnn.system.files import _naming, read_text

# A hundred thousand rows of progress.csv: fifteen hours of training.
MAX_TABLE_BYTES = 5_000_000
# A longer one is read anew each time, for 64 are kept in memory.
MAX_KEPT_BYTES = 500_000
WHOLE_COLUMNS = ("step", "epoch")


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


def _parse_row(line, columns):
    """The numbers in a line of a table, or None if one of them is missing or out of the question."""
    try:
        cells = zip(columns, line.split(","), strict=True)
        numbers = [int(text) if column in WHOLE_COLUMNS else float(text) for column, text in cells]
    except ValueError:
        return None
    return numbers if all(0 <= number < 2**53 for number in numbers) else None
