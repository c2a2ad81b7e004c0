"""Tables of numbers: they grow while they are read, crashes cut them short, and people edit them."""

import os

import pandas as pd
import pytest

from bnn.system import tables
from tests.support.run_content import STRANGE_BYTES, history_row, progress_row


def test_table_is_read_again_when_its_file_has_changed(run):
    """A table stays in memory after it was read. A reader gets a copy, which may be changed."""
    run.append_progress([progress_row(1, 1)])
    spoilt = run.progress()
    spoilt.loc[0, "loss"] = 99.0
    pd.testing.assert_frame_equal(run.progress(), pd.DataFrame([progress_row(1, 1)]))
    run.append_progress([progress_row(2, 1)])
    assert run.progress()["step"].tolist() == [1, 2]
    # The new file has the same length and modification time as the old one.
    path = run.folder / "progress.csv"
    now = path.stat()
    path.with_suffix(".new").write_text(path.read_text().replace("\n2,", "\n3,"))
    os.utime(path.with_suffix(".new"), ns=(now.st_atime_ns, now.st_mtime_ns))
    path.with_suffix(".new").replace(path)
    assert run.progress()["step"].tolist() == [1, 3]
    path.unlink()
    assert run.progress().empty


def test_table_too_long_to_be_kept_in_memory_is_still_read(run, monkeypatch):
    monkeypatch.setattr(tables, "MAX_CACHED_BYTES", 10)
    run.append_progress([progress_row(1, 1)])
    num_cached = tables._cached_table.cache_info().currsize
    assert run.progress()["step"].tolist() == [1]
    assert tables._cached_table.cache_info().currsize == num_cached


def test_table_that_could_not_be_read_once_is_read_the_next_time(run, monkeypatch):
    run.append_progress([progress_row(1, 1)])
    with monkeypatch.context() as patch:
        patch.setattr(tables, "read_bytes", lambda path, max_bytes: os.open("/nowhere/at/all", 0))
        assert run.progress().empty
    assert run.progress()["step"].tolist() == [1]


DAMAGED_LINES = (
    "",
    "2,0.1",
    "2,0.1,0.2,0.3,0.4,0.5,6,7",
    "two,0.1,0.2,0.3,0.4,0.5,6",
    "2,0.1,0.2,,0.4,0.5,6",
    "2,nan,0.2,0.3,0.4,0.5,6",
    "2,0.1,inf,0.3,0.4,0.5,6",
    "1.5,0.1,0.2,0.3,0.4,0.5,6",
    "-2,0.1,0.2,0.3,0.4,0.5,6",
    "9" * 30 + ",0.1,0.2,0.3,0.4,0.5,6",
    '"2,0.1,0.2,0.3,0.4,0.5,6',
    "2,0.1,0.2\0,0.3,0.4,0.5,6",
)


@pytest.mark.parametrize("line", DAMAGED_LINES)
def test_damaged_line_is_left_out_alone(run, line):
    run.append_history(history_row(1))
    with (run.folder / "history.csv").open("a") as file:
        file.write(line + "\n")
    run.append_history(history_row(3))
    history = run.history()
    assert history["epoch"].tolist() == [1, 3]
    # Epochs must stay integers, because they are part of file names.
    assert history["epoch"].dtype == int


def test_bytes_that_are_no_text_spoil_only_their_own_line(run):
    for step in (1, 2, 3):
        run.append_progress([progress_row(step, 1)])
    path = run.folder / "progress.csv"
    path.write_bytes(path.read_bytes().replace(b"\n2,", b"\n\xff,"))
    assert run.progress()["step"].tolist() == [1, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "delimiter, decimal_mark",
    [(",", "."), (";", "."), (";", ","), ("\t", ",")],
    ids=["commas", "semicolons", "German", "tabs"],
)
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_table_saved_by_a_spreadsheet_is_read(run, start, quote, delimiter, decimal_mark, end):
    rows = [history_row(1, 0.875), history_row(2, 0.9375)]
    for row in rows:
        run.append_history(row)
    path = run.folder / "history.csv"
    cells = [
        [quote + cell.replace(".", decimal_mark) + quote for cell in line.split(",")]
        for line in path.read_text().splitlines()
    ]
    path.write_bytes((start + "".join(delimiter.join(line) + end for line in cells)).encode())
    assert run.history().to_dict("records") == rows
    # A training that goes on appends rows in its usual format.
    run.append_history(history_row(3))
    assert run.history()["epoch"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("content", [*STRANGE_BYTES, b"epoch,loss\n1,2\n", b'"\n1,2,3,4,5,6,7\n'])
def test_damaged_table_counts_as_empty(run, content):
    for name in ("history.csv", "progress.csv"):
        (run.folder / name).write_bytes(content)
    assert run.history().empty
    assert run.progress().empty
