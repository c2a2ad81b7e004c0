"""Where trainings run. A launcher is a module with the functions of `Launcher`; today there is `local`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bnn.runs.launchers import local

if TYPE_CHECKING:
    from bnn.runs.run import Run
    from bnn.runs.status import Status


class Launcher(Protocol):
    """What a launcher can do. Runs that it has launched outlive the page and the server."""

    def launch(self, run: Run) -> None:
        """Starts a trainer for the run and writes its status, "queued".

        Raises:
            OSError: if none can be started, or the status cannot be written.
        """

    def is_alive(self, run: Run, status: Status) -> bool:
        """Returns whether the trainer named in an active status lives. Called several times a second."""
        ...

    def request_stop(self, run: Run) -> None:
        """Asks the trainer to stop after the current batches, and to keep what it has learnt."""


def launcher() -> Launcher:
    """Returns the launcher in use."""
    return local
