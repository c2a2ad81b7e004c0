"""The row of figures on the Evaluate page: how often the network is right, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from bnn.data import mnist
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from pages.shared import errors, figures, run_state, text

if TYPE_CHECKING:
    from bnn.analysis.metrics import Evaluation

BLIND = (
    "**Why it cannot learn.** This recipe feeds pixels from 0 (black) to 1 (white), and its first layer keeps"
    " only their signs. No pixel is negative, and the sign of 0 counts as +1: every image arrives as the same"
    " white square. So it gives the same answer to every image, which is right about once in ten."
    " Compare `report-signed`: the same network, with black as −1."
)
Figure = tuple[str, str, str]


def summary(run: Run, evaluation: Evaluation | None) -> None:
    """Shows the figures; dots for what is not known yet."""
    recipe, from_training = None, []
    with errors.errors_in_words():
        # A run whose recipe cannot be read any more still has its network.
        recipe = run.recipe()
        from_training = _from_training(run, recipe)
    figures.figures(_measured(evaluation) + from_training, num_large=1)
    if recipe and recipe.pixels == "unit":
        st.warning(BLIND)


def _measured(evaluation: Evaluation | None) -> list[Figure]:
    from bnn.analysis.metrics import accuracy_interval

    accuracy = interval = num_wrong = "…"
    if evaluation:
        low, high = accuracy_interval(evaluation.num_correct, evaluation.num_images)
        accuracy = text.percent_text(evaluation.accuracy)
        interval = f"{100 * low:.2f} – {100 * high:.2f} %"
        num_wrong = f"{evaluation.num_images - evaluation.num_correct:,}"
    return [
        (
            accuracy,
            f"right on {len(mnist.test().labels):,} test digits (accuracy)",
            "Digits that took no part in training.",
        ),
        (
            interval,
            "95 % interval",
            "Where its accuracy on other digits of the same kind probably lies (Wilson’s score interval).",
        ),
        (num_wrong, "digits read wrong", ""),
    ]


def _from_training(run: Run, recipe: Recipe) -> list[Figure]:
    epoch, validation = _network_epoch(run, recipe)
    if recipe.validation == "test":
        label = "validated on the test set"
        explanation = "This recipe has no images set aside for choosing: it validates on the test set itself."
    else:
        label = "validation accuracy"
        explanation = "On the 5,000 images by which the best epoch was chosen."
    state = run_state.STATE_WORDS[run.status().state]
    return [
        (text.percent_text(validation), label, explanation),
        (epoch, f"recipe {recipe.name}, {state}", "Where this network is from."),
    ]


def _network_epoch(run: Run, recipe: Recipe) -> tuple[str, float | None]:
    """Returns the epoch that the network is from, in words, and its validation accuracy."""
    history, test = run.history(), run.test()
    if not len(history):
        return "epoch 1, unfinished", None
    best = history.loc[history["validation_accuracy"].idxmax()]
    epoch = int(test["epoch"]) if test else int(best["epoch"])
    found = dict(zip(history["epoch"], history["validation_accuracy"], strict=True)).get(epoch)
    return f"epoch {epoch} of {recipe.epochs}", None if found is None else float(found)
