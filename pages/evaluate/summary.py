"""Shows how often a network is right, in one sentence and in figures, and how it was trained."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import streamlit as st

from bnn.recipes.presets import preset
from bnn.recipes.recipe import Recipe
from bnn.runs import first_batches, validation
from bnn.runs.run import Run
from bnn.runs.run_data import DataFacts
from bnn.system.percent_text import percent_digits
from pages.shared import errors, figures, networks, run_state, text

if TYPE_CHECKING:
    from bnn.analysis.metrics import Evaluation

_WHY = "**Why it cannot learn.** "
# What makes a network blind if a recipe can make it. Other files may have any threshold.
_SIGNS = (
    "In this recipe, pixels go from 0 (black) to 1 (white), and the first layer keeps only their signs."
    " No pixel is negative, and the sign of 0 counts as +1."
)
_SHADES = "Every shade, from black to white, becomes the same bits."
_SAME = " So every image becomes the same square, and the network gives the same answer to every image."
_MEND = " Compare it with `report-signed`: the same network, but with black as −1."
Figure = tuple[str, str, str]


def sentence(evaluation: Evaluation | None, facts: DataFacts) -> None:
    """Shows the sentence with which the page begins, such as "Wrong on 56 of 10,000"."""
    words, css_class = f"Wrong on … of {facts.num_test:,}", ""
    if evaluation:
        num_wrong = evaluation.num_images - evaluation.num_correct
        words = f"Wrong on {num_wrong:,} of {evaluation.num_images:,}"
        if only := evaluation.only_answer:
            words, css_class = f"Says {only} to everything", " quiet"
    st.html(f'<p class="sentence{css_class}">{html.escape(words)}</p>')


def summary(run: Run, evaluation: Evaluation | None, facts: DataFacts) -> None:
    """Shows the accuracy, or dots until it is known. For a blind network, also says why it cannot learn."""
    network = networks.network(run)
    with st.container(key="accuracy"):
        figures.figures([_accuracy(evaluation, facts)], is_plain=network.is_blind)
    if network.is_blind:
        cause = _SIGNS if network.pixel_threshold == 0 else _SHADES
        st.warning(_WHY + cause + _SAME + (_MEND if _is_of_report(run, facts) else ""))


def _is_of_report(run: Run, facts: DataFacts) -> bool:
    """Returns whether the run has the recipe `report`, unchanged, and learnt from MNIST."""
    try:
        return facts.is_mnist and run.recipe() == preset("report")
    except ValueError:
        return False


def for_experts(run: Run, evaluation: Evaluation | None, facts: DataFacts) -> None:
    """Shows the interval of the accuracy, the validation accuracy and the epoch of the network."""
    from_training = []
    with errors.errors_in_words():
        # If the recipe can no longer be read, the network can still be evaluated.
        from_training = _from_training(run, run.recipe())
    is_blind = networks.network(run).is_blind
    figures.figures([_interval(evaluation, facts), *from_training], is_plain=is_blind)


def _accuracy(evaluation: Evaluation | None, facts: DataFacts) -> Figure:
    accuracy, by_chance = "…", ""
    if evaluation:
        accuracy = text.share_text(evaluation.num_correct, evaluation.num_images)
        by_chance = f", by always saying {only}" if (only := evaluation.only_answer) else ""
    return (
        accuracy,
        f"right on {facts.num_test:,} test {facts.noun} (accuracy){by_chance}",
        f"These {facts.noun} were not used for training.",
    )


def _interval(evaluation: Evaluation | None, facts: DataFacts) -> Figure:
    from bnn.analysis.metrics import accuracy_interval

    interval = "…"
    if evaluation:
        low, high = accuracy_interval(evaluation.num_correct, evaluation.num_images)
        interval = f"{percent_digits(low)} – {text.percent_text(high)}"
    return (
        interval,
        "likely range of its accuracy (95\u00a0% interval)",
        f"Its accuracy on other {facts.noun} of this kind is probably in this range (Wilson’s interval).",
    )


def _from_training(run: Run, recipe: Recipe) -> list[Figure]:
    epoch, accuracy, is_best = _network_epoch(run, recipe)
    state = run_state.STATE_WORDS[run.status().state]
    return [
        _validation(run, recipe, accuracy),
        (
            epoch,
            f"{'its best; ' if is_best else ''}recipe {recipe.name}, {state}",
            "The network comes from this epoch of its training"
            + (", the one with the best validation." if is_best else "."),
        ),
    ]


def _validation(run: Run, recipe: Recipe, accuracy: float | None) -> Figure:
    latest = first_batches.latest(run) if accuracy is None else None
    if latest:
        accuracy, label = latest[1], f"right on some check images after {latest[0]} batches (validation)"
        explanation = "Right answers on at most 500 images that the network does not learn from."
    elif recipe.validation == "test":
        label = "validated on the test set"
        explanation = (
            "This recipe keeps no images aside to choose the best epoch. It uses the test set for this."
        )
    else:
        label = "right on the check images (validation)"
        # The number of images is not given: some recipes validate on more than the data set keeps for this.
        explanation = (
            "Right answers on images that were not used for training, at the end of the epoch."
            if recipe.best_by == "last"
            else "Right answers on the images that were used to choose the best epoch."
        )
        if recipe.has_three_looks:
            explanation += " The network looks only once at each of them."
    return text.percent_text(accuracy), label, explanation


def _network_epoch(run: Run, recipe: Recipe) -> tuple[str, float | None, bool]:
    """Returns the network's epoch in words, its validation accuracy, and whether it was chosen as the best.

    Before the end of epoch 1, the last two values are None and False.
    """
    history, test = run.history(), run.test()
    if not len(history):
        return "epoch 1, unfinished", None, False
    epoch = int(test["epoch"]) if test else validation.best_epoch(run)
    accuracy = dict(zip(history["epoch"], history["validation_accuracy"], strict=True)).get(epoch)
    return (
        f"epoch {epoch} of {recipe.epochs}",
        None if accuracy is None else float(accuracy),
        recipe.best_by != "last",
    )
