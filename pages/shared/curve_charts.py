"""Makes the tables of curves over the epochs, and the Vega-Lite specification that draws them.

Training is a dashed line, validation a solid one. If there is only one run, they also differ in colour. If
several runs are compared, each run has a colour.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pages.shared import mistakes_axis
from pages.shared.charts import (
    CONFIG,
    LABEL_WIDTH,
    QUARTERS,
    QUIET,
    RIGHT,
    ROUNDED,
    RUN_COLOURS,
    guessing_line,
    quantity,
)
from pages.shared.loss_axis import loss_axis

TRAINING, VALIDATION = "training", "validation"
# What the legend calls the two parts.
_PART_WORDS = {TRAINING: "images it learns from (training)", VALIDATION: "other images (validation)"}
_EPOCH = "round (epoch)"
# On a phone, these words are below each other. style/train.css then makes the chart higher.
_COLUMNS_OF_PARTS = {"expr": "width < 400 ? 1 : 2"}
CURVE_COLUMNS = ("run", "part", "epoch", "value")
MAX_POINTS = 240
# If all validation accuracies from epoch 1 on are at least this, the axis of the accuracy is logarithmic.
GOOD = 0.9
# The label at the upper edge of the plot is centred on this edge, so its upper half needs space above.
_PADDING = {"left": 0, "right": 10, "top": 4, "bottom": 4}
_EPOCH_AXIS = {
    "tickMinStep": 1,
    # With Vega-Lite's own number of ticks, the labels of a narrow chart nearly touch.
    "tickCount": {"expr": "ceil(width / 60)"},
    "format": "d",
    "grid": False,
    "titlePadding": 4,
    "labelPadding": 4,
}


def training_curve(run: str, progress: pd.DataFrame, value: str, batches_per_epoch: int) -> pd.DataFrame:
    """Returns one run's training curve, columns `CURVE_COLUMNS`, from its `progress.csv`.

    Args:
        run: name of the run in the chart.
        progress: table with the columns `bnn.runs.run.PROGRESS_COLUMNS`. The points of a long run are
            averaged in groups, so that at most `MAX_POINTS` points remain.
        value: "loss" or "accuracy".
        batches_per_epoch: number of steps in an epoch, by which steps are converted to epochs.
    """
    group = np.arange(len(progress)) * MAX_POINTS // max(MAX_POINTS, len(progress))
    thinned = pd.DataFrame(progress[["step", value]].groupby(group).mean())
    epochs = np.asarray(thinned["step"]) / max(1, batches_per_epoch)
    return _curve(run, TRAINING, epochs, np.asarray(thinned[value]))


def epoch_curve(run: str, history: pd.DataFrame, value: str, part: str = VALIDATION) -> pd.DataFrame:
    """Returns one run's value after each epoch, columns `CURVE_COLUMNS`, from its `history.csv`.

    Args:
        run: name of the run in the chart.
        history: table with the columns `bnn.runs.run.HISTORY_COLUMNS`.
        value: name of one of these columns.
        part: `TRAINING` or `VALIDATION`.
    """
    return _curve(run, part, history["epoch"], history[value])


def curves(
    table: pd.DataFrame,
    value: str,
    num_epochs: int,
    *,
    has_legend: bool = True,
    guessing: float | None = None,
    is_blind: bool = False,
) -> dict:
    """Returns the specification that draws curves as lines, with a point for the validation of each epoch.

    The specification has no height: the page stretches the chart.

    Args:
        table: one or more curves, one after the other, with the columns `CURVE_COLUMNS`. It may have no rows.
        value: the kind of the values: "accuracy", "loss", "flip_ratio" or "mistakes". "mistakes" draws
            accuracies on a logarithmic axis of the mistakes. There, 99 % and 99.5 % are about as far apart as
            10 % and 50 %. "accuracy" becomes "mistakes" if `is_good(table)`.
        num_epochs: length of the horizontal axis.
        has_legend: whether there is a legend above the chart.
        guessing: accuracy of guessing, marked with a line if the axis of the accuracy reaches that far; None
            for no line. The axis of the loss reaches the loss of guessing, see `loss_axis`.
        is_blind: whether the curves are those of a blind network, which gives the same answer to every image.
            If so, none is green.
    """
    if value == "accuracy" and is_good(table):
        value = "mistakes"
    names = list(table["run"].unique())
    colour, dash = _curve_colours(names, has_legend, is_blind)
    encoding = {
        "x": quantity(
            "epoch", title=_EPOCH, scale={"domain": [0, num_epochs], "nice": False}, axis=_EPOCH_AXIS
        ),
        "y": _value_axis(value, table, guessing),
        "color": colour,
        "strokeDash": dash,
        "detail": {"field": "run", "type": "nominal"},
        "tooltip": _tooltip(value),
    }
    # Screen readers skip the lines. Each point of the validation has a description with the values of its
    # tooltip.
    lines = {"mark": {"type": "line", "strokeWidth": 2.5, "aria": False}, "encoding": encoding}
    points = {
        "mark": {
            "type": "circle",
            # Before the end of the first epoch, points lie close to each other, so they are smaller.
            # "now" is the epoch at which `until_now` ends the curves.
            "size": {"expr": "datum.epoch === datum.now ? 110 : datum.epoch < 1 ? 12 : 45"},
            "opacity": 1,
            "description": _description(value),
        },
        # Circles have no stroke. If they had the encoding of the dash, the legend of the dash would be empty.
        "encoding": encoding | {"strokeDash": {"value": [1, 0]}},
        "transform": [{"filter": f"datum.part === '{VALIDATION}'"}],
    }
    marks = [] if value == "loss" else _guessing(table, value, num_epochs, guessing)
    columns = [ROUNDED, mistakes_axis.MISTAKES]
    return {"layer": [lines, points, *marks], "transform": columns, "padding": _PADDING, "config": CONFIG}


def is_good(table: pd.DataFrame) -> bool:
    """Returns whether `curves` draws these accuracies on a logarithmic axis.

    It does so if there are validation accuracies after an epoch, and all of them are at least `GOOD`.
    """
    is_after_epoch = (table["part"] == VALIDATION) & (table["epoch"] >= 1)
    validated = np.asarray(table["value"][is_after_epoch], float)
    return len(validated) > 0 and bool(validated.min() >= GOOD)


def _guessing(table: pd.DataFrame, value: str, num_epochs: int, guessing: float | None) -> list[dict]:
    """Returns the line at the accuracy of guessing, if there is one and the axis reaches that far."""
    is_of_mistakes = value == "mistakes"
    if guessing is None or (is_of_mistakes and 1 - guessing > mistakes_axis.reach(*_accuracies(table))[1]):
        return []
    # The curve of a blind network lies on the line, so the label is higher.
    gap = 2 if is_of_mistakes else 10
    return guessing_line(num_epochs, guessing, _EPOCH, ends=True, is_of_mistakes=is_of_mistakes, gap=gap)


def _tooltip(value: str) -> list[dict]:
    title = value.replace("mistakes", "accuracy").replace("_", " ")
    return [
        {"field": "run", "type": "nominal"},
        {"field": "part", "type": "nominal", "title": "on"},
        quantity("epoch", format=".2f"),
        quantity("rounded", title=title, format=_format(value)),
    ]


def _description(value: str) -> dict:
    """Returns what a screen reader says for a point, such as "quick, validation, epoch 2: 98.72 %"."""
    number = f"format(datum.rounded, '{_format(value)}')"
    return {
        "expr": f"datum.run + ', ' + datum.part + ', epoch ' + format(datum.epoch, '.2~f') + ': ' + {number}"
    }


def until_now(spec: dict) -> dict:
    """Returns a specification of `curves` that ends each curve at the epoch in the table's column "now".

    The axes stay the same. If there is a value for just this epoch, its point is larger than the others.
    """
    until = {"filter": "datum.epoch <= datum.now"}
    return spec | {"transform": [*spec["transform"], until]}


def _curve(run: str, part: str, epochs: ArrayLike, values: ArrayLike) -> pd.DataFrame:
    columns = {"epoch": np.asarray(epochs, float), "value": np.asarray(values, float)}
    return pd.DataFrame({"run": run, "part": part, **columns}, columns=list(CURVE_COLUMNS))


def _curve_colours(names: list[str], has_legend: bool, is_blind: bool) -> tuple[dict, dict]:
    """Returns the encoding of the colour and the encoding of the dash."""
    parts, is_comparison = [TRAINING, VALIDATION], len(names) > 1
    look = {"symbolStrokeColor": QUIET} if is_comparison else {}
    words = f"{_PART_WORDS}[datum.label]"
    legend = _legend(columns=_COLUMNS_OF_PARTS, orient="top", labelExpr=words, offset=6, **look)
    part = {"field": "part", "type": "nominal", "legend": legend if has_legend else None}
    dash = part | {"scale": {"domain": parts, "range": [[4, 3], [1, 0]]}}
    if not is_comparison:
        return part | {"scale": {"domain": parts, "range": [QUIET, QUIET if is_blind else RIGHT]}}, dash
    colours = [RUN_COLOURS[i % len(RUN_COLOURS)] for i in range(len(names))]
    legend = _legend(columns=_num_columns(names)) if has_legend else None
    run = {"field": "run", "type": "nominal", "legend": legend}
    return run | {"scale": {"domain": names, "range": colours}}, dash


def _legend(columns: int | dict, orient: str = "bottom", **look: object) -> dict:
    symbol = {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.5}
    place = {
        "title": None,
        "offset": 2,
        "padding": 0,
        "labelLimit": 300,
        "orient": orient,
        "columns": columns,
    }
    return place | symbol | look


def _num_columns(names: list[str]) -> int:
    # Two short names fit beside each other, even on a phone.
    return 2 if max(map(len, names)) <= 18 else 1


def _value_axis(value: str, table: pd.DataFrame, guessing: float | None) -> dict:
    if value == "mistakes":
        return mistakes_axis.mistakes_axis(*_accuracies(table))
    axis = {"minExtent": LABEL_WIDTH, "labelPadding": 6}
    if value == "accuracy":
        axis |= {"format": ".0%", "values": QUARTERS}
        scale = {"domain": [0, 1], "clamp": True}
    elif value == "loss":
        loss, scale = loss_axis(guessing)
        axis |= loss
    else:
        axis |= {"format": ".0%", "tickCount": 4}
        # Unknown values are NaN, and are ignored.
        highest = np.fmax.reduce(np.asarray(table["value"], float), initial=0.0)
        # The axis grows in steps of 10 %, so that it seldom changes.
        steps = int(np.ceil(10 * np.clip(highest, 0.1, 1)))
        scale = {"domain": [0, steps / 10]}
    return quantity("value", title=None, scale=scale, axis=axis)


def _accuracies(table: pd.DataFrame) -> tuple[np.ndarray, bool]:
    """Returns all accuracies, (n,) float64, and whether some are those of a training curve."""
    return np.asarray(table["value"], float), bool((table["part"] == TRAINING).any())


def _format(value: str) -> str:
    return ".2f" if value == "loss" else ".2%"
