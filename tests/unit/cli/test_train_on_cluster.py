"""The command `train` with a cluster. A stand-in takes the place of the cluster."""

from dataclasses import replace

import pytest

from bnn.cli import cluster_option
from bnn.runs import store
from bnn.runs.launchers import ray
from bnn.runs.status import Status
from tests.support.command_line import run_command


@pytest.fixture(autouse=True)
def cluster(runs_root, monkeypatch):
    """A cluster that accepts a run and stops it on request. Ctrl-C is pressed after the run was accepted."""

    def launch(run):
        run.write_status(Status("queued"))
        raise KeyboardInterrupt

    def request_stop(run):
        run.write_status(replace(run.written_status(), state="stopped"))

    monkeypatch.setenv("BNN_CLUSTER", "HOST:6379")
    monkeypatch.setattr(cluster_option, "find_spec", lambda name: name)
    monkeypatch.setattr(ray, "launch", launch)
    monkeypatch.setattr(ray, "request_stop", request_stop)
    monkeypatch.setattr(ray, "is_alive", lambda run, status: True)


def own_runs():
    return [run for run in store.all_runs() if not run.shipped]


def test_run_is_stopped_if_the_command_is_interrupted_while_it_hands_over_the_run(capsys):
    code, out, err = run_command(capsys, "train", "quick")
    (run,) = own_runs()
    assert (code, out) == (3, "")
    assert err.splitlines() == [f"bnn: {run.id} was asked to stop", f"bnn: {run.id}: stopped"]


def test_at_once_is_refused_with_a_cluster(capsys):
    code, _, err = run_command(capsys, "train", "quick", "--at-once")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "--at-once is for trainings on this computer, not on the cluster HOST:6379" in err
    assert own_runs() == []
