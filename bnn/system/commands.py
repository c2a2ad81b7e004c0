"""How to run this package's command line in a process of its own."""

import os
import sys
from pathlib import Path
from typing import Any

# The folder that has the package: the project, or Python's `site-packages`.
PROJECT = Path(__file__).parents[2]


def bnn_command(arguments: list[str], runs_root: Path) -> dict[str, Any]:
    """Returns `args`, `cwd` and `env` for `subprocess` to run `python -m bnn` with that folder of runs."""
    return {
        "args": [sys.executable, "-m", "bnn", *arguments],
        "cwd": PROJECT,
        "env": {**os.environ, "BNN_RUNS_DIR": str(runs_root.resolve())},
    }
