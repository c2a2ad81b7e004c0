"""Runs take turns: one is trained at a time, in the order of their start. A run has only one trainer."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from bnn.recipes.presets import preset
from bnn.runs import stopping, store, turns
from bnn.runs.run import Run
from bnn.runs.status import Status
from tests.support import waiting
from tests.support.local_trainer import wait_for
from tests.support.project import PROJECT

# A trainer that waits for its turn, and then does nothing until the run's folder has a file called "done".
TRAINER = """
import sys, time
from bnn.runs import status, stopping, store, turns
run = store.find(sys.argv[1])
try:
    with turns.turn(run), stopping.exit_when_stopped(run):
        while not (run.folder / "done").exists():
            time.sleep(0.02)
    run.write_status(status.Status("finished"))
except stopping.Stopped:
    stopping.write_stopped(run)
"""


@pytest.fixture
def start():
    """A function that starts a trainer for a new run and returns the run and the process."""
    processes = []

    def start():
        run = store.create(preset("quick"))
        process = subprocess.Popen([sys.executable, "-c", TRAINER, run.id], cwd=PROJECT, env={**os.environ})
        processes.append(process)
        waiting.until(lambda: run.status().pid == process.pid, "the trainer's first status")
        return run, process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_only_a_run_that_has_to_wait_has_a_message_about_it(start, monkeypatch):
    messages = []
    monkeypatch.setattr(Run, "write_status", lambda run, status: messages.append(status.message))
    with turns.turn(store.create(preset("quick"))):
        assert messages == ["Starting", "Getting ready (loading TensorFlow)"]
        second, _ = start()
        waiting.until(lambda: second.status().message == "Waiting for the run before it", "the message")


def test_runs_train_one_after_the_other_in_the_order_of_their_start(start):
    trainings = []
    for _ in range(3):
        trainings.append(start())
        if len(trainings) == 1:
            wait_for(trainings[0][0], "running")
    for position, (run, _) in enumerate(trainings):
        wait_for(run, "running")
        assert all(later.status().state == "queued" for later, _ in trainings[position + 1 :])
        (run.folder / "done").touch()
        wait_for(run, "finished")


def test_runs_are_not_listed_while_another_one_is_trained(runs_root, monkeypatch):
    first, second = store.create(preset("quick")), store.create(preset("quick"))
    listed, waits, all_runs = [], [], store.all_runs

    def list_runs():
        listed.append(len(waits))
        return all_runs()

    with ExitStack() as turn_of_first:
        turn_of_first.enter_context(turns.turn(first))

        def wait(seconds):
            waits.append(seconds)
            if len(waits) == 3:
                turn_of_first.close()

        monkeypatch.setattr(store, "all_runs", list_runs)
        monkeypatch.setattr(turns, "time", SimpleNamespace(sleep=wait))
        with turns.turn(second):
            assert second.status().state == "running"
    assert listed == [3]


def test_speed_of_a_killed_trainer_is_not_that_of_the_next_one(runs_root):
    run = store.create(preset("quick"))
    speed = {"images_per_second": 3000.0, "eta_seconds": 61.5}
    run.write_status(Status("running", "", 2, 3, 40, 100, **speed))
    with turns.turn(run):
        status = run.status()
    assert (status.images_per_second, status.eta_seconds) == (0.0, 0.0)
    assert (status.epoch, status.num_epochs, status.batch, status.num_batches) == (2, 3, 40, 100)


def test_next_run_trains_when_a_trainer_is_killed(start):
    first, process = start()
    wait_for(first, "running")
    second, _ = start()
    process.kill()
    wait_for(second, "running")
    process.wait()
    assert first.status().state == "interrupted"


def test_waiting_run_can_be_stopped(start):
    first, _ = start()
    wait_for(first, "running")
    second, process = start()
    second.stop_path.touch()
    wait_for(second, "stopped")
    assert process.wait(waiting.DEADLINE_SECONDS) == 0
    assert not second.stop_path.exists()
    assert first.status().state == "running"


def test_trainer_of_a_waiting_run_ends_when_the_folder_is_deleted(start):
    first, _ = start()
    wait_for(first, "running")
    second, process = start()
    # The process may write a file into the folder during the deletion. Then the deletion is tried again.
    waiting.until(lambda: _is_deleted(second.folder), "the folder to be deleted")
    assert process.wait(waiting.DEADLINE_SECONDS) != 0
    assert not second.folder.exists()
    assert first.status().state == "running"


def _is_deleted(folder):
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def test_stop_while_loading_ends_the_process(start):
    run, process = start()
    wait_for(run, "running")
    run.stop_path.touch()
    assert process.wait(waiting.DEADLINE_SECONDS) == stopping.EXIT_CODE
    assert run.status().state == "stopped"


def test_run_has_only_one_trainer(runs_root):
    run = store.create(preset("quick"))
    message = f"{run.id} is being trained already"
    with turns.run_lock(run), pytest.raises(ValueError, match=message), turns.run_lock(run):
        pass
    with turns.run_lock(run):
        pass
