"""The command line prints the right lines to the right stream, with the right exit code."""

import gzip
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import bnn
from bnn.cli import output
from bnn.cli.common import find_run
from bnn.data import files, mnist
from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.labels import run_label
from bnn.runs.names import MAX_NAME_LENGTH
from bnn.system.files import write_atomically
from tests.support.command_line import run_command
from tests.support.data_files import stroke_lines
from tests.support.project import PROJECT


def test_version_is_that_of_the_package(capsys):
    assert run_command(capsys, "--version") == (0, f"one-bit-lab {bnn.__version__}\n", "")


@pytest.mark.parametrize(
    "command, default",
    [
        ("train", "by default quick"),
        ("sweep", "seeds; by default 1"),
        ("teach", "learn from; by default 3"),
        ("teach", "separately; by default 20"),
        ("twin", "for six epochs"),
    ],
)
def test_help_names_the_defaults(capsys, command, default):
    code, out, _ = run_command(capsys, command, "--help")
    assert code == 0
    assert default in " ".join(out.split())


def test_listing_runs_does_not_load_numba(run):
    script = "import sys; from bnn.cli import main; main(['runs']); print('numba' in sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_evaluate_prints_one_json_object(capsys, run):
    code, out, err = run_command(capsys, "evaluate", run.id, "--json")
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert list(result) == [
        "run",
        "num_images",
        "num_correct",
        "accuracy",
        "confusion_matrix",
        "accuracy_interval",
        "class_names",
        "data",
    ]
    low, high = result["accuracy_interval"]
    assert 0 < low < result["accuracy"] < high < 1
    shown = " to ".join(map(output.percent, (low, high)))
    assert f"(95% interval {shown})" in run_command(capsys, "evaluate", run.id)[1]
    matrix = np.array(result["confusion_matrix"])
    assert matrix.sum(axis=1).tolist() == np.bincount(mnist.test().labels).tolist()
    assert result["num_correct"] == np.trace(matrix) == round(result["accuracy"] * 10_000)


def test_run_on_other_data_is_evaluated_on_its_own_test_images(capsys, runs_root, random_network):
    data = files.parse(stroke_lines(), "signs", "Ann", "CC0")
    other = store.create(preset("quick"), data)
    network = random_network(class_names=data.class_names)
    write_atomically(other.model_path, file.to_bytes(network))
    result = json.loads(run_command(capsys, "evaluate", other.id, "--json")[1])
    assert np.sum(result["confusion_matrix"], axis=1).tolist() == [1, 1, 1]
    assert result["class_names"] == ["cross", "hook", "roof"]
    assert result["data"] == "signs; Ann; CC0"
    lines = run_command(capsys, "evaluate", other.id)[1].splitlines()
    assert [line.split()[0] for line in lines[-3:]] == ["cross", "hook", "roof"]
    row = json.loads(run_command(capsys, "runs", "--json")[1])["runs"][0]
    # With 3 classes instead of 10, the last layer has 7 fewer outputs, each with 128 weights.
    assert row["num_weights"] == preset("quick").num_weights - 7 * 128


def test_network_of_other_data_is_measured_on_drawings_and_exported(
    capsys, tmp_path, runs_root, random_network
):
    data = files.parse(stroke_lines(), "signs", "Ann", "CC0")
    other = store.create(preset("quick"), data)
    write_atomically(other.model_path, file.to_bytes(random_network(class_names=data.class_names)))
    (tmp_path / "more.jsonl").write_bytes(stroke_lines(4))
    result = json.loads(
        run_command(capsys, "strokes", str(tmp_path / "more.jsonl"), "--run", other.id, "--json")[1]
    )
    assert (result["num_drawings"], result["class_names"]) == (12, ["cross", "hook", "roof"])
    Image.fromarray(255 - data.test().images[0]).resize((84, 84)).save(tmp_path / "a.png")
    result = json.loads(
        run_command(capsys, "classify", str(tmp_path / "a.png"), "--run", other.id, "--json")[1]
    )
    assert result["results"][0]["class_name"] in data.class_names
    for form, name in (("html", "page.html"), ("c", "sources")):
        code, _, err = run_command(capsys, "export", other.id, "--to", form, "-o", str(tmp_path / name))
        assert (code, err) == (0, "")
    assert "signs; Ann; CC0" in (tmp_path / "page.html").read_text()
    assert "signs; Ann; CC0" in (tmp_path / "sources" / "network.h").read_text()


def test_runs_lists_every_run(capsys, run):
    _, out, _ = run_command(capsys, "runs", "--json")
    row = json.loads(out)["runs"][0]
    assert row == {
        "id": run.id,
        "name": run_label(run),
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
    "arguments, words",
    [
        ([], "--help lists the commands"),
        (["fly"], "fly"),
        (["train", "slow"], "slow"),
        (["train", "quick", "--set", "epochs=0"], "epochs must be from 1 to 1,000, got 0"),
        (["train", "quick", "--set", "epochs=many"], "'many'"),
        (["train", "quick", "--set", "epochs"], "NAME=VALUE"),
        (["train", "quick", "--set", "speed=9"], "speed"),
        (["train", "--set", "epochs=3", "quick"], "got 'quick': put RECIPE before --set"),
        (["train", "quick", "--set", "epochs=1", "epochs=2"], "--set names epochs twice"),
        (["train", "quick", "--set", "epochs=1", "--set", "epochs=1"], "--set names epochs twice"),
        (["train", "quick", "--data", ""], "the argument after --data is empty"),
        (["train", "quick", "--data", "."], ". is not a file"),
        (["train", "--resume", ""], "the argument after --resume is empty"),
        (["train", "--resume="], "the argument after --resume= is empty"),
        (["bench", "--run", ""], "the argument after --run is empty"),
        (["classify", ""], "the argument after classify is empty"),
        (["export", "--to", "c", "-o", ""], "the argument after -o is empty"),
        ([""], "the argument after bnn is empty"),
        (["train", "quick", "--set", "starts_from=gone"], "there is no run 'gone'"),
        (["train", "quick", "--set", "starts_from=record"], "cannot start from run record"),
        (["train", "quick", "--data", "no-such-file.zip"], "no-such-file.zip"),
        (["train", "quick", "--data", __file__], "test_cli.py is a text file, not a data file. Drawings"),
        (["train", "quick", "--licence", "MIT"], "--source and --licence describe a file"),
        (["train", "letters"], "recipe letters needs a file of drawings: add --data FILE"),
        (["twin", "letters"], "recipe letters needs a file of drawings: add --data FILE"),
        (["twin", "symbols"], "recipe symbols needs a file of drawings: add --data FILE"),
        (
            ["train", "--resume", "x", "--data", "y"],
            "leave out RECIPE, --set, --data, --source and --licence",
        ),
        (["train", "quick", "--resume", "20200101-000000-quick"], "--resume"),
        (["train", "--resume", "20200101-000000-quick"], "20200101-000000-quick"),
        (["train", "--resume", "../../etc"], "../../etc"),
        (["evaluate", "nothing"], "nothing"),
        (["evaluate", "{empty_run}"], "has no network yet"),
        (["export", "--check", "{tmp_path}/blank.png"], "is not an export: it is neither a page nor"),
        (["export", "--to", "c", "-o", "{tmp_path}/net.c"], "C sources need a folder"),
        (["classify", "{tmp_path}/blank.png", "--run", "{empty_run}"], "has no network yet"),
        (["classify", "{tmp_path}/*.bmp"], "*.bmp"),
        (["classify"], "IMAGE"),
        (["classify", "no-such-file.png"], "no-such-file.png"),
        (["classify", __file__], "is a text file: BMP"),
        (["classify", "{tmp_path}/blank.png"], "the picture is empty"),
        (["strokes", "no-such-file.jsonl"], "no-such-file.jsonl"),
        (["strokes", "{tmp_path}/cut.jsonl.gz"], "damaged"),
        (["strokes", "{tmp_path}/deep.jsonl"], "line 1"),
        (["strokes", __file__], "test_cli.py is a text file, not a file of drawings (JSON lines)"),
        (
            ["teach", "{tmp_path}/blank.png"],
            "blank.png is a PNG picture, not a file of drawings",
        ),
    ],
)
def test_wrong_use_prints_one_line_and_exits_with_2(capsys, tmp_path, arguments, words):
    Image.new("L", (50, 50), "white").save(tmp_path / "blank.png")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"label": 1}')[:-9])
    (tmp_path / "deep.jsonl").write_text("[" * 100_000)
    names = {"tmp_path": tmp_path, "empty_run": store.create(preset("quick")).id}
    code, out, err = run_command(capsys, *(word.format(**names) for word in arguments))
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_run_is_found_by_the_name_shown_in_the_app(capsys, run):
    store.rename(run, "My net")
    for words in ("My net", "my  net", run.id):
        assert json.loads(run_command(capsys, "evaluate", words, "--json")[1])["run"] == run.id
    _, out, _ = run_command(capsys, "runs")
    assert "My net" in out.splitlines()[0]
    # A copy of the run has the same name.
    copy = run.folder.with_name("copy")
    shutil.copytree(run.folder, copy)
    code, out, err = run_command(capsys, "evaluate", "My net")
    assert (code, out) == (2, "")
    assert err == f"bnn: 2 runs are called 'My net'. Give the id instead: copy, {run.id}\n"
    # Now the name of the copy is the id of the first run. The id counts.
    (copy / "name.txt").write_text(run.id)
    assert json.loads(run_command(capsys, "evaluate", run.id, "--json")[1])["run"] == run.id


def test_column_of_names_is_as_wide_as_the_longest_name(capsys, run):
    store.rename(run, "N" * MAX_NAME_LENGTH)
    lines = run_command(capsys, "runs")[1].splitlines()
    assert len(lines) > 1
    assert len({line.index(" epochs   validation ") for line in lines}) == 1


@pytest.mark.parametrize("name", ["The app's network", "the app’s network", "shipped"])
def test_apps_network_is_found_by_its_name(runs_root, name):
    assert find_run(name).id == "shipped"


@pytest.mark.parametrize(
    "content, words", [(b"nothing", "is not a packed network"), (None, "model.safetensors is not a file")]
)
def test_run_with_a_damaged_network_is_named(capsys, tmp_path, run, content, words):
    run.model_path.unlink()
    if content is None:
        run.model_path.mkdir()
    else:
        run.model_path.write_bytes(content)
    Image.new("L", (50, 50)).save(tmp_path / "a.png")
    for arguments in (["evaluate", run.id], ["classify", str(tmp_path / "a.png"), "--run", run.id]):
        code, out, err = run_command(capsys, *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"bnn: run {run.id}: ")
        assert words in err
