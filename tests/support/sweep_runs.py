"""Runs of a sweep that have a history, although they were not trained."""

from collections.abc import Sequence
from dataclasses import replace

from bnn.recipes.presets import preset
from bnn.runs import store, sweeps
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.runs.sweeps import Sweep
from tests.support.run_content import history_row

OVER = ("learning_rate", "stages")


def trial(number: int, accuracies: Sequence[float], state: str = "finished", **settings: object) -> Run:
    """Returns a new run of the sweep "s": run `number` of 4, with an epoch for each validation accuracy."""
    recipe = replace(preset("quick"), epochs=8, **settings)
    run = store.create(recipe)
    sweeps.keep(run, Sweep("s", OVER, "validation_accuracy", 4, number))
    for epoch, accuracy in enumerate(accuracies, start=1):
        run.append_history(history_row(epoch, accuracy) | {"validation_loss": 1 - accuracy})
    run.write_status(Status(state, epoch=len(accuracies), num_epochs=8))
    return run
