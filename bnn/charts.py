"""DataFrame -> Altair chart.

One colour code, legible on black and on white (contrast above 4) and to the colour-blind (blue against
orange): ACCENT for what the network got right and for digits it has not seen, WRONG for mistakes, QUIET
for what it trains on. Where several runs lie over each other, the colour tells the run and the dash still
tells training from validation.
"""

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
LABELS = {
    "accuracy": "Right answers (accuracy)",
    "loss": "How far off (loss)",
    "flip_ratio": "Bits that changed in an epoch (flip ratio)",
}


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


def curves(table: pd.DataFrame, value: str, num_epochs: int, height: int = 200) -> alt.LayerChart:
    """Lines of `table` (columns `CURVE_COLUMNS`) over the epochs.

    Args:
        table: several curves, one after the other; perhaps no rows.
        value: "accuracy", "loss" or "flip_ratio": what the values are.
        num_epochs: length of the horizontal axis. Held fixed so that nothing jumps while a curve grows.
        height: in pixels.
    """
    colour, dash = _curve_colours(list(table["run"].unique()))
    line = (
        alt.Chart(table)
        .mark_line(strokeWidth=2.5, interpolate="linear", clip=True)
        .encode(
            x=alt.X("epoch:Q", title="epoch", scale=alt.Scale(domain=[0, num_epochs]), axis=_epoch_axis()),
            y=_value_axis(value),
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
    marks = line.mark_point(size=45, filled=True, opacity=1, clip=True).transform_filter(
        alt.datum.part == VALIDATION
    )
    title = alt.TitleParams(LABELS[value], anchor="start", fontSize=14, fontWeight=600, offset=6)
    return alt.layer(line, marks).properties(height=height, title=title)


def confusion(matrix: np.ndarray, label: int, prediction: int, height: int = 400) -> alt.LayerChart:
    """The confusion matrix as a heat map; a cell can be chosen (selection "cell", fields `drawn`, `read`).

    Right answers are blue and mistakes orange, each the stronger the more images; mistakes by their square
    root, for a few among ten thousand should be seen.

    Args:
        matrix: counts (10, 10), rows the true digits; see `bnn.metrics.confusion_matrix`.
        label: row, and
        prediction: column of the cell to outline.
        height: in pixels.
    """
    chosen = alt.selection_point(name="cell", fields=["drawn", "read"], on="click", empty=False, toggle=False)
    base = alt.Chart(confusion_table(matrix)).encode(
        x=alt.X("read:O", title="read as", axis=alt.Axis(labelAngle=0, orient="top", **_PLAIN)),
        y=alt.Y("drawn:O", title="the digit is", axis=alt.Axis(titleAngle=-90, **_PLAIN)),
        tooltip=["drawn", "read", alt.Tooltip("images", format=",")],
    )
    cells = base.mark_rect(cornerRadius=3, stroke=QUIET, strokeOpacity=0.35, cursor="pointer").encode(
        color=alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=["right", "wrong"], range=[ACCENT, WRONG])
        ),
        fillOpacity=alt.FillOpacity("strength:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 1])),
    )
    counts = base.mark_text(fontSize=12).encode(text=alt.Text("text:N"))
    is_chosen = (alt.datum.drawn == label) & (alt.datum.read == prediction)
    outline = base.mark_rect(cornerRadius=3, filled=False, strokeWidth=3, stroke=QUIET)
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
            "text": [f"{count}" if count else "" for count in images],
        }
    )


_PLAIN = dict(ticks=False, domain=False, labelFontSize=13, titleFontSize=13, grid=False)


def _curve(run, part, epochs, values):
    table = pd.DataFrame({"epoch": epochs.astype(float), "value": values.astype(float)})
    return table.assign(run=run, part=part)[list(CURVE_COLUMNS)]


def _curve_colours(names):
    dash = alt.StrokeDash(
        "part:N",
        scale=alt.Scale(domain=[TRAINING, VALIDATION], range=[[4, 3], [1, 0]]),
        legend=None,
    )
    legend = alt.Legend(title=None, orient="bottom", labelLimit=260, columns=2, symbolStrokeWidth=3)
    if len(names) > 1:
        colours = [RUN_COLOURS[i % len(RUN_COLOURS)] for i in range(len(names))]
        return alt.Color("run:N", scale=alt.Scale(domain=names, range=colours), legend=legend), dash
    scale = alt.Scale(domain=[TRAINING, VALIDATION], range=[QUIET, ACCENT])
    return alt.Color("part:N", scale=scale, legend=legend), dash


def _epoch_axis():
    return alt.Axis(tickMinStep=1, format="d", grid=False)


def _value_axis(value):
    if value == "accuracy":
        scale = alt.Scale(domain=[0, 1])
        return alt.Y(
            "value:Q", title=None, scale=scale, axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
        )
    axis = alt.Axis(format=_format(value), tickCount=5, minExtent=32)
    return alt.Y("value:Q", title=None, scale=alt.Scale(domainMin=0), axis=axis)


def _format(value):
    return {"accuracy": ".2%", "loss": ".2f", "flip_ratio": ".1%"}[value]
