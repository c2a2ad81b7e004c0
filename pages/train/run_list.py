"""Shows the table of all runs on the Train page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import Recipe
from bnn.runs import first_batches, run_data, store, validation
from bnn.runs.labels import run_labels
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.size_text import bytes_text
from pages.shared import run_state, tables, text
from pages.train.result import only_answer


def run_list(runs: Sequence[Run], shown: Run | None) -> None:
    """Shows all runs in a table, and marks the run that the page shows above."""
    st.subheader("All runs", anchor=False)
    _folders_not_listed()
    if not runs:
        st.caption("None yet.")
        return
    labels = run_labels(runs)
    rows = [_row(run, labels[run.id]) for run in runs]
    tables.table(rows, row_classes=["chosen" if shown and run.id == shown.id else "" for run in runs])
    if any(str(row["Validation"]).endswith("*") for row in rows):
        st.caption(
            "\\* measured on the test images themselves, as in the report with which this project began"
        )


def _folders_not_listed() -> None:
    for name, reason in store.passed_over().items():
        st.caption(f"The folder {text.escaped(name)} is not listed: {reason}.")


def best_accuracy(run: Run) -> float | None:
    """Returns the validation accuracy of the run's network; None if nothing was measured yet.

    In epoch 1, this is the latest accuracy, which was measured on some of the images.
    """
    if len(run.history()):
        return validation.network_accuracy(run)
    latest = first_batches.latest(run)
    return latest[1] if latest else None


def seconds_taken(run: Run) -> float:
    """Returns the time of all epochs; in epoch 1, the images so far divided by the speed. 0 if unknown."""
    history, status = run.history(), run.status()
    if len(history):
        return float(history["seconds"].to_numpy().sum())
    speed = status.images_per_second
    try:
        return status.batch * run_data.mean_batch_size(run) / speed if speed else 0.0
    except (OSError, ValueError):
        # `data.json` or the recipe is damaged.
        return 0.0


def size_text(run: Run) -> str:
    """Returns the size of the run's network; "–" if it has none, or was deleted just now."""
    try:
        return bytes_text(run.model_path.stat().st_size)
    except OSError:
        return "–"


def epoch_reached(status: Status, history: pd.DataFrame) -> int:
    """Returns the number of the last epoch that a run has begun, even if the run did not finish it."""
    return max(status.epoch, len(history))


def _row(run: Run, label: str) -> tables.Row:
    status, history, test = run.status(), run.history(), run.test()
    accuracy = best_accuracy(run)
    try:
        recipe = run.recipe()
        name, epochs = _recipe_label(recipe), recipe.epochs
        mark = " *" if recipe.validation == "test" and accuracy is not None else ""
    except ValueError:
        name, epochs, mark = "cannot be read", "?", ""
    seconds, only = seconds_taken(run), only_answer(run)
    return {
        "Run": tables.Cell(label, "name"),
        "State": tables.Cell(run_state.STATE_WORDS[status.state], f"left state {status.state}"),
        "Recipe": tables.Cell(name, "left"),
        "Epochs": f"{epoch_reached(status, history)} of {epochs}",
        "Validation": "–" if only else text.percent_text(accuracy) + mark,
        "Test": _test(test, only),
        "Size": size_text(run),
        "Time": text.duration_text(seconds) if seconds else "–",
    }


def _test(test: dict[str, Any] | None, only: str | None) -> str | tables.Cell:
    if only:
        return tables.Cell(f"says {only} to everything", "quiet")
    return text.share_text(test["num_correct"], test["num_images"]) if test else "–"


def _recipe_label(recipe: Recipe) -> str:
    is_preset = recipe == PRESETS.get(recipe.name)
    return recipe.name if is_preset else f"{recipe.name}, changed"
