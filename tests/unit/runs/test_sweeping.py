"""The runs of a sweep are trained one after another. A stand-in takes the place of the trainer."""

import errno
from dataclasses import replace

import pytest

from bnn.recipes.grid import grid
from bnn.recipes.presets import preset
from bnn.runs import store, sweeping, sweeps, trainings
from bnn.runs.launchers import local
from bnn.runs.status import Status
from bnn.runs.sweeping import Plan, is_behind, train_one_after_another
from tests.support.run_content import history_row, living_status
from tests.support.sweep_runs import trial

ACCURACY = "validation_accuracy"


@pytest.fixture
def started_runs(runs_root, monkeypatch):
    """The started runs. Whenever the sweep waits, the latest of them does an epoch, stops or finishes."""
    started = []

    def launch(run):
        assert all(other.status().state != "running" for other in started)
        started.append(run)
        run.write_status(living_status(num_epochs=4))

    def wait(seconds):
        run = started[-1]
        num_epochs = len(run.history())
        if run.stop_path.exists():
            run.stop_path.unlink()
            run.write_status(replace(run.written_status(), state="stopped"))
        elif num_epochs == 4:
            run.write_status(Status("finished", epoch=4, num_epochs=4))
        else:
            # A higher learning rate gives a higher accuracy.
            run.append_history(history_row(num_epochs + 1, run.recipe().learning_rate * (num_epochs + 1)))

    monkeypatch.setattr(local, "launch", launch)
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    monkeypatch.setattr(sweeping.time, "sleep", wait)
    return started


def plan(rates, **settings):
    recipes, over = grid(replace(preset("quick"), epochs=4), [f"learning_rate={rates}"])
    return Plan("s", recipes, over, ACCURACY, **settings)


def test_runs_are_trained_one_after_another_and_belong_to_the_sweep(started_runs):
    ended = []
    train_one_after_another(plan("0.1,0.2,0.05"), ended.append)
    assert ended == started_runs
    assert [run.recipe().learning_rate for run in ended] == [0.1, 0.2, 0.05]
    assert [run.status().state for run in ended] == ["finished"] * 3
    assert [sweeps.sweep_of(run).number for run in ended] == [1, 2, 3]
    assert sweeps.winner(sweeps.ranking(ended, ACCURACY)) == ended[1]


def test_runs_behind_the_others_are_stopped_and_say_so(started_runs):
    train_one_after_another(plan("0.1,0.2,0.05", stop_early=True), lambda run: None)
    assert [run.status().state for run in started_runs] == ["finished", "finished", "stopped"]
    assert len(started_runs[2].history()) == 1
    assert [run.status().stopped_early for run in started_runs] == [False, False, True]
    assert [run.status().note for run in started_runs] == ["", "", sweeping.EARLY_STOP]


def test_histories_are_compared_only_when_the_run_has_a_new_epoch(started_runs, monkeypatch):
    compared_after, num_waits, wait = [], [], sweeping.time.sleep

    def wait_longer(seconds):
        num_waits.append(seconds)
        if len(num_waits) % 3 == 0:
            wait(seconds)

    monkeypatch.setattr(sweeping.time, "sleep", wait_longer)
    monkeypatch.setattr(sweeping, "is_behind", lambda run, *_: compared_after.append(len(run.history())))
    train_one_after_another(plan("0.1,0.2", stop_early=True), lambda run: None)
    assert compared_after == [1, 2, 3, 4] * 2


def test_a_resumed_run_no_longer_counts_as_stopped_early(runs_root, monkeypatch):
    monkeypatch.setattr(local, "launch", lambda run: None)
    run = trial(1, [0.5], "stopped")
    sweeping.note_early_stop(run)
    assert (run.status().note, run.status().stopped_early) == (sweeping.EARLY_STOP, True)
    trainings.resume(run)
    assert (run.status().note, run.status().stopped_early) == ("", False)


def test_an_interrupted_sweep_stops_its_run_and_starts_no_other(started_runs, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train_one_after_another(plan("0.1,0.2"), lambda run: None)
    (run,) = started_runs
    assert run.stop_path.exists()


@pytest.mark.parametrize(
    "accuracies, expected",
    [
        ([], False),
        ([0.5], False),
        ([0.4], True),
        # Runs are compared after 1, 2, 4, ... epochs, so the third of three epochs does not count.
        ([0.4, 0.6, 0.0], False),
        ([0.9, 0.5, 0.9], True),
        # No other run has four epochs.
        ([0.1] * 4, False),
        # After the last epoch, no run is stopped.
        ([0.1] * 8, False),
    ],
)
def test_a_run_is_behind_if_it_is_worse_than_the_median_after_as_many_epochs(runs_root, accuracies, expected):
    others = [trial(1, [0.5, 0.6]), trial(2, [0.4, 0.5, 0.9]), trial(3, [0.9, 0.9]), trial(4, [])]
    assert is_behind(trial(4, accuracies), others, ACCURACY) is expected
    assert is_behind(trial(4, accuracies), others, "validation_loss") is expected
    assert not is_behind(trial(4, accuracies), [], ACCURACY)


def test_run_whose_trainer_cannot_be_started_is_removed(runs_root, monkeypatch):
    def launch(run):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(local, "launch", launch)
    with pytest.raises(OSError, match="No space left"):
        train_one_after_another(plan("0.1,0.2"), lambda run: None)
    assert all(run.shipped for run in store.all_runs())


def test_ctrl_c_during_the_start_leaves_neither_a_run_nor_a_trainer(runs_root, monkeypatch):
    killed = []

    class Child:
        pid = 1_000_000_000

        def __init__(self, **options):
            options["stdout"].write(b"a trainer\n")

        def kill(self):
            killed.append(self)

        def wait(self):
            return -9

    def interrupt(pid):
        raise KeyboardInterrupt

    monkeypatch.setattr(local.subprocess, "Popen", Child)
    monkeypatch.setattr(local, "lower_priority", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train_one_after_another(plan("0.1,0.2"), lambda run: None)
    assert len(killed) == 1
    assert all(run.shipped for run in store.all_runs())
