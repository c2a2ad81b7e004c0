"""DataFrame -> Altair chart.

One colour code, legible on black and on white (contrast above 4) and to the colour-blind (blue against
orange): ACCENT for what the network got right and for digits it has not seen, WRONG for mistakes, QUIET
for what it trains on. Where several runs lie over each other, the colour tells the run and the dash still
tells training from validation.
"""

from functools import lru_cache

import altair as alt
import numpy as np
import pandas as pd

ACCENT = "#2f6bff"
WRONG = "#d9480f"
QUIET = "#7a7a7a"
# Okabe and Ito's palette for the colour-blind, without its orange and its lightest: those mean mistakes, or vanish.
RUN_COLOURS = (ACCENT, "#c05c9a", "#009e73", "#a3791a", "#4aa3d8", "#8a63d2")

TRAINING, VALIDATION = "training", "validation"
CURVE_COLUMNS = ("run", "part", "epoch", "value")
MAX_POINTS = 240
# Guessing costs ln(10) = 2.3. What lies above is drawn at the upper edge: the axis never jumps.
MAX_LOSS = 3.0
LEGEND_ROW_HEIGHT = 18
# A chart is made without its data, which are given to it on the page.
DATA = alt.NamedData("data")


def training_curve(run: str, progress: pd.DataFrame, value: str, batches_per_epoch: int) -> pd.DataFrame:
    """One run's training curve, columns `CURVE_COLUMNS`, from its `progress.csv`.

    Args:
        run: the name to show.
        progress: columns `bnn.runs.PROGRESS_COLUMNS`.
        value: "loss" or "accuracy".
        batches_per_epoch: to count in epochs; a long run is averaged down to `MAX_POINTS` points.
    """
    group = np.arange(len(progress)) * MAX_POINTS // max(MAX_POINTS, len(progress))
    thinned = progress[["step", value]].groupby(group).mean()
    return _curve(run, TRAINING, thinned["step"] / max(1, batches_per_epoch), thinned[value])


def epoch_curve(run: str, history: pd.DataFrame, value: str, part: str = VALIDATION) -> pd.DataFrame:
    """One run's figure after each epoch, columns `CURVE_COLUMNS`, from column `value` of its `history.csv`."""
    return _curve(run, part, history["epoch"], history[value])


def curves(table: pd.DataFrame, value: str, num_epochs: int, height: int, has_legend: bool = True) -> dict:
    """Lines of `table` (columns `CURVE_COLUMNS`) over the epochs, with a point for each epoch's validation.

    As a Vega-Lite specification without the data: Altair takes 40 ms for one, too long for a page that shows three of
    them anew every second, so they are kept. Not to be changed.

    Args:
        table: several curves, one after the other; perhaps no rows.
        value: "accuracy", "loss" or "flip_ratio": what the values are.
        num_epochs: length of the horizontal axis. Held fixed so that nothing jumps while a curve grows.
        height: in pixels, axis and legend included; the legend of a comparison comes on top.
        has_legend: whether the legend stands below.
    """
    # In steps, for it should jump seldom; NaN where nothing is known yet. The other axes stay as they are.
    highest = np.nan_to_num(table["value"].max()) if value == "flip_ratio" else 0.1
    flip_steps = int(np.ceil(10 * np.clip(highest, 0.1, 1)))
    return _curves(tuple(table["run"].unique()), flip_steps, value, num_epochs, height, has_legend)


def epoch_rule() -> dict:
    """A vertical line at the epoch in the table's column "now", as one more layer of `curves`."""
    return {
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 2},
        "encoding": {"x": {"aggregate": "max", "field": "now", "type": "quantitative", "title": "epoch"}},
    }


def without_data(chart: alt.LayerChart) -> dict:
    """A chart of `alt.NamedData`, as a Vega-Lite specification that the data are given to."""
    spec = chart.to_dict()
    # Streamlit would give the page's data to a data set that has a name: what a layer brings along stands in the layer.
    own = spec.pop("datasets", {})
    for part in (spec, *spec["layer"]):
        name = part.pop("data", {}).get("name")
        if name in own:
            part["data"] = {"values": own[name]}
    return spec


def guessing(x: float) -> tuple[alt.Chart, alt.Chart]:
    """A line where pure guessing would be, and its name, beginning at `x`; for a vertical axis of shares."""
    base = alt.Chart(alt.InlineData(values=[{"x": x, "share": 0.1, "name": "guessing: 10 %"}]))
    line = base.mark_rule(color=QUIET, strokeDash=[4, 3]).encode(y="share:Q")
    name = base.mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=QUIET, fontSize=12)
    return line, name.encode(x="x:Q", y="share:Q", text="name:N")


def confusion(
    matrix: np.ndarray, label: int, prediction: int, ink: str = "#111113", height: int = 440
) -> alt.LayerChart:
    """The confusion matrix as a heat map; a cell can be chosen (selection "cell", fields `drawn`, `read`).

    Right answers are blue and mistakes orange, each the stronger the more images; mistakes by their square
    root, for a few among ten thousand should be seen.

    Args:
        matrix: counts (10, 10), rows the true digits; see `bnn.metrics.confusion_matrix`.
        label: row, and
        prediction: column of the cell to outline.
        ink: colour of the counts: one that is legible on the page.
        height: in pixels.
    """
    chosen = alt.selection_point(name="cell", fields=["drawn", "read"], on="click", empty=False, toggle=False)
    base = alt.Chart(confusion_table(matrix)).encode(
        x=alt.X("read:O", title="read as", axis=alt.Axis(labelAngle=0, orient="top", **_PLAIN)),
        y=alt.Y(
            "drawn:O", title="the digit is", axis=alt.Axis(titleAngle=-90, labelBaseline="middle", **_PLAIN)
        ),
        tooltip=["drawn", "read", alt.Tooltip("images", format=",")],
    )
    cells = base.mark_rect(cornerRadius=3, stroke=QUIET, strokeOpacity=0.35, cursor="pointer").encode(
        color=alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=["right", "wrong"], range=[ACCENT, WRONG])
        ),
        fillOpacity=alt.FillOpacity("strength:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 1])),
    )
    # Four digits must fit into a cell on a phone.
    counts = base.mark_text(fontSize=alt.ExprRef("min(14, width / 30)"), color=ink).encode(
        text=alt.Text("text:N")
    )
    is_chosen = (alt.datum.drawn == label) & (alt.datum.read == prediction)
    outline = base.mark_rect(cornerRadius=3, filled=False, strokeWidth=3, stroke=ink)
    outline = outline.transform_filter(is_chosen)
    return alt.layer(cells.add_params(chosen), counts, outline).properties(height=height)


def confusion_table(matrix: np.ndarray) -> pd.DataFrame:
    """The cells of a confusion matrix: columns `drawn`, `read`, `images`, `kind`, `strength`, `text`."""
    drawn, read = (axis.ravel() for axis in np.indices(matrix.shape))
    images, is_right = matrix.ravel(), drawn == read
    most_wrong = max(1, images[~is_right].max())
    strength = np.where(is_right, 0.75 * images / max(1, images.max()), 0.75 * np.sqrt(images / most_wrong))
    return pd.DataFrame(
        {
            "drawn": drawn,
            "read": read,
            "images": images,
            "kind": np.where(is_right, "right", "wrong"),
            "strength": strength,
            "text": [f"{count:,}" if count else "" for count in images],
        }
    )


_PLAIN = dict(ticks=False, domain=False, labelFontSize=14, titleFontSize=14, grid=False)


def _curve(run, part, epochs, values):
    table = pd.DataFrame({"epoch": epochs.astype(float), "value": values.astype(float)})
    return table.assign(run=run, part=part)[list(CURVE_COLUMNS)]


@lru_cache(maxsize=128)
def _curves(names, flip_steps, value, num_epochs, height, has_legend):
    colour, dash = _curve_colours(list(names), has_legend)
    lines = (
        alt.Chart(DATA)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("epoch:Q", title="epoch", scale=alt.Scale(domain=[0, num_epochs]), axis=_EPOCH_AXIS),
            y=_value_axis(value, flip_steps),
            color=colour,
            strokeDash=dash,
            detail="run:N",
            tooltip=[
                alt.Tooltip("run:N", title="run"),
                alt.Tooltip("part:N", title="on"),
                alt.Tooltip("epoch:Q", format=".2f"),
                alt.Tooltip("value:Q", title=value.replace("_", " "), format=_format(value)),
            ],
        )
    )
    # Without the dash: circles have no stroke, and would take it from the symbols of the dash's legend.
    points = lines.mark_circle(size=45, opacity=1).encode(strokeDash=alt.value([1, 0]))
    points = points.transform_filter(alt.datum.part == VALIDATION)
    if has_legend and len(names) > 1:
        # Room for the legends: the curves keep theirs.
        height += LEGEND_ROW_HEIGHT * len(names)
    return without_data(alt.layer(lines, points).properties(height=height))


def _curve_colours(names, has_legend):
    parts, is_comparison = [TRAINING, VALIDATION], len(names) > 1
    look = {"orient": "top", "symbolStrokeColor": QUIET} if is_comparison else {}
    legend = _legend(columns=2, **look) if has_legend else None
    dash = alt.StrokeDash("part:N", scale=alt.Scale(domain=parts, range=[[4, 3], [1, 0]]), legend=legend)
    if is_comparison:
        colours = [RUN_COLOURS[i % len(RUN_COLOURS)] for i in range(len(names))]
        legend = _legend(columns=_num_columns(names)) if has_legend else None
        return alt.Color("run:N", scale=alt.Scale(domain=names, range=colours), legend=legend), dash
    return alt.Color("part:N", scale=alt.Scale(domain=parts, range=[QUIET, ACCENT]), legend=legend), dash


def _legend(**look):
    look = dict(orient="bottom") | look
    symbol = dict(symbolType="stroke", symbolSize=300, symbolStrokeWidth=2.5)
    return alt.Legend(title=None, offset=2, labelLimit=300, **symbol, **look)


def _num_columns(names):
    # Two short names stand beside each other also on a phone.
    return 2 if max(map(len, names)) <= 18 else 1


_EPOCH_AXIS = alt.Axis(
    tickMinStep=1, format="d", grid=False, titlePadding=0, labelPadding=4, labelFontSize=13
)


def _value_axis(value, flip_steps):
    look = dict(format=_format(value), minExtent=38, labelPadding=6, labelFontSize=13)
    if value == "accuracy":
        look |= dict(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
        scale = alt.Scale(domain=[0, 1])
    elif value == "loss":
        look |= dict(format=".0f", values=[0, 1, 2, 3])
        scale = alt.Scale(domain=[0, MAX_LOSS], clamp=True)
    else:
        look |= dict(format=".0%", tickCount=4)
        scale = alt.Scale(domain=[0, flip_steps / 10])
    return alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(**look))


def _format(value):
    return {"accuracy": ".2%", "loss": ".2f", "flip_ratio": ".1%"}[value]
