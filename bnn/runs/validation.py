"""The best epoch of a run: by its results on the validation images or, for some recipes, the last one."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from bnn.runs.run import Run


class Best(NamedTuple):
    """The best epoch, whose network is the run's network.

    Args:
        epoch: its number.
        accuracy: its validation accuracy.
        loss: its validation loss.
    """

    epoch: int
    accuracy: float
    loss: float


def best(run: Run, history: pd.DataFrame | None = None) -> Best | None:
    """Returns the best epoch of a run; None before the end of epoch 1.

    If the recipe cannot be read, the accuracy decides.

    Args:
        run: the run.
        history: what `run.history()` has returned. If None, it is read now.
    """
    history = run.history() if history is None else history
    if history.empty:
        return None
    try:
        best_by = run.recipe().best_by
    except ValueError:
        best_by = "accuracy"
    row = int(np.argmax(scores(history, best_by)))
    found = history.iloc[row]
    return Best(int(found["epoch"]), float(found["validation_accuracy"]), float(found["validation_loss"]))


def best_epoch(run: Run) -> int:
    """Returns the number of the best epoch.

    Raises:
        ValueError: if the run has no readable history.
    """
    found = best(run)
    if not found:
        raise ValueError(f"run {run.id} has no readable history.csv: its best epoch is not known")
    return found.epoch


def network_accuracy(run: Run) -> float | None:
    """Returns the validation accuracy of the run's network; None before the end of epoch 1."""
    found = best(run)
    return found.accuracy if found else None


def scores(history: pd.DataFrame, best_by: str) -> np.ndarray:
    """Returns a number for each epoch, (epochs,) float64. The best epoch has the highest number.

    Args:
        history: rows like those of `Run.history`.
        best_by: what the recipe compares epochs by: "accuracy" or "loss" of the validation, or "last".
    """
    if best_by == "last":
        return history["epoch"].to_numpy(np.float64)
    values = history[f"validation_{best_by}"].to_numpy(np.float64)
    return -values if best_by == "loss" else values
