"""Shows the figures of a run on the Train page: epoch, speed, time and accuracies."""

import pandas as pd

from bnn.recipes.recipe import Recipe
from bnn.runs import first_batches, run_data, validation
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from pages.shared import figures, text
from pages.train.result import only_answer
from pages.train.run_list import best_accuracy, epoch_reached, seconds_taken


def run_figures(run: Run, status: Status) -> None:
    """Shows the row of figures."""
    test, is_blind = run.test(), only_answer(run) is not None
    reached = f"{epoch_reached(status, run.history())} of {run.recipe().epochs}"
    tested = text.share_text(test["num_correct"], test["num_images"]) if test and not is_blind else "–"
    figures.figures(
        [
            (reached, "round (epoch)", text.EPOCH),
            _time(run, status),
            (
                tested,
                "at the end (test)",
                "Right answers on the test images, measured once, at the end of the training.",
            ),
        ],
        can_focus=status.state not in ACTIVE,
    )


def more_figures(run: Run, status: Status) -> None:
    """Shows the figures for experts."""
    history, recipe = run.history(), run.recipe()
    is_blind = only_answer(run) is not None
    validated = "–" if is_blind else text.percent_text(best_accuracy(run))
    figures.figures(
        [
            (validated, *_validated(run, recipe, history)),
            (
                _speed(run, status, history),
                "images per second",
                "Number of training images per second. After the training, this is the average.",
            ),
        ],
        can_focus=status.state not in ACTIVE,
    )


def _speed(run: Run, status: Status, history: pd.DataFrame) -> str:
    # In epoch 1, the latest speed is the only one that is known.
    is_latest = status.state == "running" or history.empty
    speed = status.images_per_second if is_latest else _average_speed(run, history)
    return f"{speed:,.0f}" if speed else "–"


def _validated(run: Run, recipe: Recipe, history: pd.DataFrame) -> tuple[str, str]:
    """Returns label and explanation of the validation accuracy."""
    images = "test set" if recipe.validation == "test" else "validation"
    if history.empty and (latest := first_batches.latest(run)):
        return f"after batch {latest[0]} ({images})", (
            "Right answers on at most 500 images that it does not learn from, after this batch of epoch 1."
        )
    best = validation.best(run)
    number = f":\u00a0{best.epoch}" if best else ""
    which = "last" if recipe.best_by == "last" else "best"
    looks = " It looks only once at each of them." if recipe.has_three_looks else ""
    return f"{which} epoch{number} ({images})", (
        f"Right answers on images that it does not learn from.{looks} The network of the {which} epoch is"
        " kept."
    )


def _time(run: Run, status: Status) -> tuple[str, str, str]:
    if status.state in ACTIVE:
        # A waiting run may have been stopped and resumed. Its status then still holds the old estimate.
        seconds = status.eta_seconds if status.state == "running" else 0
        label, explanation = (
            "time left",
            "Time until the last epoch is finished. Known when training has begun.",
        )
    else:
        seconds = seconds_taken(run)
        label, explanation = "time taken", "The time of all epochs together."
    return text.duration_text(seconds) if seconds else "–", label, explanation


def _average_speed(run: Run, history: pd.DataFrame) -> float:
    try:
        num_images = len(history) * run_data.images_per_epoch(run)
    except (OSError, ValueError):
        # `data.json` is damaged.
        return 0.0
    return num_images / float(history["seconds"].to_numpy().sum()) if num_images else 0.0
