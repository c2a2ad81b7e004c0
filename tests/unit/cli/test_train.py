"""The command `bnn train`: its result, and what it says if a training cannot be started or fails."""

import errno
import json
import os
import re
import subprocess
import sys
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from filelock import FileLock

from bnn.cli import train as train_command
from bnn.recipes.presets import preset
from bnn.runs import stopping, store, turns
from bnn.runs.status import Status
from bnn.system.commands import typed_command
from bnn.system.locks import is_locked
from tests.support.command_line import run_command
from tests.support.data_files import letter_lines, npz, stroke_lines
from tests.support.project import PROJECT
from tests.support.run_content import history_row, living_status


def _no_space(*arguments):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_training_on_a_full_disk_prints_one_line_and_leaves_no_run(capsys, runs_root, monkeypatch):
    monkeypatch.setattr(os, "fsync", _no_space)
    code, out, err = run_command(capsys, "train", "quick")
    assert (code, out) == (2, "")
    assert re.fullmatch(r"bnn: the disk is full: .*recipe\.json\n", err)
    assert not list(runs_root.iterdir())


def test_training_without_its_data_prints_one_line_and_leaves_no_run(capsys, runs_root, monkeypatch):
    monkeypatch.delenv("BNN_UNIPEN", raising=False)
    code, out, err = run_command(capsys, "train", "anyone")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"set BNN_UNIPEN to the file that `{typed_command()} unipen PLACE -o FILE` makes" in err
    assert not runs_root.exists() or not list(runs_root.iterdir())


def test_training_with_drawings_of_the_wrong_kind_prints_one_line_and_leaves_no_run(
    capsys, runs_root, monkeypatch
):
    for variable in ("BNN_UNIPEN", "BNN_UNIPEN_LETTERS"):
        monkeypatch.setenv(variable, __file__)
    code, out, err = run_command(capsys, "train", "anyone")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "test_train.py is a text file, not a file of drawings" in err
    assert not runs_root.exists() or not list(runs_root.iterdir())


def test_full_disk_interrupts_a_training_and_prints_one_line(capsys, caplog, run, monkeypatch):
    def turn(run, waits, on_wait):
        monkeypatch.setattr(os, "fsync", _no_space)
        run.append_progress([])

    monkeypatch.setattr(turns, "turn", turn)
    run.write_status(Status("running", pid=os.getpid(), started=1.0))
    code, out, err = run_command(capsys, "train", "--resume", run.id)
    assert (code, out) == (1, "")
    assert re.fullmatch(r"bnn: the disk is full: .*progress\.csv\n", err)
    assert not caplog.records, "a traceback in the log"
    assert run.status().state == "interrupted"


def test_training_keeps_the_network_it_starts_from_before_it_waits_for_its_turn(capsys, monkeypatch):
    kept = []

    def turn(run, waits, on_wait):
        kept.append(run.start_path.read_bytes())
        raise stopping.Stopped

    monkeypatch.setattr(turns, "turn", turn)
    code, *_ = run_command(capsys, "train", "quick", "--set", "starts_from=quick")
    assert code == stopping.EXIT_CODE
    assert kept == [store.find("quick").model_path.read_bytes()]


@pytest.mark.slow
def test_train_prints_its_result_and_a_progress_bar(runs_root):
    # With only the output layer, an epoch takes a few seconds. One epoch has too few steps for averages
    # of the weights.
    layers, sizes = ["stages=[]", "dense=[]"], ["batch_size=2048", "drawn_digits=100", "non_digits=100"]
    settings = [*layers, *sizes, "epochs=1", "ema_momentum=0"]
    command = [sys.executable, "-m", "bnn", "train", "quick", "--json", "--set", *settings]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=PROJECT, env={**os.environ}, check=True
    )
    result = json.loads(done.stdout)
    assert list(result) == ["run", "validation_accuracy", "test_accuracy", "seconds"]
    assert store.find(result["run"]).test()["accuracy"] == result["test_accuracy"] > 0.5
    assert "batches" in done.stderr


def test_recipe_for_pen_strokes_asks_for_a_file(capsys, runs_root):
    code, out, err = run_command(capsys, "train", "symbols")
    assert (code, out) == (2, "")
    assert "--data FILE" in err
    assert store.all_runs() == [run for run in store.all_runs() if run.shipped]


@pytest.mark.parametrize("command", [["train"], ["sweep", "--over", "seed=1,2"]], ids=["train", "sweep"])
def test_network_that_is_too_large_for_the_classes_of_the_data_is_refused(capsys, tmp_path, command):
    file = tmp_path / "letters.jsonl"
    file.write_bytes(letter_lines())
    # With ten classes, the network would have fewer than 20,000,000 weights.
    settings = ["--set", "stages=[]", "--set", "dense=[4096, 4080]", "--set", "epochs=1"]
    code, out, err = run_command(capsys, *command, "quick", *settings, "--data", str(file))
    assert (code, out) == (2, "")
    assert err == "bnn: a network may have 20,000,000 weights at most, got 20,029,024 (with 26 classes)\n"
    assert all(run.shipped for run in store.all_runs())


@pytest.mark.parametrize("content", [stroke_lines(), npz()], ids=["strokes", "arrays"])
@pytest.mark.parametrize(
    "recipe, setting, value", [("quick", "drawn_digits=8000", 0), ("anyone", "ema_momentum=0.99", 0.0)]
)
def test_setting_that_the_data_would_change_is_refused(capsys, tmp_path, content, recipe, setting, value):
    file = tmp_path / "data"
    file.write_bytes(content)
    code, out, err = run_command(capsys, "train", recipe, "--set", setting, "--data", str(file))
    assert (code, out) == (2, "")
    assert err == f"bnn: {setting} cannot be used with --data, which sets it to {value}\n"
    assert all(run.shipped for run in store.all_runs())


@pytest.mark.parametrize("is_asked, code, state", [(True, 3, "stopped"), (False, 1, "failed")])
@pytest.mark.parametrize("error", [SystemError, OSError, ValueError])
def test_error_counts_as_a_stop_only_after_a_request(capsys, monkeypatch, is_asked, code, state, error):
    run = store.create(preset("quick"))

    def train(*_):
        if is_asked:
            run.stop_path.touch()
        raise error("no more")

    monkeypatch.setattr("bnn.training.loop.train", train)
    # The real function starts a thread, which could see the request and end this process.
    monkeypatch.setattr(stopping, "exit_when_stopped", lambda run: nullcontext())
    found, _, err = run_command(capsys, "train", "--resume", run.id, "--at-once")
    assert (found, run.status().state) == (code, state), err
    assert (f"the training was asked to stop, and ended with {error.__name__}: no more" in err) == is_asked
    if is_asked:
        # The page shows this message. It names an error only if the user may be able to remedy it.
        assert run.status().message == ("" if error is SystemError else "no more")


@pytest.mark.parametrize("state", ["queued", "running"])
def test_request_to_stop_a_trainer_that_died_does_not_stop_the_next_trainer(
    capsys, monkeypatch, dead_pid, state
):
    run, asked = store.create(preset("quick")), []
    run.write_status(Status(state, pid=dead_pid, started=1.0, note="Resumed on another machine"))
    run.lock_path.touch()
    run.stop_path.touch()

    def train(*_):
        asked.append((run.stop_path.exists(), run.status().note))
        raise ValueError("far enough")

    monkeypatch.setattr("bnn.training.loop.train", train)
    code, _, err = run_command(capsys, "train", "--resume", run.id)
    assert (code, err) == (1, "bnn: far enough\n")
    assert asked == [(False, "")]


@pytest.mark.parametrize("is_on_cluster", [False, True])
def test_request_to_stop_a_run_that_is_queued_is_kept(capsys, monkeypatch, is_on_cluster):
    """A launcher has queued the run. The status has the trainer's process id, except on a cluster."""
    run = store.create(preset("quick"))
    run.write_status(Status("queued") if is_on_cluster else living_status("queued"))
    run.stop_path.touch()

    def train(*_):
        raise stopping.Stopped if run.stop_path.exists() else ValueError("not stopped")

    monkeypatch.setattr("bnn.training.loop.train", train)
    # The real function starts a thread, which could see the request and end this process.
    monkeypatch.setattr(stopping, "exit_when_stopped", lambda run: nullcontext())
    code, _, err = run_command(capsys, "train", "--resume", run.id, "--at-once")
    assert (code, run.status().state) == (stopping.EXIT_CODE, "stopped"), err


@pytest.mark.parametrize("error, code, state", [(stopping.Stopped, 3, "stopped"), (OSError, 1, "failed")])
def test_run_is_unlocked_before_the_batches_of_a_training_are_freed(capsys, monkeypatch, error, code, state):
    run, locked = store.create(preset("quick")), []

    class Batches:
        def __del__(self):
            locked.append(is_locked(run.lock_path))

    def train(*_):
        batches = Batches()
        assert batches
        raise error

    monkeypatch.setattr("bnn.training.loop.train", train)
    found, _, err = run_command(capsys, "train", "--resume", run.id, "--at-once")
    assert (found, run.status().state) == (code, state), err
    assert not is_locked(run.lock_path)
    # Python clears this list at the end of the process, and so frees the batches.
    train_command._kept.clear()
    assert locked == [False]


def test_training_that_waits_for_its_turn_says_so_and_counts_only_its_epochs(capsys, monkeypatch):
    first, run = store.create(preset("quick")), store.create(preset("quick"))
    # An earlier session has trained the first epoch.
    run.append_history(history_row(1) | {"seconds": 100.0})
    sleep, lock = time.sleep, FileLock(first.folder.parent / ".training.lock")

    def train(trained, first_step_done):
        trained.append_history(history_row(2) | {"seconds": 20.5})

    def sleep_until_the_first_has_ended(seconds):
        sleep(seconds)
        lock.release()

    monkeypatch.setattr("bnn.training.loop.train", train)
    monkeypatch.setattr(stopping, "exit_when_stopped", lambda run: nullcontext())
    monkeypatch.setattr(turns, "time", SimpleNamespace(sleep=sleep_until_the_first_has_ended))
    with lock:
        code, out, err = run_command(capsys, "train", "--resume", run.id, "--json")
    assert (code, err) == (0, f"bnn: {run.id} waits for the training before it\n")
    assert json.loads(out)["seconds"] == 120.5
    assert run_command(capsys, "train", "--resume", run.id)[2] == ""
