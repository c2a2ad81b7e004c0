"""Launchers start the trainers of runs. Each is a module with the functions of `Launcher`.

`local` starts processes on this machine. `ray` starts them on a Ray cluster, if `BNN_CLUSTER` names one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bnn.runs.launchers import local, ray

if TYPE_CHECKING:
    from pathlib import Path

    from bnn.runs.run import Run
    from bnn.runs.status import Status


class Launcher(Protocol):
    """The functions of a launcher. Its trainers keep running after the page and the server end."""

    def launch(self, run: Run) -> None:
        """Starts a trainer for the run, and writes the run's status "queued".

        Raises:
            OSError: if the trainer cannot be started or the status cannot be written.
        """

    def is_alive(self, run: Run, status: Status) -> bool:
        """Returns whether the trainer that an active status names still runs.

        Pages call this several times a second, so it must be fast.
        """
        ...

    def request_stop(self, run: Run) -> None:
        """Asks the trainer to stop after the current batches, and to save what it has learnt."""


def launcher() -> Launcher:
    """Returns the launcher in use."""
    return ray if ray.address() else local


def cluster_notice(runs_root: Path) -> str:
    """Returns a sentence that says on which cluster trainings run; empty if they run on this machine."""
    return ray.notice(runs_root) if ray.address() else ""
