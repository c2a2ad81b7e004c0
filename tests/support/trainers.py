"""Ends the training processes that a test has started."""

import contextlib
from collections.abc import Iterable

import psutil

from bnn.runs.run import Run
from bnn.runs.status import ACTIVE


def end_trainers(runs: Iterable[Run]) -> None:
    """Kills the trainer of every run that is queued or running."""
    for run in runs:
        status = run.status()
        if status.state in ACTIVE and status.pid:
            kill(status.pid)


def kill(pid: int) -> None:
    """Kills a process without giving it a chance to clean up. Does nothing if it has already ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).kill()
