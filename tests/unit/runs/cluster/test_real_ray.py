"""A training and a sweep on a real Ray cluster, with a stand-in for the trainer.

It takes most of a minute, and is skipped where Ray is not installed. There is more in
`tests/endurance/test_cluster.py`.
"""

import json

import pytest

from bnn.recipes.presets import preset
from bnn.runs import store, sweeps, trainings
from tests.support import cluster_trainer, waiting
from tests.support.command_line import run_command
from tests.support.project import PROJECT

pytest.importorskip("ray", reason="needs Ray, which is not in the lock files: pip install '.[cluster]'")

from tests.support.ray_cluster import ray_cluster, ray_nodes


@pytest.mark.slow
def test_a_training_and_a_sweep_run_on_a_real_cluster(runs_root, tmp_path, capsys):
    cluster_trainer.install(tmp_path / "stand-in", PROJECT)
    with ray_cluster(tmp_path / "stand-in") as cluster, ray_nodes(cluster, 1, runs_root):
        run = trainings.start(preset("quick").with_settings({"epochs": 5}))
        waiting.until(lambda: run.status().state == "finished", "the run to finish", 120)
        assert run.history()["epoch"].tolist() == [1, 2, 3, 4, 5]
        arguments = ["--over", "learning_rate=0.05,0.01", "--cluster", cluster.address]
        code, out, err = run_command(capsys, "sweep", "quick", *arguments, "--json")
        assert code == 0, err
        winner = store.find(json.loads(out)["winner"])
        assert winner.recipe().learning_rate == 0.05
        assert sweeps.sweep_of(winner).num_runs == 2
