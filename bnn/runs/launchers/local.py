"""Start, stop and resume a training process. The process outlives the page and the server that asked."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psutil

from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE

# Of trainers (POSIX): a process of the usual priority gets about three times as much of a busy processor.
NICENESS = 5
# The trainers started from here that have not ended.
_children: list[subprocess.Popen] = []


def start(recipe: Recipe) -> Run:
    """A new run, its trainer starting; it queues behind a running one.

    Raises:
        OSError: if the run's folder cannot be written or no process can be started.
    """
    run = store.create(recipe)
    _launch(run)
    return run


def resume(run: Run) -> None:
    """Start a trainer that goes on where this run stopped; does nothing if one is at work.

    Raises:
        ValueError: if the run is finished, shipped, or cannot be read.
        OSError: if no process can be started.
    """
    state = run.status().state
    if state in ACTIVE:
        return
    if run.shipped or state == "finished":
        raise ValueError(f"run {run.id} is {'shipped' if run.shipped else 'finished'}: nothing to resume")
    run.recipe()
    run.stop_path.unlink(missing_ok=True)
    _launch(run)


def stop(run: Run) -> None:
    """Ask the run's trainer to stop after the batches at hand; does nothing if none is at work."""
    if run.status().state in ACTIVE:
        run.stop_path.touch()


def _launch(run):
    command = [sys.executable, "-m", "bnn", "train", "--resume", run.id]
    # Its own session (POSIX), or its own group and no console (Windows): closing the server's terminal
    # leaves it alone.
    flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW if os.name == "nt" else 0
    environment = {**os.environ, "BNN_RUNS_DIR": str(store.root().resolve())}
    with run.log_path.open("ab") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=store.PROJECT,
            env=environment,
            start_new_session=True,
            creationflags=flags,
        )
    _children.append(child)
    _let_pages_go_first(child.pid)
    Thread(target=_reap, args=(child,), daemon=True).start()
    store.claim(run, child.pid)


def _let_pages_go_first(pid):
    # Training takes every core for minutes; who draws meanwhile waits for an answer. Where nothing else is to be
    # done, a lower priority costs the training nothing.
    lower = psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else max(NICENESS, psutil.Process().nice())
    with suppress(psutil.Error):
        psutil.Process(pid).nice(lower)
    # Linux shares the processor among sessions first, whatever their processes' niceness (man 7 sched, autogroup).
    autogroup = Path(f"/proc/{pid}/autogroup")
    with suppress(OSError):
        if autogroup.exists():
            autogroup.write_text(str(NICENESS))


def _reap(child):
    # Else an ended trainer would stay a zombie while the server lives.
    child.wait()
    _children.remove(child)
