"""One training at a time: a trainer waits here for its turn, and can be stopped while it waits."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from filelock import FileLock, Timeout

from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.processes import process_identity

POLL_SECONDS = 0.25
EXIT_STOPPED = 3


class Stopped(Exception):
    """The user asked this run to stop."""


@contextmanager
def only_trainer(run: Run) -> Iterator[None]:
    """Be the one process that trains this run.

    Raises:
        ValueError: if another one does.
    """
    lock = FileLock(run.folder / ".training.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ValueError(f"run {run.id} is being trained already") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def turn(run: Run) -> Iterator[None]:
    """Hold the place of the one run in training; wait for it, in the order of asking, if it is taken.

    The place is a file lock in the runs folder, so a crash of its holder frees it. The run reads as
    queued until it has the place, then as running.

    Raises:
        Stopped: if the run was stopped while it waited.
    """
    identity = process_identity(os.getpid())
    status = replace(run.status(), state="queued", message="Waiting for the run before it", **identity)
    run.write_status(status)
    lock = FileLock(store.root() / ".training.lock")
    _wait(run, status, lock)
    try:
        run.write_status(replace(status, state="running", message="Getting ready"))
        yield
    finally:
        lock.release()


def raise_if_stopped(run: Run) -> None:
    """Raise `Stopped` if the run was asked to stop."""
    if run.stop_path.exists():
        raise Stopped


@contextmanager
def end_if_stopped(run: Run) -> Iterator[threading.Event]:
    """End this process as soon as the run is asked to stop, until the event given here is set.

    For the seconds in which TensorFlow is loaded and the first step compiled: they cannot be
    interrupted from within, and there is nothing yet that would be lost.
    """
    learning = threading.Event()
    threading.Thread(target=_watch, args=(run, learning), daemon=True).start()
    try:
        yield learning
    finally:
        learning.set()


def _watch(run, learning):
    while not learning.wait(POLL_SECONDS):
        if run.stop_path.exists():
            write_stopped(run)
            say_stopped(run)
            os._exit(EXIT_STOPPED)


def write_stopped(run: Run) -> None:
    """Note that the run has stopped, as asked."""
    run.write_status(replace(run.status(), state="stopped", message="", eta_seconds=0.0))
    run.stop_path.unlink(missing_ok=True)


def say_stopped(run: Run) -> None:
    """One line on standard error."""
    print(f"bnn: stopped; `python -m bnn train --resume {run.id}` goes on", file=sys.stderr, flush=True)


def _wait(run, status, lock):
    while True:
        raise_if_stopped(run)
        if not run.folder.is_dir():
            raise ValueError(f"the folder of run {run.id} is gone: {run.folder}")
        if _is_first(run, status):
            try:
                return lock.acquire(timeout=0)
            except Timeout:
                pass
        time.sleep(POLL_SECONDS)


def _is_first(run: Run, status: Status) -> bool:
    # Among those that wait, the one whose process started first.
    waiting = [(other.status(), other.id) for other in store.all_runs()]
    order = [(s.started, run_id) for s, run_id in waiting if s.state == "queued" and s.pid]
    return min(order, default=None) in (None, (status.started, run.id))
