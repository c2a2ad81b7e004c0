"""Measures how many trainings a Ray cluster completes per hour, and how much it slows one training down.

    python -m tests.benchmarks.cluster [--nodes 1 2 4] [--runs 4] [--rounds 4] [--set NAME=VALUE ...]

It needs Ray. All nodes are on this machine, and each has one processor. First, single trainings of a
small recipe run in turn without a cluster and on a cluster of one node. Then, for each number of nodes,
several such trainings are started at once. The program prints a JSON object for each measurement.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from bnn.recipes.presets import preset
from bnn.recipes.recipe import Recipe
from bnn.runs import trainings
from bnn.runs.launchers import local
from bnn.runs.run import Run
from tests.support import waiting
from tests.support.ray_cluster import ray_cluster, ray_nodes

_SMALL = ("stages=[[8],[8]]", "dense=[]", "training_images=10000", "epochs=3")
_SECONDS = 1800.0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--nodes", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--runs", type=int, default=4, help="trainings that are started at once")
    parser.add_argument("--rounds", type=int, default=4, help="single trainings, with and without a cluster")
    parser.add_argument(
        "--set", nargs="+", default=list(_SMALL), help="the recipe: quick with these settings"
    )
    options = parser.parse_args()
    recipe = preset("quick").with_settings(dict(pair.split("=", 1) for pair in options.set))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ray_cluster() as cluster:
        os.environ["BNN_RUNS_DIR"] = folder
        with ray_nodes(cluster, 1, Path(folder)):
            # This training is not measured. It starts the supervisor and a worker of Ray, and fills caches.
            _train([recipe])
            _report_cost(recipe, options.rounds)
        for number in options.nodes:
            _report_rate(cluster, recipe, number, options.runs, Path(folder))


def _report_cost(recipe: Recipe, rounds: int) -> None:
    local_times, cluster_times = [], []
    for _ in range(rounds):
        with _no_cluster():
            local_times.append(_train_alone(recipe))
        cluster_times.append(_train_alone(recipe))
    for index, what in enumerate(("from Start to the trainer's lock", "one training alone")):
        local_seconds = [times[index] for times in local_times]
        cluster_seconds = [times[index] for times in cluster_times]
        ratio = statistics.median(cluster_seconds) / statistics.median(local_seconds)
        _print(what=what, local_seconds=local_seconds, cluster_seconds=cluster_seconds, ratio=round(ratio, 3))


def _report_rate(cluster: object, recipe: Recipe, nodes: int, runs: int, folder: Path) -> None:
    with ray_nodes(cluster, nodes, folder):
        waiting.until(
            lambda: "cannot be reached" not in trainings.cluster_notice(), "the connection", _SECONDS
        )
        seconds = _train([recipe] * runs)
    _print(
        what="trainings at once",
        nodes=nodes,
        runs=runs,
        seconds=seconds,
        an_hour=round(3600 * runs / seconds),
    )


def _train(recipes: list[Recipe]) -> float:
    """Trains all recipes at once, and returns the time in seconds until the last one is finished."""
    started = time.monotonic()
    runs = [trainings.start(recipe) for recipe in recipes]
    waiting.until(lambda: all(map(_has_finished, runs)), "the trainings", _SECONDS)
    return round(time.monotonic() - started, 1)


def _train_alone(recipe: Recipe) -> tuple[float, float]:
    """Trains, and returns the seconds until the trainer has locked its run, and until the end."""
    started = time.monotonic()
    run = trainings.start(recipe)
    waiting.until(run.lock_path.exists, "the trainer", _SECONDS)
    locked = time.monotonic() - started
    waiting.until(lambda: _has_finished(run), "the training", _SECONDS)
    return round(locked, 2), round(time.monotonic() - started, 1)


def _has_finished(run: Run) -> bool:
    state = run.written_status().state
    assert state in ("queued", "running", "finished"), (run.written_status(), run.log_path.read_text())
    return state == "finished"


@contextmanager
def _no_cluster() -> Iterator[None]:
    address = os.environ.pop("BNN_CLUSTER")
    try:
        # On the cluster, a trainer has the normal priority. Without a cluster, it would have a lower one, and
        # other programs would slow down only these trainings.
        with mock.patch.object(local, "lower_priority"):
            yield
    finally:
        os.environ["BNN_CLUSTER"] = address


def _print(**values: object) -> None:
    print(json.dumps({**values, "load": round(os.getloadavg()[0], 1)}), flush=True)


if __name__ == "__main__":
    main()
