"""A training and a sweep on a real Ray cluster, with a stand-in for the trainer.

The test takes half a minute, and is skipped where Ray is not installed. `.ci/run` runs it separately, in an
environment with Ray. `tests/endurance/test_cluster.py` tests more on a real cluster.
"""

import json
from contextlib import ExitStack

import pytest

from bnn.recipes.presets import preset
from bnn.runs import store, sweeps, trainings
from tests.support import cluster_trainer, waiting
from tests.support.command_line import run_command
from tests.support.project import PROJECT
from tests.support.ray_cluster import NotStartedError, ray_cluster, ray_nodes

pytest.importorskip("ray", reason="needs Ray, which is in no lock file: pip install 'ray[tune]==2.60.*'")
SECONDS = 300


@pytest.fixture
def cluster(runs_root, tmp_path):
    """A cluster of a head and one node with one processor."""
    cluster_trainer.install(tmp_path / "stand-in", PROJECT)
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(ray_cluster(tmp_path / "stand-in"))
            stack.enter_context(ray_nodes(cluster, 1, runs_root))
        except NotStartedError as error:
            pytest.skip(f"Ray's own processes do not start on this machine: {error}")
        yield cluster


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_training_and_a_sweep_run_on_a_real_cluster(cluster, capsys):
    run = trainings.start(preset("quick").with_settings({"epochs": 5}))
    waiting.until(lambda: run.status().state == "finished", "the run to finish", SECONDS)
    assert run.history()["epoch"].tolist() == [1, 2, 3, 4, 5]
    arguments = ["--over", "learning_rate=0.05,0.01", "--cluster", cluster.address]
    code, out, err = run_command(capsys, "sweep", "quick", *arguments, "--json")
    assert code == 0, err
    winner = store.find(json.loads(out)["winner"])
    assert winner.recipe().learning_rate == 0.05
    assert sweeps.sweep_of(winner).num_runs == 2
