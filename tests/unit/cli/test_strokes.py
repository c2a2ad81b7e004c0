"""`strokes` measures how well drawings by many people are read."""

import json

import numpy as np
import pytest

from bnn.analysis import writers
from tests.support.command_line import run_command
from tests.support.unipen import write_drawings

ONE = [[[250, 50], [250, 450]]]
SEVEN = [[[100, 50], [400, 50], [200, 450]]]


@pytest.fixture
def file_of(tmp_path):
    """A function that writes records into a file of drawings and returns the file's path."""

    def file_of(*records):
        path = tmp_path / "drawings.jsonl"
        path.write_text("\n".join(map(json.dumps, records)))
        return str(path)

    return file_of


def test_strokes_reads_a_drawings_file(capsys, run, file_of):
    path = file_of({"label": 1, "writer": 1, "strokes": ONE}, {"label": 7, "writer": 1, "strokes": SEVEN})
    code, out, _ = run_command(capsys, "strokes", path, "--run", run.id, "--json")
    result = json.loads(out)
    assert code == 0
    keys = ["run", "class_names", "num_drawings", "num_correct", "accuracy", "accuracy_per_digit", "writers"]
    keys += ["accuracy_per_writer_mean", "accuracy_worst_tenth", "boldly_wrong", "not_sure", "left_out"]
    assert list(result) == keys
    assert result["num_drawings"] == 2
    assert result["class_names"] == list("0123456789")
    assert [share is None for share in result["accuracy_per_digit"]] == [d not in (1, 7) for d in range(10)]


def test_each_writer_counts_equally(capsys, file_of):
    """One writer has ten drawings, all read right; the other has one, read wrong.

    Both writers have the number 1, but they belong to different contributors.
    """
    right = [{"label": 7, "writer": 1, "contributor": "a", "strokes": SEVEN}] * 10
    wrong = {"label": 1, "writer": 1, "contributor": "b", "strokes": SEVEN}
    _, out, _ = run_command(capsys, "strokes", file_of(*right, wrong), "--json")
    result = json.loads(out)
    assert result["accuracy"] == 10 / 11
    assert (result["writers"], result["accuracy_per_writer_mean"]) == (2, 0.5)
    assert result["accuracy_worst_tenth"] == 0.0
    assert (result["boldly_wrong"], result["not_sure"]) == (pytest.approx(1 / 11), 0.0)


@pytest.mark.parametrize("which, num", [("all", 20), ("training", 16), ("validation", 4)])
def test_option_writers_selects_all_writers_or_one_part_of_them(capsys, tmp_path, which, num):
    path = str(write_drawings(tmp_path / "digits.jsonl.gz", 10, [1]))
    _, out, _ = run_command(capsys, "strokes", path, "--writers", which, "--json")
    result = json.loads(out)
    assert (result["num_drawings"], result["writers"]) == (num, num // 2)


def test_drawings_of_other_classes_are_counted_and_left_out(capsys, file_of):
    records = [{"label": label, "strokes": SEVEN} for label in (7, "7", "A", 10, "seven")]
    _, out, _ = run_command(capsys, "strokes", file_of(*records), "--json")
    result = json.loads(out)
    assert (result["num_drawings"], result["num_correct"], result["left_out"]) == (2, 2, 3)
    assert (result["writers"], result["accuracy_per_writer_mean"], result["accuracy_worst_tenth"]) == (
        0,
        None,
        None,
    )
    _, out, _ = run_command(capsys, "strokes", file_of(*records))
    assert "3 drawings left out" in out
    assert "writers" not in out


def test_file_without_a_drawing_of_the_networks_classes_is_refused(capsys, file_of):
    code, out, err = run_command(capsys, "strokes", file_of({"label": "A", "strokes": SEVEN}))
    assert (code, out) == (2, "")
    assert "holds no drawing of 0, 1, 2" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("label", ["-1", "true", "null", "1.5", '""', "[]"])
def test_unusable_label_is_an_error(capsys, tmp_path, label):
    path = tmp_path / "drawings.jsonl"
    path.write_text('{"strokes": [[[1, 2]]], "label": ' + label + "}")
    code, _, err = run_command(capsys, "strokes", str(path))
    assert code == 2
    assert "line 1: label must be" in err


def test_drawings_of_unknown_writers_are_left_out():
    accuracies = writers.accuracy_per_writer([*range(11), None], np.array([False, True] * 6))
    assert accuracies.tolist() == [0.0] * 6 + [1.0] * 5


def test_tenth_of_the_writers_is_rounded_up():
    assert writers.worst_tenth(np.array([0.1, 0.3] + [1.0] * 9)) == 0.2
    assert writers.worst_tenth(np.array([0.1] + [1.0] * 9)) == 0.1
