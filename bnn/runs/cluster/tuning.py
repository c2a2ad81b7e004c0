"""Trains the runs of a sweep on a Ray cluster, with Ray Tune.

Each training is a trial of Ray Tune. The trial creates its run on the machine that has room for it, and
starts there the same trainer as on a single computer. If the machine is lost, Ray Tune starts the trial once
more on another machine, and the trial resumes its run.
"""

import io
import logging
import os
import platform
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

# Ray may be missing, because it is an extra.
import ray  # pyright: ignore[reportMissingImports]
from ray import tune  # pyright: ignore[reportMissingImports]
from ray.tune.schedulers import ASHAScheduler  # pyright: ignore[reportMissingImports]

from bnn.runs import store, sweeps, trainings
from bnn.runs.cluster import node
from bnn.runs.cluster.supervisor import MAX_RESUMES, NAMESPACE, resumed_elsewhere
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.runs.sweeping import Plan, note_early_stop
from bnn.runs.sweeps import MEASURES
from bnn.system.processes import crash_cause

_POLL_SECONDS = 0.25
# A trainer that is asked to stop saves a checkpoint before it ends.
_STOP_SECONDS = 60.0


def train_on_cluster(plan: Plan, address: str, num_cpus: float, on_end: Callable[[Run], None]) -> list[str]:
    """Trains all runs of a plan, as many at once as the cluster has room for.

    Args:
        plan: the plan.
        address: the address of the cluster, as `ray.init` takes it.
        num_cpus: number of processors of each training.
        on_end: a function that is called with each run after its training.

    Returns:
        For each training that the cluster could not start or has lost for good, a line that says why.

    Raises:
        OSError: if the cluster cannot be reached.
        KeyboardInterrupt: if the user presses Ctrl-C. All trainings are stopped first.
    """
    # Switches off Ray Tune's result files, which are not needed, and its handling of Ctrl-C, which is below.
    os.environ.update(TUNE_DISABLE_AUTO_CALLBACK_LOGGERS="1", TUNE_DISABLE_SIGINT_HANDLER="1")
    # `BNN_CLUSTER` would select the Ray launcher. This process uses the local one, which tells by the lock in
    # a run's folder whether the run's trainer is alive.
    os.environ.pop("BNN_CLUSTER", None)
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    try:
        ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, ray.exceptions.RayError, RuntimeError) as error:
        raise OSError(f"the cluster {address} cannot be reached: {error!s:.200}") from error
    # Ray Tune prints tables and errors on standard output, which is only for the command's result.
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        try:
            results = _tuner(plan, num_cpus, on_end, folder).fit()
        except KeyboardInterrupt:
            _stop_all(plan)
            raise
        finally:
            ray.shutdown()
    return [_last_line(error) for error in results.errors]


def _tuner(plan: Plan, num_cpus: float, on_end: Callable[[Run], None], folder: str) -> tune.Tuner:
    best_of, mode = plan.best_of, "max" if MEASURES[plan.best_of] else "min"
    epochs = max(recipe.epochs for recipe in plan.recipes)
    # The same rule as `sweeping.is_behind`.
    asha = ASHAScheduler("epoch", max_t=epochs, grace_period=1, reduction_factor=2, stop_last_trials=False)
    trainable = tune.with_parameters(Training, plan=plan, root=str(store.root().resolve()))
    return tune.Tuner(
        tune.with_resources(trainable, {"cpu": num_cpus}),
        param_space={"number": tune.grid_search(list(range(1, len(plan.recipes) + 1)))},
        tune_config=tune.TuneConfig(metric=best_of, mode=mode, scheduler=asha if plan.stop_early else None),
        run_config=tune.RunConfig(
            name=plan.id,
            storage_path=folder,
            verbose=0,
            # Ray Tune keeps no checkpoints, because a run has its own.
            checkpoint_config=tune.CheckpointConfig(checkpoint_frequency=0, checkpoint_at_end=False),
            failure_config=tune.FailureConfig(max_failures=MAX_RESUMES),
            callbacks=[_Report(on_end)],
        ),
    )


class Training(tune.Trainable):
    """One training, which Ray Tune runs on a machine of the cluster. A call of `step` reports one epoch."""

    def setup(self, config: dict[str, Any], plan: Plan, root: str) -> None:
        """Creates the run of this training, or finds it again, and starts its trainer."""
        os.environ.pop("BNN_CLUSTER", None)
        os.environ["BNN_RUNS_DIR"] = root
        if not sweeps.mark(Path(root), plan.id).exists():
            raise ValueError(f"the machine {platform.node()} does not see {root}")
        self.best_of, self.epoch, self.trainer = plan.best_of, 0, None
        runs = [run for run in store.all_runs() if _has_number(run, plan.id, config["number"])]
        self.run = runs[0] if runs else plan.create(config["number"])
        if not runs or self.run.written_status().state in (*ACTIVE, "interrupted"):
            if runs:
                self.run.write_status(resumed_elsewhere(self.run.written_status()))
            self.trainer = node.start(self.run)
            self.run.write_queued(self.trainer.pid)

    def step(self) -> dict[str, Any]:
        """Waits until the next epoch is done, or the trainer has ended."""
        while not (has_ended := self._has_ended()) and self._num_reportable_epochs() <= self.epoch:
            time.sleep(_POLL_SECONDS)
        if self.trainer and (cause := crash_cause(self.trainer.returncode or 0)):
            self.run.write_interrupted(self.trainer.pid, cause)
        values = self.run.history()[self.best_of].to_numpy()
        self.epoch = min(self.epoch + 1, len(values))
        value = float(values[self.epoch - 1]) if self.epoch else float("nan")
        is_last = has_ended and self.epoch == len(values)
        return {"run": self.run.id, "epoch": self.epoch, self.best_of: value, "done": is_last}

    def cleanup(self) -> None:
        """Stops the trainer, if it still runs: Ray Tune has decided that other trainings are better."""
        if self._has_ended():
            return
        self.run.stop_path.touch()
        deadline = time.monotonic() + _STOP_SECONDS
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        note_early_stop(self.run)

    def _has_ended(self) -> bool:
        return self.trainer is None or self.trainer.poll() is not None

    def _num_reportable_epochs(self) -> int:
        # The last epoch is not counted, because after it, the trainer still has to write that the run is
        # finished.
        num_epochs = len(self.run.history())
        return num_epochs if num_epochs < self.run.recipe().epochs else num_epochs - 1


class _Report(tune.Callback):
    """Reports each run whose training has ended."""

    def __init__(self, on_end: Callable[[Run], None]) -> None:
        self._on_end = on_end

    def on_trial_complete(self, **event: Any) -> None:  # noqa: ANN401 - Ray Tune's classes have no static type
        """Reports the run of the trial that has ended."""
        self._on_end(store.find(event["trial"].last_result["run"]))


def _stop_all(plan: Plan) -> None:
    """Stops the trainings, and waits until they have saved what they have learnt."""
    runs = sweeps.all_sweeps(store.all_runs()).get(plan.id, [])
    for run in runs:
        trainings.stop(run)
    deadline = time.monotonic() + _STOP_SECONDS
    while any(run.status().state in ACTIVE for run in runs) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _has_number(run: Run, sweep_id: str, number: int) -> bool:
    """Returns whether a run is the run of a sweep with this number."""
    sweep = sweeps.sweep_of(run)
    return sweep is not None and (sweep.id, sweep.number) == (sweep_id, number)


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
