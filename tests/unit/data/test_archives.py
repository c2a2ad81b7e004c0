"""Folders are read file by file, in the order of their paths, and only up to a limit."""

import os

import pytest

from bnn.data import archives


def test_files_of_a_folder_come_in_the_order_of_their_paths(tmp_path):
    for name in ("b/2.txt", "b/1.txt", "a.txt", "b.txt", "c/d/e.txt", "B.txt", "a/z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    if os.name != "nt":
        (tmp_path / "link").symlink_to(tmp_path / "b")
    wanted = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    contents = archives.read_files(tmp_path, lambda name: True)
    assert list(contents) == [path.relative_to(tmp_path).as_posix() for path in wanted]
    assert contents["c/d/e.txt"] == b"c/d/e.txt"


def test_reading_a_folder_stops_at_the_limit(tmp_path, monkeypatch):
    for number in range(40):
        (tmp_path / str(number) / "deep").mkdir(parents=True)
    scanned, scandir = [], os.scandir
    monkeypatch.setattr(archives.os, "scandir", lambda path: scanned.append(path) or scandir(path))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 41)
    with pytest.raises(ValueError, match="holds more than 41 files"):
        archives.read_files(tmp_path, lambda name: True)
    assert len(scanned) < 5
