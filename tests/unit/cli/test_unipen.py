"""`unipen` makes a file of drawings that the other commands can read."""

import gzip
import json
import shutil

import pytest

from bnn.data import unipen_distribution
from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import load_drawings
from tests.support import unipen
from tests.support.command_line import run_command


def test_file_that_the_command_makes_can_be_read(capsys, tmp_path):
    place, path = unipen.write(unipen.distribution(), tmp_path / "u.tgz"), tmp_path / "digits.jsonl.gz"
    code, out, _ = run_command(capsys, "unipen", str(place), "-o", str(path), "--json")
    result = json.loads(out)
    assert code == 0
    assert (result["num_drawings"], result["writers"], result["left_out_for_testing"]) == (3, 2, 1)
    assert [drawing.label for drawing in load_drawings(path, DIGITS)] == [1, 7, 0]


def test_wrong_folder_is_reported_in_one_line(capsys, tmp_path):
    code, out, error = run_command(capsys, "unipen", str(tmp_path), "-o", str(tmp_path / "x"))
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "not UNIPEN's train_r01_v07" in error
    assert not (tmp_path / "x").exists()


def test_distribution_without_writers_to_train_on_is_reported_with_a_reason(capsys, tmp_path):
    files = {name: text for name, text in unipen.distribution().items() if "tom" in name}
    place = unipen.write(files, tmp_path / "u.zip")
    code, _, error = run_command(capsys, "unipen", str(place), "-o", str(tmp_path / "x"))
    assert code == 2
    assert error.endswith("no digits to write: 1 character left out for testing, and no other is usable\n")


def test_damaged_files_are_named_on_standard_error(capsys, tmp_path):
    files = {name: text.replace(".COORD T X Y", ".COORD T") for name, text in unipen.distribution().items()}
    place = unipen.write(files, tmp_path / "u.zip")
    code, out, error = run_command(capsys, "unipen", str(place), "-o", str(tmp_path / "x"))
    assert code == 0
    assert "1 drawing by 1 person" in out
    assert "ann.dat" in error


def test_empty_file_is_counted_as_damaged_and_the_others_are_read(capsys, tmp_path):
    files = {**unipen.distribution(), "train_r01_v07/data/1a/aga/empty.dat": ""}
    place = unipen.write(files, tmp_path / "u.zip")
    code, out, error = run_command(capsys, "unipen", str(place), "-o", str(tmp_path / "x"), "--json")
    assert (code, json.loads(out)["num_drawings"], json.loads(out)["damaged_files"]) == (0, 3, 1)
    assert "empty.dat: the file has no statement" in error


@pytest.mark.parametrize(
    "name, words",
    [
        ("u.tgz", "u.tgz is the distribution itself"),
        ("other.tgz", "other.tgz is not a gzipped file of drawings, so it is not replaced"),
        ("notes.txt", "notes.txt is not a gzipped file of drawings, so it is not replaced"),
        ("cut.gz", "cut.gz is not a gzipped file of drawings, so it is not replaced"),
        ("folder", "folder is a folder: name a file to write"),
        ("gone/digits.gz", "gone to write digits.gz to"),
    ],
)
def test_output_that_would_harm_is_refused_before_reading(capsys, tmp_path, monkeypatch, name, words):
    place = unipen.write(unipen.distribution(), tmp_path / "u.tgz")
    shutil.copy(place, tmp_path / "other.tgz")
    (tmp_path / "notes.txt").write_text("{mine}")
    (tmp_path / "cut.gz").write_bytes(place.read_bytes()[:5])
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(unipen_distribution, "read_distribution", lambda *_: pytest.fail("was read"))
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    code, out, error = run_command(capsys, "unipen", str(place), "-o", str(tmp_path / name))
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert words in error
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_earlier_file_of_drawings_is_replaced(capsys, tmp_path):
    place, path = unipen.write(unipen.distribution(), tmp_path / "u.tgz"), tmp_path / "digits.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"label": 1}'))
    assert run_command(capsys, "unipen", str(place), "-o", str(path))[0] == 0
    assert len(load_drawings(path, DIGITS)) == 3
