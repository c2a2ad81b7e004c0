"""The comparison with float32, in the process that measures it."""

import json
import subprocess

import pytest

from bnn.analysis import speed
from bnn.recipes.presets import preset
from bnn.runs import store


@pytest.fixture
def run(runs_root):
    """A run of a small network."""
    return store.create(preset("quick").with_settings({"stages": "[[8], [8]]", "dense": "[16]"}))


@pytest.mark.slow
def test_both_networks_are_measured(run):
    found = speed.compare(run)
    assert 0 < found.packed_seconds < 1 and 0 < found.float_seconds < 1
    # 8 * 9 + 8 * 8 * 9 + 7 * 7 * 8 * 16 + 160 weights, in float32 at least 4 bytes each.
    assert found.float_bytes > 4 * run.recipe().num_weights > 8 * found.packed_bytes


def test_what_cannot_be_measured_is_said_in_a_sentence(run):
    (run.folder / "recipe.json").write_text("no recipe")
    with pytest.raises(ValueError, match=rf"speed of run {run.id} could not be measured: run .*recipe"):
        speed.compare(run)


@pytest.mark.parametrize("printed", ["", "[]", "{}", json.dumps({"rows": []}), json.dumps({"rows": [{}]})])
def test_an_answer_that_is_none_is_an_error(run, monkeypatch, printed):
    done = subprocess.CompletedProcess([], 0, stdout=printed, stderr="")
    monkeypatch.setattr(speed.subprocess, "run", lambda *args, **options: done)
    with pytest.raises(ValueError, match="could not be measured"):
        speed.compare(run)
