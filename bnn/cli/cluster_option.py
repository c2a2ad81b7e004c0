"""The option `--cluster`, which several commands have."""

import os
from argparse import ArgumentParser, Namespace
from importlib.util import find_spec

from bnn.cli.common import RAY_REQUIREMENT
from bnn.runs.launchers import ray


def add_argument(parser: ArgumentParser) -> None:
    """Adds the option to a command's parser."""
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train on the Ray cluster at this address, such as HOST:6379; by default $BNN_CLUSTER",
    )


def use_cluster(options: Namespace) -> str:
    """Makes this process train on the cluster that the options or `BNN_CLUSTER` name.

    Returns:
        The cluster's address; empty to train on this computer.

    Raises:
        ValueError: if a cluster is named, but Ray is not installed or `BNN_CLUSTER_CPUS` is not a number
            above 0.
    """
    if options.cluster is not None:
        os.environ["BNN_CLUSTER"] = options.cluster
    address = ray.address()
    if address:
        ray.num_cpus()  # checks `BNN_CLUSTER_CPUS`
        if find_spec("ray") is None:
            raise ValueError(f'a cluster needs ray: pip install "{RAY_REQUIREMENT}"')
    return address
