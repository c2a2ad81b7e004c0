"""Line charts: tables of what is shown, and the Vega-Lite specifications that draw them.

The specifications are plain dicts (https://vega.github.io/vega-lite/docs/). Altair, the library that writes
them in Python, takes a second to load and 40 ms for each chart. A specification holds no data: while it stays
the same, the browser moves what changes instead of drawing the chart again.

The colours can be read on black and on white (contrast above 4) and by the colour-blind (blue against
orange): ACCENT for what the network got right and for digits it has not seen, WRONG for mistakes, QUIET for
what it trains on. Where several runs are compared, the colour tells the run and the dash tells training from
validation.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

ACCENT = "#2f6bff"
WRONG = "#d9480f"
QUIET = "#7a7a7a"
# Okabe and Ito's palette for the colour-blind, without its orange, which means mistakes, and its lightest
# colours, which vanish on white.
RUN_COLOURS = (ACCENT, "#c05c9a", "#009e73", "#a3791a", "#4aa3d8", "#8a63d2")

TRAINING, VALIDATION = "training", "validation"
CURVE_COLUMNS = ("run", "part", "epoch", "value")
MAX_POINTS = 240
# The loss of guessing is ln(10) = 2.3. Higher values are drawn at the upper edge: the axis never jumps.
MAX_LOSS = 3.0
LEGEND_ROW_HEIGHT = 18


def training_curve(run: str, progress: pd.DataFrame, value: str, batches_per_epoch: int) -> pd.DataFrame:
    """Returns one run's training curve, columns `CURVE_COLUMNS`, from its `progress.csv`.

    Args:
        run: the name to show.
        progress: columns `bnn.runs.run.PROGRESS_COLUMNS`.
        value: "loss" or "accuracy".
        batches_per_epoch: by which steps become epochs. A long run is averaged down to `MAX_POINTS` points.
    """
    group = np.arange(len(progress)) * MAX_POINTS // max(MAX_POINTS, len(progress))
    thinned = pd.DataFrame(progress[["step", value]].groupby(group).mean())
    epochs = np.asarray(thinned["step"]) / max(1, batches_per_epoch)
    return _curve(run, TRAINING, epochs, np.asarray(thinned[value]))


def epoch_curve(run: str, history: pd.DataFrame, value: str, part: str = VALIDATION) -> pd.DataFrame:
    """Returns one run's value after each epoch, columns `CURVE_COLUMNS`, from its `history.csv`.

    Args:
        run: the name to show.
        history: columns `bnn.runs.run.HISTORY_COLUMNS`.
        value: one of these columns.
        part: `TRAINING` or `VALIDATION`.
    """
    return _curve(run, part, history["epoch"], history[value])


def curves(table: pd.DataFrame, value: str, num_epochs: int, height: int, has_legend: bool = True) -> dict:
    """Returns the specification that draws curves as lines, with a point for each epoch's validation.

    Args:
        table: several curves, one after the other, columns `CURVE_COLUMNS`; may have no rows.
        value: "accuracy", "loss" or "flip_ratio": what the values are.
        num_epochs: length of the horizontal axis, fixed so that nothing jumps while a curve grows.
        height: in pixels, with axis and legend; the second legend of a comparison adds to it.
        has_legend: whether the legend stands below.
    """
    names = list(table["run"].unique())
    colour, dash = _curve_colours(names, has_legend)
    encoding = {
        "x": quantity("epoch", scale={"domain": [0, num_epochs], "nice": False}, axis=_EPOCH_AXIS),
        "y": _value_axis(value, np.max(np.asarray(table["value"], float), initial=0.0)),
        "color": colour,
        "strokeDash": dash,
        "detail": {"field": "run", "type": "nominal"},
        "tooltip": [
            {"field": "run", "type": "nominal"},
            {"field": "part", "type": "nominal", "title": "on"},
            quantity("epoch", format=".2f"),
            quantity("value", title=value.replace("_", " "), format=_format(value)),
        ],
    }
    lines = {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": encoding}
    points = {
        "mark": {"type": "circle", "size": 45, "opacity": 1},
        # Without the dash: circles have no stroke, and the dash's legend would lose its symbols.
        "encoding": encoding | {"strokeDash": {"value": [1, 0]}},
        "transform": [{"filter": f"datum.part === '{VALIDATION}'"}],
    }
    if has_legend and len(names) > 1:
        # The curves keep their height.
        height += LEGEND_ROW_HEIGHT * len(names)
    return {"height": height, "layer": [lines, points]}


def epoch_rule() -> dict:
    """Returns one more layer for `curves`: a vertical line at the epoch in the table's column "now"."""
    return {
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 2},
        "encoding": {"x": quantity("now", aggregate="max", title="epoch", scale={"nice": False})},
    }


def tries(setting: str, lowest: float, highest: float, height: int = 200) -> dict:
    """Returns the specification that draws the share of digits read right against a setting.

    The table has the columns `setting`, `share`, and `now`, which is true for the present setting.

    Args:
        setting: title of the horizontal axis.
        lowest: first value of that axis.
        highest: last value of that axis.
        height: in pixels.
    """
    reach = {"domain": [lowest, highest], "nice": False}
    encoding = {
        "x": quantity("setting", title=setting, scale=reach, axis={"grid": False}),
        "y": quantity(
            "share", title=None, scale={"domain": [0, 1]}, axis={"format": ".0%", "values": _QUARTERS}
        ),
        "tooltip": [
            quantity("setting", title=setting),
            quantity("share", title="read right", format=".1%"),
        ],
    }
    line = {"mark": {"type": "line", "color": ACCENT, "strokeWidth": 2}, "encoding": encoding}
    points = {"mark": {"type": "circle", "opacity": 1, "color": ACCENT, "size": 40}, "encoding": encoding}
    now = points | {"mark": points["mark"] | {"size": 160}, "transform": [{"filter": "datum.now"}]}
    return {"height": height, "layer": [*_guessing(lowest), line, points, now]}


_QUARTERS = [0, 0.25, 0.5, 0.75, 1]
_EPOCH_AXIS = {
    "tickMinStep": 1,
    "format": "d",
    "grid": False,
    "titlePadding": 0,
    "labelPadding": 4,
    "labelFontSize": 13,
}


def quantity(field: str, **look: object) -> dict:
    """Returns the Vega-Lite encoding of a column of numbers; `look` is added to it."""
    return {"field": field, "type": "quantitative"} | look


def _curve(run: str, part: str, epochs: ArrayLike, values: ArrayLike) -> pd.DataFrame:
    columns = {"epoch": np.asarray(epochs, float), "value": np.asarray(values, float)}
    return pd.DataFrame({"run": run, "part": part, **columns}, columns=list(CURVE_COLUMNS))


def _curve_colours(names: list[str], has_legend: bool) -> tuple[dict, dict]:
    """Returns the encodings of colour and dash."""
    parts, is_comparison = [TRAINING, VALIDATION], len(names) > 1
    look = {"orient": "top", "symbolStrokeColor": QUIET} if is_comparison else {}
    legend = _legend(columns=2, **look) if has_legend else None
    part = {"field": "part", "type": "nominal", "legend": legend}
    dash = part | {"scale": {"domain": parts, "range": [[4, 3], [1, 0]]}}
    if not is_comparison:
        return part | {"scale": {"domain": parts, "range": [QUIET, ACCENT]}}, dash
    colours = [RUN_COLOURS[i % len(RUN_COLOURS)] for i in range(len(names))]
    legend = _legend(columns=_num_columns(names)) if has_legend else None
    run = {"field": "run", "type": "nominal", "legend": legend}
    return run | {"scale": {"domain": names, "range": colours}}, dash


def _legend(columns: int, orient: str = "bottom", **look: object) -> dict:
    symbol = {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2.5}
    place = {"title": None, "offset": 2, "labelLimit": 300, "orient": orient, "columns": columns}
    return place | symbol | look


def _num_columns(names: list[str]) -> int:
    # Two short names stand beside each other also on a phone.
    return 2 if max(map(len, names)) <= 18 else 1


def _value_axis(value: str, highest: float) -> dict:
    axis = {"format": _format(value), "minExtent": 38, "labelPadding": 6, "labelFontSize": 13}
    if value == "accuracy":
        axis |= {"format": ".0%", "values": _QUARTERS}
        scale = {"domain": [0, 1]}
    elif value == "loss":
        axis |= {"format": ".0f", "values": [0, 1, 2, 3]}
        scale = {"domain": [0, MAX_LOSS], "clamp": True}
    else:
        axis |= {"format": ".0%", "tickCount": 4}
        # In steps, so that it seldom jumps; NaN where nothing is known yet.
        steps = int(np.ceil(10 * np.clip(np.nan_to_num(highest), 0.1, 1)))
        scale = {"domain": [0, steps / 10]}
    return quantity("value", title=None, scale=scale, axis=axis)


def _guessing(x: float) -> list[dict]:
    """Returns two layers for a vertical axis of shares: a line where guessing would be, and its name."""
    data = {"values": [{"x": x, "share": 0.1, "name": "guessing: 10 %"}]}
    line = {
        "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 3]},
        "encoding": {"y": quantity("share")},
    }
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "bottom",
        "dx": 4,
        "dy": -2,
        "color": QUIET,
        "fontSize": 12,
    }
    text = {"field": "name", "type": "nominal"}
    name = {"mark": mark, "encoding": {"x": quantity("x"), "y": quantity("share"), "text": text}}
    return [part | {"data": data} for part in (line, name)]


def _format(value: str) -> str:
    return {"accuracy": ".2%", "loss": ".2f", "flip_ratio": ".1%"}[value]
