"""The command that runs this package's command line in a new process."""

import os
import sys
from pathlib import Path
from typing import Any

# The folder that contains the package `bnn`: the project's, or Python's `site-packages`.
PROJECT = Path(__file__).parents[2]


def bnn_command(arguments: list[str], runs_root: Path) -> dict[str, Any]:
    """Returns the arguments for `subprocess.Popen` that run `python -m bnn`.

    Args:
        arguments: the arguments of `python -m bnn`.
        runs_root: the folder of all runs that the command is to use.

    Returns:
        A dictionary with `args`, `cwd` and `env`.
    """
    return {
        "args": [sys.executable, "-m", "bnn", *arguments],
        "cwd": PROJECT,
        "env": {**os.environ, "BNN_RUNS_DIR": str(runs_root.resolve())},
    }
