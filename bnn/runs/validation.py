"""The best epoch of a run, by its results on the validation images."""

import numpy as np
import pandas as pd

from bnn.runs.run import Run


def best_epoch(run: Run) -> int:
    """Returns the best epoch of a run that has a history. Its network is the run's network."""
    history = run.history()
    return int(history["epoch"].iloc[np.argmax(scores(history, run.recipe().best_by))])


def network_accuracy(run: Run) -> float | None:
    """Returns the validation accuracy of the run's network; None before the end of epoch 1."""
    history = run.history()
    if history.empty:
        return None
    return float(history["validation_accuracy"].to_numpy()[history["epoch"] == best_epoch(run)][0])


def scores(history: pd.DataFrame, best_by: str) -> np.ndarray:
    """Returns a number for each epoch, (epochs,) float64. The best epoch has the highest one.

    Args:
        history: the rows of `Run.history`.
        best_by: the recipe's measure of the validation, "accuracy" or "loss".
    """
    values = history[f"validation_{best_by}"].to_numpy(np.float64)
    return -values if best_by == "loss" else values
