"""One training at a time: a trainer waits here for its turn."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from filelock import FileLock, Timeout

from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.runs.stopping import POLL_SECONDS, raise_if_stopped
from bnn.system.processes import process_identity

# Pages take a run's lock for some microseconds to see whether it is held.
_LOCK_SECONDS = 0.5


@contextmanager
def run_lock(run: Run) -> Iterator[None]:
    """Makes this process the only one that trains the run.

    Raises:
        ValueError: if another process is training it.
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
def turn(run: Run) -> Iterator[None]:
    """Waits until no other run is in training, and keeps others waiting until the block is left.

    Runs are trained in the order in which their trainers started. The turn is a file lock in the runs folder,
    so it is free again when its holder crashes. The run reads as queued until its turn, then as running.

    Raises:
        Stopped: if the run was asked to stop while it waited.
        ValueError: if its folder is deleted while it waits.
    """
    identity = process_identity(os.getpid())
    status = replace(run.status(), state="queued", message="Starting", **identity)
    run.write_status(status)
    lock = FileLock(run.folder.parent / ".training.lock")
    _wait(run, status, lock)
    try:
        run.write_status(replace(status, state="running", message="Loading TensorFlow"))
        yield
    finally:
        lock.release()


def _wait(run: Run, status: Status, lock: FileLock) -> None:
    waiting = replace(status, message="Waiting for the run before it")
    while True:
        raise_if_stopped(run)
        if not run.folder.is_dir():
            raise ValueError(f"the folder of run {run.id} is gone: {run.folder}")
        if _is_next(run, status) and _acquire(lock):
            return
        if status != waiting:
            status = waiting
            run.write_status(status)
        time.sleep(POLL_SECONDS)


def _acquire(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _is_next(run: Run, status: Status) -> bool:
    """Returns whether, of all trainers that wait, this run's started first."""
    others = [(other.status(), other.id) for other in store.all_runs()]
    waiting = [(s.started, run_id) for s, run_id in others if s.state == "queued" and s.pid]
    return min(waiting, default=None) in (None, (status.started, run.id))
