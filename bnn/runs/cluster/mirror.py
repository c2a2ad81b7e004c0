"""Trains a run on a machine that does not share the disk of the head.

The head is the machine on which the cluster was started. The other machine gets a copy of the run's files,
and trains in a folder of its own. Every two seconds, it sends what has changed to the supervisor on the head.
If the other machine is lost, a third one resumes the training.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

# Ray may be missing, because it is an extra.
import ray  # pyright: ignore[reportMissingImports]

from bnn.runs import store
from bnn.runs.cluster import copies, node
from bnn.runs.run import Run
from bnn.system.processes import crash_cause

# The environment variable that names a machine's folder for copies of runs; by default, that is the folder
# for temporary files. If the variable is set, the machine copies runs even if it shares the disk.
FOLDER_VARIABLE = "BNN_CLUSTER_FOLDER"
EXCHANGE_SECONDS = 2.0
_POLL_SECONDS = 0.5
# If the head does not answer within this time, the training ends. So only about the last minute of training
# can be missing on the head.
_ANSWER_SECONDS = 60.0


def train(supervisor: Any, root: str, run_id: str, attempt: int) -> int:  # noqa: ANN401 - as in `_ask`
    """Trains or resumes a run on this machine, and returns the trainer's exit code.

    If this machine shares the disk, the run's folder itself is used.

    Args:
        supervisor: the handle of the supervisor.
        root: the folder of all runs on the head.
        run_id: the run.
        attempt: how often the supervisor has handed the run to a machine, this time included.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder and store.has_recipe(Path(root) / run_id):
        return node.train(root, run_id)
    with tempfile.TemporaryDirectory(prefix="bnn-", dir=folder, ignore_cleanup_errors=True) as local_root:
        run = Run(run_id, Path(local_root) / run_id)
        run.folder.mkdir()
        copies.apply(run.folder, _ask(supervisor.all_files.remote(run_id)))
        return _Mirror(supervisor, run, attempt).train()


class _Mirror:
    """A copy of a run on this machine. What changes in its folder is sent to the supervisor."""

    def __init__(self, supervisor: Any, run: Run, attempt: int) -> None:  # noqa: ANN401
        self._supervisor, self._run, self._attempt = supervisor, run, attempt
        self._changes = copies.Changes(run.folder)
        # The head has these files already. Only later changes are sent.
        self._changes.take()

    def train(self) -> int:
        trainer = node.start(self._run)
        try:
            self._exchange_until_end(trainer)
        finally:
            # If the trainer still runs, Ray has cancelled the task, or the head does not answer.
            trainer.terminate()
            code = trainer.wait()
        if cause := crash_cause(code):
            self._run.write_interrupted(trainer.pid, cause)
        self._exchange(is_due=True)
        return code

    def _exchange_until_end(self, trainer: subprocess.Popen) -> None:
        next_exchange = 0.0
        while trainer.poll() is None:
            is_due = time.monotonic() >= next_exchange
            next_exchange = time.monotonic() + EXCHANGE_SECONDS if is_due else next_exchange
            if self._exchange(is_due):
                self._run.stop_path.touch()
            time.sleep(_POLL_SECONDS)

    def _exchange(self, is_due: bool) -> bool:
        """Sends what has changed, if that is due, and returns whether the training must stop."""
        changes = self._changes.take() if is_due else {}
        return _ask(self._supervisor.receive.remote(self._run.id, self._attempt, changes))


def _ask(answer: Any) -> Any:  # noqa: ANN401 - Ray's handles and answers have no static type
    return ray.get(answer, timeout=_ANSWER_SECONDS)
