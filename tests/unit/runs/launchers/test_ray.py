"""Runs are handed to a cluster and watched. A stand-in takes the place of the process that uses Ray."""

import os
import sys
import time

import pytest

from bnn.runs import store, trainings
from bnn.runs.launchers import launcher, local, ray
from bnn.runs.status import Status
from tests.support import waiting
from tests.support.run_content import RECIPE

# A stand-in for `bnn.runs.cluster.agent` that reads and prints the same kinds of lines. The file named by the
# first argument has the ids of the runs on the cluster, one per line. In the mode "takes", every run is
# accepted.
AGENT = """
import json, pathlib, sys, threading, time
cluster, mode = pathlib.Path(sys.argv[1]), sys.argv[2]
def say(**values):
    print(json.dumps(values), flush=True)
def tell():
    while True:
        say(active=cluster.read_text().split(), has_copies=mode == "copies")
        time.sleep(0.02)
if mode == "unreachable":
    sys.exit("no cluster")
print("Ray says something")
print("7\\nnull\\n[]", flush=True)
threading.Thread(target=tell, daemon=True).start()
for line in sys.stdin:
    if mode == "refuses":
        say(refused=line.strip(), reason="it is full")
        continue
    with cluster.open("a") as file:
        file.write(line)
    say(submitted=line.strip())
"""


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """The file with the ids of the runs on the cluster. It is empty at first."""
    path = tmp_path / "cluster"
    path.touch()
    monkeypatch.setenv("BNN_CLUSTER", f"test-{tmp_path}")
    monkeypatch.setattr(ray, "RETRY_SECONDS", 0.05)
    return path


@pytest.fixture
def behave(cluster, monkeypatch):
    """A function that starts the stand-in, in one of the modes of `AGENT`."""
    agents = []

    def start(mode):
        agents.append(ray.Agent([sys.executable, "-c", AGENT, str(cluster), mode]))
        monkeypatch.setattr(ray, "_agents", lambda address, root: agents[-1])
        return agents[-1]

    yield start
    for agent in agents:
        agent.end()


def test_without_an_address_trainings_run_on_this_machine(monkeypatch):
    monkeypatch.delenv("BNN_CLUSTER", raising=False)
    assert launcher() is local
    monkeypatch.setenv("BNN_CLUSTER", "  ")
    assert launcher() is local


def test_a_started_run_is_handed_to_the_cluster_and_is_active_while_the_cluster_has_it(behave, cluster):
    behave("takes")
    run = trainings.start(RECIPE)
    assert cluster.read_text().split() == [run.id]
    assert run.status().state == "queued"
    assert run.status().message == "Waiting for room on the cluster"
    # Without a cluster, a run that has no trainer an hour after its start would count as interrupted.
    age(run)
    assert run.status().state == "queued"
    cluster.write_text("")
    waiting.until(lambda: run.status().state == "interrupted", "the run to be interrupted")


def test_the_agent_finds_this_package_despite_pythons_safe_mode(behave, monkeypatch):
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setattr(sys.modules[__name__], "AGENT", "import bnn.runs\n" + AGENT)
    behave("takes").submit("some-run")


def test_a_start_that_the_cluster_refuses_leaves_no_drawings(behave, runs_root):
    behave("refuses")
    with pytest.raises(OSError, match="it is full"):
        trainings.start(RECIPE, examples="a drawing\n")
    assert not list(runs_root.iterdir())


def test_a_refused_run_is_not_active_and_says_why(behave):
    behave("refuses")
    run = store.create(RECIPE)
    run.write_status(Status("stopped", epoch=2))
    with pytest.raises(OSError, match="it is full"):
        trainings.resume(run)
    assert (run.status().state, run.status().message) == (
        "interrupted",
        "the cluster refuses the run: it is full",
    )


def test_a_sentence_says_that_the_cluster_cannot_be_reached(behave, monkeypatch, runs_root):
    agent = behave("unreachable")
    run = store.create(RECIPE)
    with pytest.raises(OSError, match="cannot be reached"):
        agent.submit(run.id, seconds=0.1)
    assert "cannot be reached now" in ray.notice(runs_root)


def test_a_lost_connection_loses_no_run_and_is_made_again(behave, cluster, runs_root):
    agent = behave("takes")
    run = trainings.start(RECIPE)
    run.write_status(Status("running", pid=7, machine="far away", epoch=1))
    first = agent._process
    first.kill()
    waiting.until(lambda: agent.active() is None or agent._process is not first, "the connection to be lost")
    assert run.status().state == "running"
    waiting.until(lambda: agent.active() is not None, "a new connection")
    assert run.status().state == "running"
    # The notice says nothing about copying, because no run has been copied to a machine yet.
    assert ray.notice(runs_root) == f"Trainings run on the cluster {ray.address()}."


def test_the_page_says_if_machines_do_not_share_the_disk(behave, runs_root):
    agent = behave("copies")
    waiting.until(lambda: agent.active() is not None, "a connection")
    assert "Machines that do not share the disk with the runs send" in ray.notice(runs_root)


def test_a_silent_process_counts_as_a_lost_connection(behave, monkeypatch):
    agent = behave("takes")
    waiting.until(lambda: agent.active() is not None, "a connection")
    monkeypatch.setattr(ray, "LOST_SECONDS", 0.0)
    assert agent.active() is None


def test_a_resumed_run_keeps_its_epoch_and_forgets_its_trainer(behave):
    behave("takes")
    run = store.create(RECIPE)
    run.write_status(
        Status("stopped", epoch=2, num_epochs=3, pid=7, started=8.0, machine="far away", note="x")
    )
    trainings.resume(run)
    expected = Status("queued", "Waiting for room on the cluster", epoch=2, num_epochs=3)
    assert run.written_status() == expected


@pytest.mark.parametrize("text", ["", "many", "0", "-1", "nan", "inf"])
def test_a_wrong_number_of_processors_is_named(monkeypatch, text):
    monkeypatch.setenv("BNN_CLUSTER_CPUS", text)
    with pytest.raises(ValueError, match="BNN_CLUSTER_CPUS must be a number above 0"):
        ray.num_cpus()


def age(run):
    """Makes a run's recipe an hour old."""
    path, then = run.folder / "recipe.json", time.time() - 3600
    os.utime(path, (then, then))
