"""Ending the training processes that a test has started."""

import contextlib
from collections.abc import Iterable

import psutil

from bnn.runs.run import Run
from bnn.runs.status import ACTIVE


def end_trainers(runs: Iterable[Run]) -> None:
    """Kill the trainer of every run that is queued or running."""
    for run in runs:
        status = run.status()
        if status.state in ACTIVE and status.pid:
            kill(status.pid)


def kill(pid: int) -> None:
    """Send SIGKILL, which gives the process no chance to clean up. A process that is already gone is fine."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).kill()
