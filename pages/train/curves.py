"""Shows the curves on the Train page: accuracy, loss and flip ratio of the chosen runs."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from bnn.runs import first_batches, run_data
from bnn.runs.labels import run_labels
from bnn.runs.run import Run
from pages.shared import curve_charts
from pages.train.result import only_answer

# In the legend, the name of a run has at most this many characters.
_MAX_NAME_LENGTH = 30
# If the axis of the accuracy is logarithmic (see `curve_charts.is_good`), these words say what that means.
_SCALE = "<small>one line up: about half as many mistakes</small>"


def accuracy(runs: Sequence[Run]) -> None:
    """Shows a chart of the accuracy, with a curve for every run."""
    _chart(runs, "accuracy", "<b>Right answers</b> (accuracy)", _guessing(runs))


def more(runs: Sequence[Run]) -> None:
    """Shows two more charts if the visitor wants them: loss and flip ratio."""
    if not st.toggle("More curves", key="more-curves", persist_state="session"):
        return
    left, right = st.columns(2)
    with left:
        _chart(runs, "loss", "<b>Error</b> (loss)", _lowest_guessing(runs))
    with right:
        _chart(runs, "flip_ratio", "<b>Bits that changed</b> (flip ratio)")


def _guessing(runs: Sequence[Run]) -> float | None:
    """Returns the accuracy of guessing; None if it is unknown, or not the same for all runs."""
    shares = {_guessing_of(run) for run in runs}
    return shares.pop() if len(shares) == 1 else None


def _lowest_guessing(runs: Sequence[Run]) -> float | None:
    """Returns the accuracy of guessing for the run with the most classes; None if no number is known."""
    return min((share for run in runs if (share := _guessing_of(run))), default=None)


def _guessing_of(run: Run) -> float | None:
    """Returns the accuracy of guessing; None if the run's `data.json` is damaged."""
    try:
        return 1 / len(run_data.facts(run).class_names)
    except (OSError, ValueError):
        return None


def _chart(runs: Sequence[Run], value: str, title: str, guessing: float | None = None) -> None:
    num_epochs = max(run.recipe().epochs for run in runs)
    names = _short_names(runs)
    parts = [part for run, name in zip(runs, names, strict=True) for part in _curves(run, name, value)]
    has_legend = value == "accuracy"
    with st.container(gap=None, key=f"chart-{value}"):
        table = pd.concat(parts, ignore_index=True)
        is_logarithmic = value == "accuracy" and curve_charts.is_good(table)
        st.html(f'<p class="curve-title">{title} {_SCALE if is_logarithmic else ""}</p>')
        is_blind = len(runs) == 1 and only_answer(runs[0]) is not None
        spec = curve_charts.curves(
            table, value, num_epochs, has_legend=has_legend, guessing=guessing, is_blind=is_blind
        )
        st.vega_lite_chart(table, spec, height="stretch", key=f"curves-{value}")
        # From this mark, style/train.css knows how many rows the legend has, and makes the chart higher.
        st.html(f'<i class="runs-{len(runs) if has_legend else 1}" hidden></i>')


def _short_names(runs: Sequence[Run]) -> list[str]:
    """Returns a different name for each run, short enough for a legend on a phone."""
    names: list[str] = []
    for label in run_labels(runs).values():
        name = label if len(label) <= _MAX_NAME_LENGTH else label[: _MAX_NAME_LENGTH - 1] + "…"
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return names


def _curves(run: Run, name: str, value: str) -> list[pd.DataFrame]:
    history = run.history()
    if value == "flip_ratio":
        return [curve_charts.epoch_curve(name, history, value)]
    validation = curve_charts.epoch_curve(name, history, f"validation_{value}")
    try:
        num_steps = run_data.steps_per_epoch(run)
    except (OSError, ValueError):
        # With a damaged `data.json`, it is not known to which epoch a step belongs.
        return [validation]
    training = curve_charts.training_curve(name, run.progress(), value, num_steps)
    early = [_first_batches(run, name, num_steps)] if value == "accuracy" else []
    return [training, *early, validation]


def _first_batches(run: Run, name: str, num_steps: int) -> pd.DataFrame:
    """Returns the start of the validation curve: from before the first batch to the end of epoch 1."""
    accuracies = first_batches.accuracies(run)
    epochs = [batch / max(1, num_steps) for batch in accuracies]
    table = pd.DataFrame({"epoch": epochs, "accuracy": list(accuracies.values())})
    return curve_charts.epoch_curve(name, table, "accuracy")
