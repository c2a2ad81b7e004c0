"""Takes turns: the runs in one folder are trained one at a time."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.runs.stopping import POLL_SECONDS, raise_if_stopped
from bnn.system.locks import is_locked
from bnn.system.processes import process_identity

# How long to try to get a run's lock. A page may hold the lock for some microseconds, to see whether a
# trainer holds it.
_LOCK_SECONDS = 0.5
# The message in the status of a run that waits for its turn.
WAITING = "Waiting for the run before it"


@contextmanager
def run_lock(run: Run) -> Iterator[None]:
    """Makes this process the only one that trains the run.

    Raises:
        ValueError: if another process is training the run.
    """
    lock = FileLock(run.lock_path)
    try:
        lock.acquire(timeout=_LOCK_SECONDS, poll_interval=0.02)
    except Timeout as error:
        raise ValueError(f"run {run.id} is being trained already") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def turn(run: Run, waits: bool = True, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Waits for the run's turn, and keeps the turn until the block is left.

    Runs are trained in the order in which their trainers were started. The turn is a file lock in the folder
    of all runs, so a crash of the trainer releases it. The run's state is "queued" until its turn, and then
    "running".

    Args:
        run: the run.
        waits: if False, the run does not wait for others, and others do not wait for it. A cluster uses
            this, because it has room for several runs.
        on_wait: a function that is called once if the run has to wait.

    Raises:
        Stopped: if the run is asked to stop while it waits.
        ValueError: if the run's folder is deleted while it waits.
    """
    identity = process_identity(os.getpid())
    # The speed is that of an earlier trainer, if there was one.
    unknown = {"images_per_second": 0.0, "eta_seconds": 0.0}
    status = replace(run.status(), state="queued", message="Starting", **unknown, **identity)
    run.write_status(status)
    lock = FileLock(run.folder.parent / ".training.lock")
    if waits:
        _wait(run, status, lock, on_wait)
    try:
        run.write_status(replace(status, state="running", message="Getting ready (loading TensorFlow)"))
        yield
    finally:
        lock.release()


def _wait(run: Run, status: Status, lock: FileLock, on_wait: Callable[[], None]) -> None:
    waiting = replace(status, message=WAITING)
    while True:
        raise_if_stopped(run)
        if not run.folder.is_dir():
            raise ValueError(f"the folder of run {run.id} is gone: {run.folder}")
        # The lock is checked first. Nearly always another run is being trained, and reading the statuses of
        # all runs takes a thousand times as long.
        if not is_locked(Path(lock.lock_file)) and _is_next(run, status) and _acquire(lock):
            return
        if status != waiting:
            status = waiting
            run.write_status(status)
            on_wait()
        time.sleep(POLL_SECONDS)


def _acquire(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _is_next(run: Run, status: Status) -> bool:
    """Returns whether this run's trainer was started before all others that wait."""
    statuses = [(any_run.status(), any_run.id) for any_run in store.all_runs()]
    waiting = [(s.started, run_id) for s, run_id in statuses if s.state == "queued" and s.pid]
    return not waiting or min(waiting) == (status.started, run.id)
