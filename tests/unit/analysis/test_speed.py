"""A separate process compares the speed of a run's network with that of its float32 twin."""

import json
import math
import subprocess
import sys

import pytest

from bnn.analysis import speed
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.system import commands


@pytest.fixture
def run(runs_root):
    """A run of a small network."""
    return store.create(preset("quick").with_settings({"stages": "[[8], [8]]", "dense": "[16]"}))


@pytest.mark.slow
def test_both_networks_are_measured(run, monkeypatch):
    """Each engine is measured only once, and briefly."""

    def brief_command(arguments, runs_root):
        script = (
            "import sys; from bnn import cli; from bnn.training import benchmark\n"
            "benchmark.NUM_ROUNDS, benchmark.CALLS_SECONDS, benchmark.BULK_DIGITS = 1, 0.0, 5\n"
            "sys.exit(cli.main(sys.argv[1:]))"
        )
        return commands.bnn_command([], runs_root) | {"args": [sys.executable, "-c", script, *arguments]}

    monkeypatch.setattr(speed, "bnn_command", brief_command)
    found = speed.compare(run)
    assert 0 < found.packed_seconds < math.inf
    assert 0 < found.float_seconds < math.inf
    # In float32, a weight takes at least four bytes. In the packed file, it takes less than half a byte.
    assert found.float_bytes > 4 * run.recipe().num_weights > 8 * found.packed_bytes


def test_failed_measurement_is_reported_in_a_sentence(run):
    (run.folder / "recipe.json").write_text("no recipe")
    with pytest.raises(ValueError, match=rf"measurement of run {run.id}'s speed failed: run .*recipe"):
        speed.compare(run)


@pytest.mark.parametrize("printed", ["", "[]", "{}", json.dumps({"rows": []}), json.dumps({"rows": [{}]})])
def test_unusable_output_of_the_measurement_is_an_error(run, monkeypatch, printed):
    done = subprocess.CompletedProcess([], 0, stdout=printed, stderr="")
    monkeypatch.setattr(speed.subprocess, "run", lambda *args, **options: done)
    with pytest.raises(ValueError, match="speed failed"):
        speed.compare(run)


@pytest.mark.parametrize(
    "code, stderr, words",
    [
        (-4, "", "this processor lacks an instruction that TensorFlow needs"),
        (-9, "2026-11-25: I tensorflow/core: something", "probably because memory ran out"),
        (2, "bnn: this command needs larq: pip install it\n", "this command needs larq: pip install it"),
        (1, "", "it ended with code 1"),
    ],
)
def test_cause_of_a_failed_measurement_is_one_plain_sentence(run, monkeypatch, code, stderr, words):
    script = "import os, sys; sys.stderr.write(sys.argv[1]); sys.stderr.flush(); code = int(sys.argv[2])\n"
    script += "os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)"
    command = {"args": [sys.executable, "-c", script, stderr, str(code)]}
    monkeypatch.setattr(speed, "bnn_command", lambda arguments, root: command)
    with pytest.raises(ValueError, match="speed failed") as caught:
        speed.compare(run)
    assert str(caught.value).endswith(words)
    assert "python" not in str(caught.value)
    assert "SIG" not in str(caught.value)


def test_measurement_that_takes_too_long_is_reported_in_a_sentence(run, monkeypatch):
    monkeypatch.setattr(speed, "TIMEOUT_SECONDS", 0.1)
    command = {"args": [sys.executable, "-c", "import time; time.sleep(60)"]}
    monkeypatch.setattr(speed, "bnn_command", lambda arguments, root: command)
    with pytest.raises(ValueError, match="it took longer than"):
        speed.compare(run)
