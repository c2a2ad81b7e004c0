"""Trains a run on one machine of a cluster, with the same trainer as on a single computer."""

import ctypes
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.commands import bnn_command
from bnn.system.locks import is_locked
from bnn.system.processes import crash_cause

# After a machine has died, the shared disk may keep the run's lock for 90 more seconds (the usual lease of
# NFS 4). During this time, the run cannot be resumed on another machine.
LOCK_SECONDS = 100.0
_POLL_SECONDS = 0.25
# From <linux/prctl.h>: the kernel sends the process a signal when its parent ends.
_PR_SET_PDEATHSIG = 1


def train(root: str, run_id: str) -> int:
    """Trains or resumes a run until its trainer ends, and returns the trainer's exit code.

    Args:
        root: the folder of all runs, on a disk that all machines share.
        run_id: the run.

    Raises:
        ValueError: if this machine does not see the run's folder.
    """
    run = Run(run_id, Path(root) / run_id)
    return _wait(start(run), run)


def start(run: Run) -> subprocess.Popen:
    """Starts a trainer for a run on this machine. On Linux, the trainer ends if this process ends.

    Raises:
        ValueError: if this machine does not see the run's folder.
    """
    if not store.has_recipe(run.folder):
        raise ValueError(f"the machine {platform.node()} does not see {run.folder}")
    _wait_for_lock(run)
    with run.log_path.open("ab") as log:
        return subprocess.Popen(
            **_command(run),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Called in the new process, which has one thread only.
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )


def _command(run: Run) -> dict:
    command = bnn_command(["train", "--resume", run.id, "--at-once"], run.folder.parent)
    # Ray has chosen the machine already. The trainer itself starts nothing on the cluster.
    command["env"].pop("BNN_CLUSTER", None)
    return command


def _wait_for_lock(run: Run) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while is_locked(run.lock_path) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _wait(child: subprocess.Popen, run: Run) -> int:
    try:
        code = child.wait()
    except BaseException:
        # Ray has cancelled the task. The trainer saves what it has learnt, and ends.
        child.terminate()
        child.wait()
        raise
    if cause := crash_cause(code):
        run.write_interrupted(child.pid, cause)
    return code


def _end_with_parent() -> None:
    # If a machine leaves the cluster, Ray ends its own processes there. The trainer must end with them,
    # because the run is resumed on another machine.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
