"""Starts trainers as processes on this machine. They keep running after the page and the server end."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING

from bnn.system.commands import bnn_command
from bnn.system.files import was_written_within
from bnn.system.locks import is_locked
from bnn.system.processes import crash_cause, is_this_machine, lower_priority, process_lives

if TYPE_CHECKING:
    from bnn.runs.run import Run
    from bnn.runs.status import Status

# A trainer locks its run only after Python and this package are loaded, which may take seconds on a busy
# machine. A queued run of another machine or container counts as alive for this long without a lock.
LOADING_SECONDS = 10.0
# The end of the line that a trainer prints when it has to wait for its turn.
WAITS = "waits for the training before it"
# The trainers that this process has started and that have not ended.
_children: list[subprocess.Popen] = []
# Held while this process writes a run's status. Otherwise, if a run is resumed just when its old trainer
# ends, the cause of that end could replace the status of the new trainer.
_writing = Lock()


def launch(run: Run) -> None:
    """Starts a process that trains the run. Its priority is low, so that the pages stay responsive.

    Raises:
        OSError: if the process cannot be started or the run's folder cannot be written.
    """
    with run.log_path.open("ab") as log:
        child = subprocess.Popen(
            **bnn_command(["train", "--resume", run.id], run.folder.parent),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=_windows_flags(),
        )
    try:
        lower_priority(child.pid)
        with _writing:
            run.write_queued(child.pid)
    except BaseException:
        # The caller is told that the training has not started, so the trainer must not go on.
        child.kill()
        child.wait()
        raise
    _children.append(child)
    Thread(target=_wait_for_end, args=(child, run), daemon=True).start()


def is_alive(run: Run, status: Status) -> bool:
    """Returns whether the trainer of an active run still runs.

    A trainer holds a lock in the run's folder. So a trainer in another container is recognized, although its
    process id means nothing here. If the folder was copied, nobody holds the copy's lock, so the copied run
    does not count as being trained.
    """
    if is_locked(run.lock_path):
        return True
    if status.state == "running" and run.lock_path.exists():
        return False
    # Perhaps the trainer has not locked the run yet.
    if is_this_machine(status.machine):
        return process_lives(status.pid, status.started)
    return status.state == "queued" and was_written_within(run.folder / "status.json", LOADING_SECONDS)


def request_stop(run: Run) -> None:
    """Asks the run's trainer to stop after the current batches."""
    run.stop_path.touch()


def end_in_words(run: Run, exit_code: int) -> str:
    """Returns a clause about a trainer that has failed. The last line of its output says why."""
    lines = run.log_path.read_text("utf-8", "replace").rstrip().splitlines()
    reasons = [line for line in lines if not line.endswith(WAITS)] or [f"exit code {exit_code}"]
    return f"its trainer ended: {reasons[-1].strip().removeprefix('bnn: ').rstrip('.')}"


def _windows_flags() -> int:
    # Closing the server's terminal must not end the training. On POSIX, the training therefore has its own
    # session; on Windows, its own process group and no console.
    if os.name != "nt":
        return 0
    # In a virtual environment, the started process is not the trainer, but starts it. The trainer has the low
    # priority only if that process has it from its first moment.
    flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return flags | subprocess.BELOW_NORMAL_PRIORITY_CLASS


def _wait_for_end(child: subprocess.Popen, run: Run) -> None:
    # Without this wait, an ended process would stay a zombie until the server ends.
    code = child.wait()
    # If the run's folder was deleted or the disk is full, the run is interrupted without a cause.
    with suppress(OSError), _writing:
        cause = crash_cause(code)
        # A trainer also fails if another one is training this run. Then the run is not interrupted.
        if code and not cause and not is_locked(run.lock_path):
            cause = end_in_words(run, code)
        if cause:
            run.write_interrupted(child.pid, cause)
    _children.remove(child)
