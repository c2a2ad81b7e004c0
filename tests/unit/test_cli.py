"""The command line: what it prints, where, and with which exit code."""

import errno
import gzip
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

import bnn
from bnn import cli as command_line
from bnn.data import mnist
from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.runs import store, turns
from bnn.runs.status import Status
from bnn.system.files import write_atomically


def run_command(capsys, *arguments):
    """Exit code, standard output and standard error of one command."""
    try:
        code = command_line.main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def run(runs_root, random_network):
    made = store.create(preset("quick"))
    write_atomically(made.model_path, file.to_bytes(random_network()))
    return made


def test_version_is_the_packages(capsys):
    assert run_command(capsys, "--version") == (0, f"one-bit-lab {bnn.__version__}\n", "")


def test_evaluate_prints_one_json_object(capsys, run):
    code, out, err = run_command(capsys, "evaluate", run.id, "--json")
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert list(result) == ["run", "num_images", "num_correct", "accuracy", "confusion_matrix"]
    matrix = np.array(result["confusion_matrix"])
    assert matrix.sum(axis=1).tolist() == np.bincount(mnist.test().labels).tolist()
    assert result["num_correct"] == np.trace(matrix) == round(result["accuracy"] * 10_000)


def test_classify_reads_image_files(capsys, run, tmp_path):
    paths = [str(tmp_path / f"{i}.png") for i in range(2)]
    for path, image in zip(paths, mnist.test().images, strict=False):
        Image.fromarray(image).save(path)
    code, out, _ = run_command(capsys, "classify", *paths, "--run", run.id, "--json")
    results = json.loads(out)["results"]
    assert code == 0
    assert [row["file"] for row in results] == paths
    for row in results:
        assert sum(row["probabilities"]) == pytest.approx(1)
        assert row["digit"] == int(np.argmax(row["probabilities"]))


def test_classify_takes_what_is_transparent_for_paper_and_turns_a_phones_picture(capsys, tmp_path):
    """A black 7, drawn on nothing, and on white and lying on its side with a note of that."""
    ink = Image.new("RGBA", (280, 280))
    ImageDraw.Draw(ink).line([(80, 60), (200, 60), (120, 240)], fill="black", width=24)
    ink.save(tmp_path / "transparent.png")
    paper = Image.alpha_composite(Image.new("RGBA", ink.size, "white"), ink).convert("RGB")
    note = Image.Exif()
    note[0x0112] = 6  # to be turned by 90 degrees clockwise
    paper.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "phone.jpg", exif=note)
    paths = [str(tmp_path / name) for name in ("transparent.png", "phone.jpg")]
    _, out, _ = run_command(capsys, "classify", *paths, "--json")
    assert [row["digit"] for row in json.loads(out)["results"]] == [7, 7]


def test_strokes_reads_a_drawings_file(capsys, run, tmp_path):
    lines = [
        {"label": 1, "writer": 1, "strokes": [[[250, 50], [250, 450]]]},
        {"label": 7, "writer": 1, "strokes": [[[100, 50], [400, 50], [200, 450]]]},
    ]
    path = tmp_path / "drawings.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    code, out, _ = run_command(capsys, "strokes", str(path), "--run", run.id, "--json")
    result = json.loads(out)
    assert code == 0
    assert list(result) == ["run", "num_drawings", "num_correct", "accuracy", "accuracy_per_digit"]
    assert result["num_drawings"] == 2
    assert [share is None for share in result["accuracy_per_digit"]] == [d not in (1, 7) for d in range(10)]


def test_runs_lists_every_run(capsys, run):
    _, out, _ = run_command(capsys, "runs", "--json")
    row = json.loads(out)["runs"][0]
    assert row == {
        "id": run.id,
        "recipe": "quick",
        "state": "queued",
        "shipped": False,
        "epochs": 0,
        "validation_accuracy": None,
        "test_accuracy": None,
        "num_weights": preset("quick").num_weights,
        "model_bytes": run.model_path.stat().st_size,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["fly"], "fly"),
        (["train", "slow"], "slow"),
        (["train", "quick", "--set", "epochs=0"], "epochs must be from 1 to 1,000, got 0"),
        (["train", "quick", "--set", "epochs=many"], "'many'"),
        (["train", "quick", "--set", "epochs"], "NAME=VALUE"),
        (["train", "quick", "--set", "speed=9"], "speed"),
        (["train", "quick", "--resume", "20200101-000000-quick"], "--resume"),
        (["train", "--resume", "20200101-000000-quick"], "20200101-000000-quick"),
        (["train", "--resume", "../../etc"], "../../etc"),
        (["evaluate", "nothing"], "nothing"),
        (["classify"], "IMAGE"),
        (["classify", "no-such-file.png"], "no-such-file.png"),
        (["classify", __file__], "no image"),
        (["classify", "{tmp_path}/blank.png"], "nothing drawn"),
        (["strokes", "no-such-file.jsonl"], "no-such-file.jsonl"),
        (["strokes", "{tmp_path}/cut.jsonl.gz"], "damaged"),
        (["strokes", "{tmp_path}/deep.jsonl"], "line 1"),
        (["strokes", __file__], "test_cli.py"),
    ],
)
def test_wrong_use_gets_one_line_and_exit_code_2(capsys, tmp_path, arguments, words):
    Image.new("L", (50, 50), "white").save(tmp_path / "blank.png")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"label": 1}')[:-9])
    (tmp_path / "deep.jsonl").write_text("[" * 100_000)
    code, out, err = run_command(capsys, *(word.format(tmp_path=tmp_path) for word in arguments))
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def _no_space(*arguments):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_training_without_space_is_one_line_and_leaves_no_run(capsys, runs_root, monkeypatch):
    monkeypatch.setattr(os, "fsync", _no_space)
    code, out, err = run_command(capsys, "train", "quick")
    assert (code, out) == (2, "")
    assert re.fullmatch(r"bnn: the disk is full: .*recipe\.json\n", err)
    assert os.listdir(runs_root) == []


def test_training_that_runs_out_of_space_is_one_line_and_interrupted(capsys, caplog, run, monkeypatch):
    def turn(run):
        monkeypatch.setattr(os, "fsync", _no_space)
        run.append_progress([])

    monkeypatch.setattr(turns, "turn", turn)
    run.write_status(Status("running", pid=os.getpid(), started=1.0))
    code, out, err = run_command(capsys, "train", "--resume", run.id)
    assert (code, out) == (1, "")
    assert re.fullmatch(r"bnn: the disk is full: .*progress\.csv\n", err)
    assert not caplog.records, "a traceback in the log"
    assert run.status().state == "interrupted"


@pytest.mark.slow
def test_train_prints_its_result_and_a_bar(runs_root):
    # A dense layer alone: one epoch takes a few seconds.
    settings = ["epochs=1", "stages=[]", "dense=[]", "batch_size=2048"]
    command = [sys.executable, "-m", "bnn", "train", "quick", "--json", "--set", *settings]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=store.PROJECT, env={**os.environ}, check=True
    )
    result = json.loads(done.stdout)
    assert list(result) == ["run", "validation_accuracy", "test_accuracy", "seconds"]
    assert store.find(result["run"]).test()["accuracy"] == result["test_accuracy"] > 0.5
    assert "batches" in done.stderr
