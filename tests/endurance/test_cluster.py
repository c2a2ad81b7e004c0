"""Trainings on a real Ray cluster of several nodes on this machine.

These tests are skipped where Ray is not installed (see CONTRIBUTING.md). A stand-in takes the place of the
trainer.
"""

import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from bnn.recipes.presets import preset
from bnn.runs import store, sweeps, trainings
from bnn.runs.launchers import ray as launcher
from bnn.runs.status import ACTIVE
from tests.support import cluster_trainer, waiting
from tests.support.project import PROJECT
from tests.support.ray_cluster import add_node, ray_cluster, ray_nodes

ray = pytest.importorskip("ray", reason="needs Ray: pip install 'ray[tune]==2.60.*'")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
SECONDS = 300


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    """The folder whose code makes `bnn train` run the stand-in; see `cluster_trainer.install`."""
    folder = tmp_path_factory.mktemp("stand-in")
    cluster_trainer.install(folder, PROJECT)
    return folder


@pytest.fixture(scope="module")
def cluster(stand_in):
    """A cluster whose head has no processors. Each test adds the nodes that it needs."""
    with ray_cluster(stand_in) as started:
        yield started


@pytest.fixture
def added(cluster, runs_root):
    """The nodes that a test has added. They are removed after the test."""
    with ray_nodes(cluster, 0, runs_root) as nodes:
        yield nodes


@pytest.fixture
def add_nodes(cluster, added):
    """A function that adds a number of nodes with one processor each, and returns `added`."""

    def add(number):
        added.extend(add_node(cluster) for _ in range(number))
        return added

    return add


def start(epochs, number=1):
    return [trainings.start(replace(preset("quick"), epochs=epochs)) for _ in range(number)]


def until(condition, what):
    waiting.until(condition, what, seconds=SECONDS)


def have_ended(runs):
    return all(run.status().state not in ACTIVE for run in runs)


def test_thirty_runs_finish_although_two_nodes_are_lost(cluster, add_nodes):
    added = add_nodes(4)
    runs = start(20, 30)
    for num_lost, node in enumerate(added[:2]):
        until(lambda num=4 - num_lost: _count(runs, "running") == num, "each node to train a run")
        cluster.remove_node(node, allow_graceful=False)
    until(lambda: have_ended(runs), "all runs to end")
    for run in runs:
        assert run.status().state == "finished", (run.status(), run.log_path.read_text())
        # No epoch is missing, and none occurs twice.
        rows = (run.folder / "history.csv").read_text().splitlines()[1:]
        assert [int(row.split(",")[0]) for row in rows] == list(range(1, 21))
    resumed = [run for run in runs if "Resumed on another machine" in run.status().note]
    assert 1 <= len(resumed) <= 2
    # If a node is lost after it has got a run but before it has started a trainer, the note cannot name the
    # node, and says "the first one". How often such a run was started is not checked.
    unknown = [run for run in resumed if "lost the first one" in run.status().note]
    for run in set(runs) - set(unknown):
        assert run.log_path.read_text().count("started by") == (2 if run in resumed else 1)


def _count(runs, state):
    return sum(run.status().state == state for run in runs)


def test_a_running_and_a_waiting_run_stop_within_three_seconds_and_resume(add_nodes):
    add_nodes(1)
    running, waiting_run = start(500, 2)
    until(lambda: running.status().state == "running", "the first run to run")
    assert waiting_run.status().state == "queued"
    for run in (waiting_run, running):
        pressed = time.monotonic()
        trainings.stop(run)
        until(lambda run=run: run.status().state == "stopped", "the run to stop")
        assert time.monotonic() - pressed < 3
    epochs = len(running.history())
    trainings.resume(running)
    until(lambda: len(running.history()) > epochs, "the run to go on")
    assert list(running.history()["epoch"]) == list(range(1, len(running.history()) + 1))
    trainings.stop(running)
    until(lambda: running.status().state == "stopped", "the run to stop")


def test_a_run_on_a_lost_node_is_interrupted_within_ten_seconds_and_resumed_once(cluster, add_nodes):
    (first,) = add_nodes(1)
    (run,) = start(500)
    until(lambda: len(run.history()) >= 3, "three epochs")
    lost = time.monotonic()
    cluster.remove_node(first, allow_graceful=False)
    until(lambda: "Resuming on another machine" in run.status().message, "the loss to be noticed")
    assert time.monotonic() - lost < 10
    _, second = add_nodes(1)
    until(lambda: run.status().state == "running", "the run to be resumed")
    assert "Resumed on another machine" in run.status().note
    cluster.remove_node(second, allow_graceful=False)
    until(lambda: run.status().state == "interrupted", "the run to be interrupted")
    assert "lost" in run.status().message


def test_another_server_finds_the_training(cluster, add_nodes, runs_root):
    add_nodes(1)
    (run,) = start(100)
    until(lambda: run.status().state == "running", "the run to run")
    launcher._agents(cluster.address, str(runs_root.resolve())).end()
    launcher._cached_agent.cache_clear()
    again = launcher._agents(cluster.address, str(runs_root.resolve()))
    until(lambda: again.active() is not None, "the cluster to be found")
    assert again.active() == {run.id}
    trainings.stop(run)
    until(lambda: run.status().state == "stopped", "the run to stop")


def sweep(*arguments):
    """Runs a sweep as a process, and returns its exit code and its JSON."""
    command = [sys.executable, "-m", "bnn", "sweep", "quick", "--json", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_sweep_finds_the_best_run_and_uses_the_test_digits_for_this_run_only(add_nodes):
    add_nodes(2)
    over = "learning_rate=0.01,0.05,0.03,0.02"
    code, result = sweep(
        "--over", over, "--seeds", "2", "--set", "epochs=3", "--best-of", "validation_accuracy"
    )
    assert code == 0
    rates = [place["settings"]["learning_rate"] for place in result["places"]]
    assert rates == [0.05, 0.03, 0.02, 0.01]
    # The stand-in's validation accuracy is ten times the learning rate.
    accuracies = [place["validation_accuracy"] for place in result["places"]]
    assert accuracies == pytest.approx([10 * rate for rate in rates])
    runs = [store.find(row["id"]) for place in result["places"] for row in place["runs"]]
    assert [run.status().state for run in runs] == ["finished"] * 8
    assert [run.id for run in runs if run.test()] == [result["winner"]] == [runs[0].id]
    assert {sweeps.sweep_of(run).id for run in runs} == {result["sweep"]}


def test_a_sweep_stops_bad_runs_early(add_nodes):
    add_nodes(1)
    code, result = sweep(
        "--over", "learning_rate=0.05,0.04,0.03,0.02,0.06", "--set", "epochs=40", "--stop-early"
    )
    assert code == 0
    rows = {place["settings"]["learning_rate"]: place["runs"][0] for place in result["places"]}
    assert {rate for rate, row in rows.items() if row["stopped_early"]} == {0.04, 0.03, 0.02}
    assert all(
        row["state"] == "stopped" and row["epochs"] < 20 for row in rows.values() if row["stopped_early"]
    )
    assert rows[0.06]["state"] == "finished"


def test_a_sweep_goes_on_if_a_node_is_lost(cluster, add_nodes):
    first, _ = add_nodes(2)
    command = [sys.executable, "-m", "bnn", "sweep", "quick", "--json", "--set", "epochs=60"]
    over = ["--over", "learning_rate=0.01,0.02,0.03,0.04"]
    process = subprocess.Popen([*command, *over], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    until(lambda: sum(len(run.history()) > 3 for run in own_runs()) == 2, "two trainings")
    cluster.remove_node(first, allow_graceful=False)
    result = json.loads(process.communicate(timeout=SECONDS)[0])
    assert process.returncode == 0
    assert [len(place["runs"]) for place in result["places"]] == [1] * 4
    for run in own_runs():
        assert run.status().state == "finished", (run.status(), run.log_path.read_text())
        assert list(run.history()["epoch"]) == list(range(1, 61))
    assert any("Resumed on another machine" in run.status().note for run in own_runs())


def own_runs():
    return [run for run in store.all_runs() if not run.shipped]


@pytest.fixture
def add_nodes_with_own_folders(cluster, added, tmp_path):
    """Like `add_nodes`, but each node uses a folder of its own instead of the folder of runs."""

    def add(number):
        for _ in range(number):
            folder = tmp_path / f"node-{len(added)}"
            folder.mkdir()
            added.append(add_node(cluster, env_vars={"BNN_CLUSTER_FOLDER": str(folder)}))
        return added

    return add


def test_nodes_that_do_not_share_the_disk_send_what_they_have_learnt(
    cluster, add_nodes_with_own_folders, runs_root, tmp_path
):
    (first,) = add_nodes_with_own_folders(1)
    (run,) = start(60)
    until(lambda: len(run.history()) >= 3, "three epochs")
    assert list((tmp_path / "node-0").glob("*/*/recipe.json"))
    assert not run.lock_path.exists()
    assert "do not share the disk" in trainings.cluster_notice()
    pressed = time.monotonic()
    trainings.stop(run)
    until(lambda: run.status().state == "stopped", "the run to stop")
    assert time.monotonic() - pressed < 3
    trainings.resume(run)
    epochs = len(run.history())
    until(lambda: len(run.history()) > epochs, "the run to go on")
    cluster.remove_node(first, allow_graceful=False)
    until(lambda: "Resuming on another machine" in run.status().message, "the loss to be noticed")
    add_nodes_with_own_folders(1)
    until(lambda: run.status().state == "finished", "the run to finish")
    assert list(run.history()["epoch"]) == list(range(1, 61))
    assert run.model_path.is_file()
