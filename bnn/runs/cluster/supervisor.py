"""The actor that starts trainings on a Ray cluster, and resumes them if a machine is lost.

The actor is detached: it outlives the server of the pages, which finds the actor again by name. Ray queues
the trainings, and starts each when a machine has enough free processors.
"""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

# Ray may be missing, because it is an extra.
import ray  # pyright: ignore[reportMissingImports]
from ray.exceptions import (  # pyright: ignore[reportMissingImports]
    LocalRayletDiedError,
    NodeDiedError,
    OutOfMemoryError,
    RayError,
    TaskCancelledError,
    WorkerCrashedError,
)

from bnn.runs import starting
from bnn.runs.cluster import copies, mirror
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from bnn.runs.stopping import EXIT_CODE, write_stopped

NAMESPACE = "one-bit-lab"
# A run whose machine is lost is resumed automatically, but at most this many times.
MAX_RESUMES = 1
_POLL_SECONDS = 0.5
_LOST = (WorkerCrashedError, NodeDiedError, LocalRayletDiedError, OutOfMemoryError)
_train = ray.remote(max_retries=0)(mirror.train)


class Supervisor:
    """Starts trainings as Ray tasks, and watches them.

    Args:
        root: the folder of all runs. Machines that do not share the disk of this folder train copies of the
            runs.
        num_cpus: number of processors of each training.
    """

    def __init__(self, root: str, num_cpus: float) -> None:
        # `BNN_CLUSTER` would select the Ray launcher. This process uses the local one, which tells by the
        # lock in a run's folder whether the run's trainer is alive.
        os.environ.pop("BNN_CLUSTER", None)
        os.environ["BNN_RUNS_DIR"] = root
        self._root = Path(root)
        self._num_cpus = num_cpus
        self._watches: dict[str, asyncio.Task] = {}
        self._submitted_again: set[str] = set()
        # How often each run was handed to a machine.
        self._attempts: dict[str, int] = {}
        self._has_copies = False

    async def submit(self, run_id: str) -> None:
        """Lets Ray train a run as soon as a machine has room for it.

        If an earlier training of the run has not ended, the supervisor first waits for its end. It then
        submits the run only if the run's status is "queued".

        The folder of the run is gone if its start has failed, because the cluster did not answer in time. The
        run is then not trained.
        """
        if not (self._root / run_id).is_dir():
            return
        if run_id in self._watches:
            # Resume may come so soon after Stop that the end of the stopped training is not yet known.
            self._submitted_again.add(run_id)
        else:
            self._start(run_id)

    async def state(self) -> dict[str, Any]:
        """Returns the state of all trainings.

        Returns:
            `active`: the ids of the runs that are queued or being trained. `has_copies`: whether a run was
            copied to a machine that does not share the disk.
        """
        return {"active": list(self._watches), "has_copies": self._has_copies}

    async def all_files(self, run_id: str) -> dict[str, copies.Change]:
        """Returns all files of a run, for a machine that does not share the disk."""
        self._has_copies = True
        run = Run(run_id, self._root / run_id)
        # `load_start` copies the network from which the run starts into the run's folder. The other machine
        # gets only this folder. The trainer reports damaged files, so errors are ignored here.
        with suppress(OSError, ValueError):
            if run.recipe().starts_from:
                starting.load_start(run)
        copies.go_back_to_checkpoint(run)
        return copies.Changes(run.folder).take()

    async def receive(self, run_id: str, attempt: int, changes: dict[str, copies.Change]) -> bool:
        """Makes changes in a run's folder. They come from a machine that trains a copy of the run.

        Returns:
            Whether that machine must stop the training: because the user has pressed Stop or deleted the run,
            or because another machine has resumed the run.
        """
        run = Run(run_id, self._root / run_id)
        if attempt != self._attempts.get(run_id) or not run.folder.is_dir():
            return True
        try:
            copies.apply(run.folder, changes)
        except FileNotFoundError:
            if run.folder.is_dir():
                raise
            # The run was deleted just now.
            return True
        if run.written_status().state not in ACTIVE:
            # The training has ended. Its trainer has removed the file that asks it to stop, but only in the
            # copy of the folder, so the file here is removed, too.
            run.stop_path.unlink(missing_ok=True)
        return run.stop_path.exists()

    def _start(self, run_id: str) -> None:
        self._watches[run_id] = asyncio.create_task(self._watch(Run(run_id, self._root / run_id)))

    async def _watch(self, run: Run) -> None:
        try:
            for num_resumes in range(MAX_RESUMES + 1):
                is_lost = await self._train_once(run)
                if not is_lost or num_resumes == MAX_RESUMES or run.stop_path.exists():
                    break
                self._write_resuming(run)
        finally:
            del self._watches[run.id]
            if run.id in self._submitted_again:
                self._submitted_again.remove(run.id)
                status = run.written_status()
                if status.state == "queued" and not status.pid:
                    self._start(run.id)

    async def _train_once(self, run: Run) -> bool:
        """Trains until the task ends, and returns whether the task's machine was lost."""
        attempt = self._attempts[run.id] = self._attempts.get(run.id, 0) + 1
        supervisor = ray.get_runtime_context().current_actor
        remote = _train.options(name=f"train {run.id}", num_cpus=self._num_cpus)
        task = remote.remote(supervisor, str(self._root), run.id, attempt)
        future = asyncio.wrap_future(task.future())
        while not (await asyncio.wait({future}, timeout=_POLL_SECONDS))[0]:
            if run.stop_path.exists() and not run.written_status().pid:
                # The run has no trainer yet that could notice the request.
                ray.cancel(task)
                write_stopped(run)
        try:
            self._check_end(run, future.result())
        except TaskCancelledError:
            return False
        except _LOST:
            self._write_lost(run)
            return True
        except (RayError, ValueError, OSError) as error:
            self._write(run, "failed", str(getattr(error, "cause", None) or error))
        return False

    def _check_end(self, run: Run, exit_code: int) -> None:
        # A trainer that was stopped ends with `EXIT_CODE`, and has written "stopped" itself. The run may have
        # been resumed since then, so its status is left alone, even if it is active.
        if exit_code not in (0, EXIT_CODE) and run.written_status().state in ACTIVE:
            self._write(run, "interrupted", local.end_in_words(run, exit_code))

    def _write_lost(self, run: Run) -> None:
        status = run.written_status()
        if status.state in ACTIVE:
            self._write(run, "interrupted", f"the cluster lost the machine {status.machine}".rstrip())

    def _write_resuming(self, run: Run) -> None:
        queued = resumed_elsewhere(run.written_status())
        run.write_status(replace(queued, pid=0, started=0.0, machine=""))

    def _write(self, run: Run, state: str, message: str) -> None:
        if run.folder.is_dir():
            run.write_status(replace(run.written_status(), state=state, message=message))


def resumed_elsewhere(status: Status) -> Status:
    """Returns the status of a run that is resumed on another machine, because its first machine was lost."""
    note = f"Resumed on another machine, because the cluster lost {status.machine or 'the first one'}"
    return replace(status, state="queued", message="Resuming on another machine", note=note)


def find_or_start(root: str, num_cpus: float) -> ray.actor.ActorHandle:
    """Returns the supervisor of a folder of runs. If there is none, it is started on the head."""
    options = {
        "name": f"supervisor of {root}",
        "namespace": NAMESPACE,
        "lifetime": "detached",
        "get_if_exists": True,
        "num_cpus": 0,
        "max_restarts": -1,
        # Only the head has this resource. The supervisor runs there, because the cluster ends with the head,
        # but not with another machine.
        "resources": {"node:__internal_head__": 0.001},
    }
    return ray.remote(Supervisor).options(**options).remote(root, num_cpus)
