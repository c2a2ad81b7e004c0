"""A real Ray cluster of several nodes on this machine."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bnn.runs.launchers import ray as launcher
from tests.support.project import PROJECT

# On a busy machine, Ray's own processes may need longer than usual.
_PATIENCE = {"RAY_agent_register_timeout_ms": "120000", "RAY_raylet_start_wait_time_s": "60"}
# How often a start is tried at most. Ray 2.60 has one more time limit, which cannot be set: a node ends if
# one of its processes has not started within 15 seconds.
_NUM_STARTS = 3


class NotStartedError(Exception):
    """Ray's own processes do not start on this machine."""


@contextmanager
def ray_cluster(*python_path: Path, port: int = 0) -> Iterator[Any]:
    """Runs a cluster whose head has no processors. While the cluster runs, `BNN_CLUSTER` names it.

    Args:
        python_path: folders in which Python looks for modules first, on all nodes.
        port: port of the head; 0 for any.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _PATIENCE.items():
            patch.setenv(name, value)
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, [*python_path, PROJECT])))
        cluster = start_head(port)
        patch.setenv("BNN_CLUSTER", cluster.address)
        patch.setenv("BNN_CLUSTER_CPUS", "1")
        try:
            yield cluster
        finally:
            cluster.shutdown()


def start_head(port: int = 0) -> Any:
    """Starts a cluster that has only a head, without processors, and returns it."""
    from ray.cluster_utils import Cluster  # pyright: ignore[reportMissingImports]

    head = {"num_cpus": 0, "include_dashboard": False, "gcs_server_port": port}
    return _start(lambda: Cluster(initialize_head=True, head_node_args=head))


@contextmanager
def ray_nodes(cluster: Any, number: int, runs_root: Path) -> Iterator[list[Any]]:
    """Adds `number` nodes with one processor each. At the end, removes them and ends the agent.

    The agent is the process through which the test reaches the cluster. There is one for each folder of runs.
    """
    nodes = [add_node(cluster) for _ in range(number)]
    try:
        yield nodes
    finally:
        for node in nodes:
            if node in cluster.worker_nodes:
                cluster.remove_node(node, allow_graceful=False)
        launcher._agents(cluster.address, str(runs_root.resolve())).end()
        launcher._cached_agent.cache_clear()


def add_node(cluster: Any, **options: Any) -> Any:
    """Adds a node with one processor, and returns it."""
    return _start(lambda: cluster.add_node(num_cpus=1, **options))


def _start(start: Callable[[], Any]) -> Any:
    # Every Exception is caught, because Ray raises no special one if a node does not start.
    for _ in range(_NUM_STARTS - 1):
        with suppress(Exception):
            return start()
    try:
        return start()
    except Exception as error:
        raise NotStartedError(str(error)) from error
