"""Starts trainers on a Ray cluster. Ray itself runs in another process, `bnn.runs.cluster.agent`.

The folder of runs is on the cluster's head node. Machines that see the folder under the same path use it,
and the others train copies (`bnn.runs.cluster.mirror`). The environment variable `BNN_CLUSTER` is the address
of the cluster, as `ray.init` takes it. `BNN_CLUSTER_CPUS` is the number of processors of each training (2 if
it is not set).
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import cache
from reprlib import repr as short
from typing import TYPE_CHECKING

from bnn.runs.launchers import local
from bnn.system.commands import PROJECT, environment_variables

if TYPE_CHECKING:
    from pathlib import Path

    from bnn.runs.run import Run
    from bnn.runs.status import Status

# Importing Ray and connecting to the cluster take several seconds, and more on a busy machine.
SUBMIT_SECONDS = 90.0
# If the agent sends no message for this long, the connection counts as lost.
LOST_SECONDS = 10.0
RETRY_SECONDS = 2.0
_log = logging.getLogger(__name__)
_agents_lock = threading.Lock()
AGENT = (sys.executable, "-m", "bnn.runs.cluster.agent")


def launch(run: Run) -> None:
    """Hands the run to the cluster, which trains it as soon as a machine has room.

    Raises:
        OSError: if the cluster cannot be reached, or the run's status cannot be written.
    """
    # The trainer may start at once and write its own status, so this status is written first.
    queued = replace(
        run.written_status(),
        state="queued",
        message="Waiting for room on the cluster",
        note="",
        stopped_early=False,
    )
    run.write_status(replace(queued, pid=0, started=0.0, machine=""))
    try:
        _agent(run).submit(run.id)
    except OSError as error:
        run.write_status(replace(queued, state="interrupted", message=str(error)))
        raise


def is_alive(run: Run, status: Status) -> bool:
    """Returns whether the cluster trains the run or will train it, or a process on this machine trains it.

    While the cluster cannot be reached, this is unknown. The answer is then True, so that the run keeps the
    status that was written.
    """
    active = _agent(run).active()
    return active is None or run.id in active or local.is_alive(run, status)


def request_stop(run: Run) -> None:
    """Asks the run's trainer to stop, or the cluster not to start it."""
    run.stop_path.touch()


def notice(runs_root: Path) -> str:
    """Returns a sentence on the connection to the cluster."""
    agent = _agents(address(), str(runs_root.resolve()))
    if agent.active() is None:
        return (
            f"The cluster {address()} cannot be reached now. Nothing is lost: its trainings go on, or can be"
            " resumed when it is back."
        )
    copying = (
        " Machines that do not share the disk with the runs send what they have learnt every two seconds."
    )
    return f"Trainings run on the cluster {address()}.{copying if agent.has_copies else ''}"


def address() -> str:
    """Returns the address of the cluster; empty if trainings run on this machine."""
    return os.environ.get("BNN_CLUSTER", "").strip()


def num_cpus() -> float:
    """Returns the number of processors of each training.

    Raises:
        ValueError: if `BNN_CLUSTER_CPUS` is not a number above 0.
    """
    text = os.environ.get("BNN_CLUSTER_CPUS", "2")
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(f"BNN_CLUSTER_CPUS must be a number above 0, got {short(text)}")
    return number


class Agent:
    """The process that is connected to the cluster. If it ends, it is started again.

    Args:
        arguments: the command line of the process.
    """

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments
        self._changed = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._active: frozenset[str] | None = None
        # Whether a run was copied to a machine that does not share the disk.
        self.has_copies = False
        # When the last message came (`time.monotonic`), and the last line that is not a message.
        self._last_message = 0.0
        self._last_output = ""
        # Why the cluster refuses a run, by the run's id; an empty text if the cluster accepts the run.
        self._answers: dict[str, str] = {}
        threading.Thread(target=self._serve, daemon=True).start()

    def active(self) -> frozenset[str] | None:
        """Returns the ids of the runs that are queued or trained; None while the connection is lost."""
        with self._changed:
            return self._active if time.monotonic() - self._last_message < LOST_SECONDS else None

    def submit(self, run_id: str, seconds: float = SUBMIT_SECONDS) -> None:
        """Submits a run, and waits until the cluster has it.

        Raises:
            OSError: if the cluster cannot be reached within `seconds`, or refuses the run.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            self._answers.pop(run_id, None)
            is_connected = self._changed.wait_for(lambda: self._active is not None, seconds)
            if not (is_connected and self._send(run_id)):
                raise OSError(f"the cluster cannot be reached: {self._last_output or 'it does not answer'}")
            self._changed.wait_for(lambda: run_id in self._answers, max(0.0, deadline - time.monotonic()))
            reason = self._answers.pop(run_id, "the cluster gives no answer")
        if reason:
            raise OSError(reason)

    def end(self) -> None:
        """Ends the process for good."""
        with self._changed:
            self._arguments = []
            if self._process:
                self._process.kill()

    def _send(self, run_id: str) -> bool:
        if self._process is None or self._process.stdin is None:
            return False
        try:
            print(run_id, file=self._process.stdin, flush=True)
        except OSError:
            return False
        return True

    def _serve(self) -> None:
        while self._arguments:
            try:
                self._listen()
            except OSError as error:
                self._last_output = str(error)
            with self._changed:
                self._process, self._active = None, None
            if self._last_output:
                _log.warning("The connection to the cluster has ended: %s", self._last_output)
            time.sleep(RETRY_SECONDS)

    def _listen(self) -> None:
        """Starts the process, and takes its messages until it ends."""
        process = subprocess.Popen(
            self._arguments,
            cwd=PROJECT,
            env=environment_variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        with self._changed:
            self._process = process
        for line in process.stdout or ():
            self._take(line)
        process.wait()

    def _take(self, line: str) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            # Ray prints text of its own. If the process fails, the last line says why.
            self._last_output = line.strip() or self._last_output
            return
        with self._changed:
            self._last_message = time.monotonic()
            if "active" in message:
                self._active = frozenset(message["active"])
                self.has_copies = message.get("has_copies") is True
            elif "submitted" in message:
                self._active = (self._active or frozenset()) | {message["submitted"]}
                self._answers[message["submitted"]] = ""
            elif "refused" in message:
                self._answers[message["refused"]] = f"the cluster refuses the run: {message['reason']}"
            self._changed.notify_all()


def _agent(run: Run) -> Agent:
    return _agents(address(), str(run.folder.parent.resolve()))


def _agents(cluster: str, runs_root: str) -> Agent:
    # Without the lock, two visitors at the same moment would start two processes.
    with _agents_lock:
        return _cached_agent(cluster, runs_root, num_cpus())


@cache
def _cached_agent(cluster: str, runs_root: str, cpus: float) -> Agent:
    return Agent([*AGENT, cluster, runs_root, str(cpus)])
