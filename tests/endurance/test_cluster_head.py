"""The head of a real Ray cluster ends, and is started again. Skipped where Ray is not installed."""

import socket
from dataclasses import replace

import pytest

from bnn.recipes.presets import preset
from bnn.runs import trainings
from bnn.runs.launchers import ray as launcher
from tests.support import cluster_trainer, waiting
from tests.support.project import PROJECT
from tests.support.ray_cluster import add_node, ray_cluster, start_head

pytest.importorskip("ray", reason="needs Ray: pip install 'ray[tune]==2.60.*'")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
EPOCHS = 60


def until(condition, what):
    waiting.until(condition, what, seconds=300)


def free_port():
    with socket.create_server(("", 0)) as server:
        return server.getsockname()[1]


def test_after_a_restart_of_the_head_runs_are_interrupted_and_resume_continues_them(runs_root, tmp_path):
    cluster_trainer.install(tmp_path / "stand-in", PROJECT)
    port = free_port()
    with ray_cluster(tmp_path / "stand-in", port=port) as first:
        add_node(first)
        recipe = replace(preset("quick"), epochs=EPOCHS)
        runs = [trainings.start(recipe) for _ in range(2)]
        running, waiting_run = runs
        until(lambda: len(running.history()) >= 3, "three epochs")
        first.shutdown()
        until(
            lambda: "cannot be reached now" in trainings.cluster_notice(),
            "the sentence on the lost connection",
        )
        num_epochs = len(running.history())
        second = start_head(port)
        try:
            add_node(second)
            until(
                lambda: "cannot be reached" not in trainings.cluster_notice(),
                "the cluster to be found again",
            )
            assert [run.status().state for run in runs] == ["interrupted"] * 2
            assert len(running.history()) == num_epochs
            for run in runs:
                trainings.resume(run)
            until(lambda: all(run.status().state == "finished" for run in runs), "both runs to finish")
        finally:
            second.shutdown()
            launcher._agents(launcher.address(), str(runs_root.resolve())).end()
    for run in runs:
        assert list(run.history()["epoch"]) == list(range(1, EPOCHS + 1))
    assert running.log_path.read_text().splitlines()[-1].endswith(f"after epoch {num_epochs}")
    assert waiting_run.log_path.read_text().count("started by") == 1
