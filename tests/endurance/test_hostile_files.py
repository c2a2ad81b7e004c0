"""Damaged files: the short version of `python -m tests.endurance 4`, and faults that the long one found."""

import gzip
import json
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from PIL import Image

from bnn import cli as command_line
from bnn.data import dataset
from bnn.drawing import stroke_files
from bnn.engine import file, inference
from bnn.recipes import checks
from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system import files
from bnn.training import checkpoint
from tests.endurance import hostile_files
from tests.support import stand_in_model
from tests.support.project import PROJECT

RECIPE = PRESETS["quick"]
LINE = b'{"label": 1, "strokes": [[[0, 0], [5, 9]]]}\n'


@pytest.fixture
def run():
    """A new run."""
    return store.create(RECIPE)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads its memory from /proc")
def test_damaged_files_are_refused_with_a_message_or_usable():
    assert "no other error, nothing run" in hostile_files.run(quick=True)


def test_guard_notices_forbidden_actions(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from tests.support.guard import Guard\n"
        "with Guard(Path(sys.argv[1])): {}"
    )
    for action in (
        "os.system('true')",
        "exec('1')",
        "open('/etc/hostname')",
        "__import__('pickle').loads(b'cos\\nsystem\\n.')",
    ):
        done = subprocess.run(
            [sys.executable, "-c", script.format(action), str(tmp_path)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, (action, done.stderr)
        assert "AssertionError: reading " in done.stderr, (action, done.stderr)


@pytest.mark.parametrize("field", ["epoch", "pid", "eta_seconds", "started"])
def test_status_with_a_number_too_large_to_calculate_with_counts_as_failed(run, field):
    (run.folder / "status.json").write_text(json.dumps({"state": "running", field: 10**400}))
    status = run.status()
    assert status.state == "failed"
    assert f"its {field} is " in status.message
    assert len(status.message) < 200


def test_message_with_unprintable_characters_is_made_printable_and_short(run):
    run.write_status(Status("failed", "\udcff" + "x" * 10_000))
    assert run.status().message == "?" + "x" * 499


def test_test_result_with_a_number_too_large_is_left_out(run):
    matrix = np.diag(np.full(10, 7)).tolist()
    result = dict(confusion_matrix=matrix, num_images=70, num_correct=70, epoch=1, accuracy=1.0)
    run.write_test(result)
    assert run.test() == result
    run.write_test(result | {"accuracy": 10**400})
    assert run.test() is None


@pytest.mark.parametrize("value", ["x" * 100_000, [None] * 10_000, {"a" * 100: {}}])
@pytest.mark.parametrize("field", ["name", "sentence", "stages", "dense", "epochs", "pixels", "weight_clip"])
def test_recipe_with_a_long_value_is_refused_in_a_short_sentence(run, field, value):
    values = json.loads(RECIPE.to_json()) | {field: value}
    (run.folder / "recipe.json").write_text(json.dumps(values))
    with pytest.raises(ValueError, match=run.id) as error:
        run.recipe()
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("sentence", ["\ud800", "two\nlines", "x" * 301])
def test_sentence_that_cannot_be_shown_is_refused(sentence):
    with pytest.raises(ValueError, match="sentence must be at most 300 visible characters"):
        Recipe(name="x", sentence=sentence)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.timeout(20)
def test_reading_does_not_wait_for_a_named_pipe(run):
    for name in ("status.json", "test.json", "name.txt", "history.csv", "model.safetensors"):
        os.mkfifo(run.folder / name)
    assert run.status().state == "failed"
    assert run.test() is None
    assert run.name() == run.id
    assert run.history().empty
    with pytest.raises(ValueError, match="is not a file"):
        file.load(run.model_path)


def test_file_is_read_up_to_its_limit_only(run):
    """The bytes are counted, so the limit also holds if the file grows or its metadata has a wrong size."""
    (run.folder / "name.txt").write_bytes(b"x" * 11)
    assert files.read_bytes(run.folder / "name.txt", 11) == b"x" * 11
    with pytest.raises(ValueError, match=r"name\.txt is larger than 10 bytes"):
        files.read_bytes(run.folder / "name.txt", 10)


def test_link_out_of_the_runs_folder_is_not_a_run(run, tmp_path):
    outside = Run("outside", tmp_path / "outside")
    outside.write_recipe(RECIPE)
    try:
        (store.root() / "link").symlink_to(outside.folder, target_is_directory=True)
    except OSError:
        pytest.skip("this user may not create links")
    with pytest.raises(ValueError, match="there is no run 'link'"):
        store.find("link")
    assert [each.id for each in store.all_runs() if not each.shipped] == [run.id]


def test_folder_of_runs_may_be_a_link(run, tmp_path, monkeypatch):
    try:
        (tmp_path / "other").symlink_to(store.root(), target_is_directory=True)
    except OSError:
        pytest.skip("this user may not create links")
    monkeypatch.setenv("BNN_RUNS_DIR", str(tmp_path / "other"))
    assert store.find(run.id).id == run.id


@pytest.mark.parametrize("name", ["CON", "nul", "COM1", "aux.txt", "C:", "\\\\host\\x", "a/b", "x" * 5000])
def test_names_reserved_by_operating_systems_are_not_runs(run, name):
    with pytest.raises(ValueError, match="there is no run") as error:
        store.find(name)
    assert len(str(error.value)) < 200


def test_compressed_file_with_a_huge_line_is_refused(tmp_path):
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 50_000_000, 1))
    with pytest.raises(ValueError, match="line 1: it is too long: a line may have 4,000,000 characters"):
        stroke_files.load_drawings(path, dataset.DIGITS)


@pytest.mark.parametrize("limit, each", [("strokes_left", 1), ("points_left", 2), ("length_left", len(LINE))])
def test_file_of_too_many_drawings_is_refused(tmp_path, monkeypatch, limit, each):
    path = tmp_path / "many.jsonl"
    path.write_bytes(3 * LINE)
    reading = stroke_files._Reading
    monkeypatch.setattr(stroke_files, "_Reading", partial(reading, **{limit: 3 * each}))
    assert len(stroke_files.load_drawings(path, dataset.DIGITS)) == 3
    monkeypatch.setattr(stroke_files, "_Reading", partial(reading, **{limit: 3 * each - 1}))
    with pytest.raises(ValueError, match="line 3: it is too long"):
        stroke_files.load_drawings(path, dataset.DIGITS)


@pytest.mark.parametrize(
    "size, words", [((6000, 5000), "6000 x 5000: at most 26"), ((26_000_001, 1), "26000001 x 1: at most 26")]
)
def test_giant_image_is_refused_before_its_pixels_are_read(tmp_path, capsys, size, words):
    Image.new("1", size).save(tmp_path / "giant.png")
    assert command_line.main(["classify", str(tmp_path / "giant.png")]) == 2
    assert words in capsys.readouterr().err


def test_postscript_is_not_run(tmp_path, capsys):
    """To read such a file, Pillow would start Ghostscript, which runs the file's program."""
    Image.new("RGB", (30, 30)).save(tmp_path / "digit.eps")
    assert command_line.main(["classify", str(tmp_path / "digit.eps")]) == 2
    assert "is a PostScript file: BMP" in capsys.readouterr().err


def test_file_may_have_as_many_weights_as_can_be_trained():
    assert file.MAX_WEIGHTS == checks.MAX_WEIGHTS


def test_network_of_too_many_weights_is_refused(random_network, monkeypatch):
    network = random_network()
    monkeypatch.setattr(file, "MAX_WEIGHTS", network.num_weights)
    content = file.to_bytes(network)
    assert file.from_bytes(content).num_weights == network.num_weights
    monkeypatch.setattr(file, "MAX_WEIGHTS", network.num_weights - 1)
    with pytest.raises(ValueError, match="it has more than"):
        file.from_bytes(content)


def test_widest_network_answers(random_network):
    network = file.from_bytes(file.to_bytes(random_network(stages=((4096,),), dense=())))
    assert inference.scores(network, np.zeros((1, 28, 28), np.uint8)).shape == (1, 10)


def _write_checkpoint(run, changes=(), **position):
    run.checkpoint_path.parent.mkdir(exist_ok=True)
    run.checkpoint_path.write_bytes(stand_in_model.checkpoint_bytes(dict(changes), **position))


def _load(run):
    return checkpoint.load(
        run, stand_in_model.Model(), stand_in_model.NUM_WEIGHTS, stand_in_model.NUM_BATCHES
    )


@pytest.mark.parametrize(
    "changes, position, words",
    [
        ({}, {"seconds": 10**400}, "its seconds is 1000"),
        ({}, {"loss": True}, "its loss is True"),
        ({}, {"accuracy": float("nan")}, "its accuracy is nan"),
        ({}, {"epoch": "x" * 10_000}, "its position is epoch 'xxx"),
        ({}, {"more": 1}, "its position is "),
        ({"model.1": np.ones(5, np.float32)}, {}, r"its model.1 is \(5,\) float32, not \(4,\) float32"),
        ({"model.1": np.ones(4, np.float64)}, {}, r"its model.1 is \(4,\) float64"),
        ({"model.1": np.full(4, np.nan, np.float32)}, {}, "its model.1 is not finite"),
        ({"extra": np.ones(2_000_000, np.uint8)}, {}, "it is larger than"),
    ],
)
def test_damaged_checkpoint_is_refused_before_any_value_is_used(run, monkeypatch, changes, position, words):
    _write_checkpoint(run)
    assert _load(run).batch == 7
    _write_checkpoint(run, changes, **position)
    monkeypatch.setattr(stand_in_model.Variable, "assign", lambda self, value: pytest.fail("a value is used"))
    with pytest.raises(ValueError, match=f"checkpoint of run {run.id} cannot be used: .*{words}"):
        _load(run)
