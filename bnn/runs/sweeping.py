"""Trains the runs of a sweep on this computer, one after another.

Between two of these runs, other trainings that wait get their turn.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bnn.data.dataset import DataSet
from bnn.recipes.recipe import Recipe
from bnn.runs import starting, store, sweeps, trainings
from bnn.runs.launchers import launcher
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.runs.stopping import POLL_SECONDS
from bnn.runs.sweeps import MEASURES, Sweep
from bnn.runs.turns import WAITING

# The note of a run that its sweep has stopped early.
EARLY_STOP = "Stopped early, because other trainings of its sweep were better"


@dataclass(frozen=True)
class Plan:
    """What a sweep trains.

    Args:
        id: the sweep's id.
        recipes: the recipes, one for each run.
        over: the settings in which the recipes differ.
        best_of: the measure by which the best run is found; a key of `MEASURES`.
        stop_early: whether trainings that are behind the others are stopped; see `is_behind`.
        data: the data set; None for MNIST.
    """

    id: str
    recipes: Sequence[Recipe]
    over: tuple[str, ...]
    best_of: str
    stop_early: bool = False
    data: DataSet | None = None

    def create(self, number: int) -> Run:
        """Creates the run with this number, counted from 1.

        Raises:
            OSError: if the run's folder cannot be written.
            ValueError: if the recipe cannot start from the run that it names.
        """
        run = store.create(self.recipes[number - 1], self.data)
        with store.removed_on_failure(run):
            starting.keep_start(run)
            sweeps.keep(run, Sweep(self.id, self.over, self.best_of, len(self.recipes), number))
        return run


def train_one_after_another(
    plan: Plan, on_end: Callable[[Run], None], on_wait: Callable[[Run], None] = lambda _: None
) -> None:
    """Trains all runs of a plan. Ctrl-C stops the run that is being trained.

    Args:
        plan: the plan.
        on_end: a function that is called with each run after its training.
        on_wait: a function that is called once with each run that has to wait for its turn.

    Raises:
        OSError: if a run cannot be created or started.
    """
    ended: list[Run] = []
    for number in range(1, len(plan.recipes) + 1):
        run = plan.create(number)
        try:
            with store.removed_on_failure(run):
                launcher().launch(run)
            _watch(run, ended, plan, on_wait)
        except KeyboardInterrupt:
            trainings.stop(run)
            raise
        ended.append(run)
        on_end(run)


def is_behind(run: Run, others: Sequence[Run], best_of: str) -> bool:
    """Returns whether a run is worse than the median of the others after the same number of epochs.

    Runs are compared after epochs 1, 2, 4, 8 and so on, but not after the run's last epoch. This is the rule
    of asynchronous successive halving (ASHA, https://arxiv.org/abs/1810.05934) with a reduction factor of 2.
    """
    num_epochs = len(run.history())
    if not 0 < num_epochs < run.recipe().epochs:
        return False
    epoch = 2 ** (num_epochs.bit_length() - 1)
    value = _value_after(run, epoch, best_of)
    values_of_others = [_value_after(other, epoch, best_of) for other in others]
    known = [other for other in values_of_others if other is not None]
    if value is None or not known:
        return False
    return value < median(known) if MEASURES[best_of] else value > median(known)


def note_early_stop(run: Run) -> None:
    """Writes into the status of a stopped run that its sweep has stopped it early."""
    status = run.written_status()
    if status.state == "stopped":
        run.write_status(replace(status, note=EARLY_STOP, stopped_early=True))


def _watch(run: Run, others: Sequence[Run], plan: Plan, on_wait: Callable[[Run], None]) -> None:
    """Waits until the run's training ends. Stops it early if it is behind the others."""
    is_stopped, has_waited, num_bytes = False, False, 0
    while (status := run.status()).state in ACTIVE:
        if not has_waited and status.message == WAITING:
            has_waited = True
            on_wait(run)
        # The other runs have ended, so the result of a comparison can change only if this run's history
        # grows.
        if plan.stop_early and not is_stopped and (size := _history_bytes(run)) != num_bytes:
            num_bytes = size
            if is_behind(run, others, plan.best_of):
                trainings.stop(run)
                is_stopped = True
        time.sleep(POLL_SECONDS)
    if is_stopped:
        note_early_stop(run)


def _history_bytes(run: Run) -> int:
    try:
        return (run.folder / "history.csv").stat().st_size
    except OSError:
        return 0


def _value_after(run: Run, epoch: int, best_of: str) -> float | None:
    history = run.history()
    values = history[best_of].to_numpy()[history["epoch"].to_numpy() == epoch]
    return float(values[0]) if len(values) else None
