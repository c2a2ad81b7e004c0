"""Inside, chapter 4: the curve of the accuracy at each moment of a training."""

import pandas as pd
import streamlit as st

from bnn.runs import run_data, validation
from bnn.runs.run import Run
from pages.inside.chapters.moments import Moment
from pages.shared import curve_charts, text


def curve(run: Run, all_moments: dict[str, Moment], moment: Moment, guessing: float) -> None:
    """Shows the accuracy on the validation images, from the start to the chosen moment.

    Args:
        run: the run.
        all_moments: all moments of the training, by name.
        moment: the chosen moment.
        guessing: the accuracy of guessing. The curve of a network that began with random weights starts there
            if nothing was measured before the first epoch.
    """
    table, before = _measured(run, all_moments), ""
    is_measured_at_start = not table.empty and table["epoch"].iloc[0] == 0
    if is_measured_at_start:
        before = f"{text.percent_text(table['validation_accuracy'].iloc[0])} before it learns"
    elif not run.start_path.is_file():
        # The curve starts at the accuracy of guessing. Without this point, it would look flat.
        start = pd.DataFrame({"epoch": [0.0], "validation_accuracy": [guessing]})
        table = pd.concat([start, table])
        before = f"{text.percent_text(guessing, 0)} before it learns (by guessing)"
    line = curve_charts.epoch_curve("this run", table, "validation_accuracy")
    # If another training started from an earlier epoch of this run, the history goes beyond the last moment.
    num_epochs = max(
        1,
        *table["epoch"].astype(int),
        *(each.number for each in all_moments.values() if not each.is_in_first_epoch),
    )
    spec = curve_charts.curves(line, "mistakes", num_epochs, has_legend=False, guessing=guessing)
    # The padding at the right leaves room for the right half of the last number on the axis.
    padding = {"left": 0, "right": 10, "top": 8, "bottom": 4}
    spec = curve_charts.until_now(spec) | {"padding": padding}
    with st.container(key="learning-chart"):
        st.vega_lite_chart(
            line.assign(now=_epochs(run, moment)), spec, height="stretch", key="learning-curve"
        )
    words = [before] if before else []
    if best := validation.best(run):
        first = text.percent_text(run.history()["validation_accuracy"].to_numpy()[0])
        kept = text.percent_text(best.accuracy)
        words.append(f"{first} after the first epoch, {kept} after the best, epoch {best.epoch}")
    st.caption(
        f"Accuracy on the {check_images(run)}: {'; '.join(words)}. One grid line up means about half as many"
        " mistakes."
    )


def check_images(run: Run) -> str:
    """Returns what the images are called that measured the accuracy after each epoch."""
    return "test images" if run.recipe().validation == "test" else "check images"


def _measured(run: Run, all_moments: dict[str, Moment]) -> pd.DataFrame:
    """Returns the accuracies of the moments in the first epoch, and those in the run's history."""
    early = [each for each in all_moments.values() if each.is_in_first_epoch and each.accuracy is not None]
    rows = [(_epochs(run, each), each.accuracy) for each in early]
    columns = ["epoch", "validation_accuracy"]
    later = pd.DataFrame(run.history()[columns])
    return pd.concat([pd.DataFrame(rows, columns=columns, dtype=float), later])


def _epochs(run: Run, moment: Moment) -> float:
    """Returns the number of epochs, with a fraction, that were done at that moment."""
    if not moment.is_in_first_epoch:
        return float(moment.number)
    return moment.number / max(1, run_data.steps_per_epoch(run))
