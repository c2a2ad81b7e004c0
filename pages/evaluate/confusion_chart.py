"""Makes the table of a confusion matrix, and the Vega-Lite specification that draws it as a heat map."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages.shared.charts import FONT_SIZE, QUIET, RIGHT, WRONG, quantity

_CELL = {"type": "rect", "cornerRadius": 3}
_PLAIN = {
    "ticks": False,
    "domain": False,
    "grid": False,
    "labelFontSize": FONT_SIZE,
    "titleFontSize": FONT_SIZE,
}
# Size of the counts in pixels: 13, and more for a projector.
_COUNT_SIZE = f"0.93 * ({FONT_SIZE['expr']})"
# Width of a digit and of the smallest cell with a count, relative to the size of the font.
_DIGIT_WIDTH, _CELL_SIZE = 0.62, 1.5
# Width of a comma, relative to a digit.
_COMMA_WIDTH = 0.5
# Space beside a count, in pixels.
_COUNT_SPACE = 6
# With more classes than this, the names are smaller.
_MAX_LARGE_NAMES = 16
# Size of these smaller names, and the least distance from one to the next, in pixels.
_MANY_LABELS_FONT_SIZE, _LEAST_DISTANCE = 13, 10
# Space for short names beside and above the cells, in pixels.
_SHORT_EXTENT = 26


def confusion(class_names: Sequence[str], true_label: str = "the digit is") -> dict:
    """Returns the specification that draws a `confusion_table`. A click chooses a cell (selection "cell").

    The specification has no height: the page stretches the chart.

    Right answers are green and mistakes are orange. More images give a stronger colour. For mistakes, the
    square root of the count is used, so that a few mistakes among thousands of images can be seen. The counts
    and the outline of the chosen cell get the colour of the theme in style/evaluate.css. (From 32 classes on,
    Streamlit draws on a canvas, which no style sheet reaches. The outline is then blue.)

    Args:
        class_names: names of the classes.
        true_label: words before the name of the true class.
    """
    read, drawn = _axes(class_names)
    return {
        # The padding is the same on all sides. By default, Streamlit leaves more space below.
        "padding": dict.fromkeys(("left", "right", "top", "bottom"), 2),
        "encoding": {
            "x": {"field": "read", "type": "ordinal", "title": "read as", "axis": read},
            "y": {"field": "drawn", "type": "ordinal", "title": true_label, "axis": drawn},
            "tooltip": [
                {"field": "drawn_name", "type": "nominal", "title": true_label},
                {"field": "read_name", "type": "nominal", "title": "read as"},
                quantity("images", format=","),
            ],
        },
        "layer": [_cells(true_label), _counts(len(class_names)), _outline()],
    }


def _cells(true_label: str) -> dict:
    """Returns the layer of the coloured cells, which can be clicked."""
    # Screen readers say this.
    words = (
        f"{json.dumps(true_label)} + ' ' + datum.drawn_name + ', read as ' + datum.read_name + ': '"
        " + format(datum.images, ',') + (datum.images == 1 ? ' image' : ' images')"
    )
    kinds = {"domain": ["right", "wrong"], "range": [RIGHT, WRONG]}
    clicked = {"type": "point", "fields": ["drawn", "read", "turn"], "on": "click", "toggle": False}
    look = {"stroke": QUIET, "strokeOpacity": 0.35, "cursor": "pointer", "description": {"expr": words}}
    return {
        "mark": _CELL | look,
        "encoding": {
            "color": {"field": "kind", "type": "nominal", "scale": kinds, "legend": None},
            "fillOpacity": quantity("strength", scale={"domain": [0, 1], "range": [0, 1]}, legend=None),
        },
        "params": [{"name": "cell", "select": clicked}],
    }


def _counts(num_classes: int) -> dict:
    """Returns the layer of the counts. Those that do not fit into their cells are invisible."""
    width = f"datum.num_digits * {_DIGIT_WIDTH} * {_COUNT_SIZE} + {_COUNT_SPACE}"
    needed = f"max({width}, {_CELL_SIZE} * {_COUNT_SIZE})"
    return {
        "name": "counts",
        "mark": {
            "type": "text",
            "aria": False,
            "fontSize": {"expr": _COUNT_SIZE},
            "opacity": {"expr": f"{needed} <= width / {num_classes} ? 1 : 0"},
        },
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }


def _outline() -> dict:
    """Returns the layer that outlines the chosen cell."""
    return {
        "name": "outline",
        "mark": _CELL | {"filled": False, "strokeWidth": 3, "aria": False},
        "transform": [{"filter": "datum.chosen"}],
    }


def _axes(class_names: Sequence[str]) -> tuple[dict, dict]:
    """Returns the axis of the answers and the axis of the true classes, with class names as labels."""
    # The values on the axes are indices, because two cells must differ even if two names are equal.
    style = _PLAIN | {"labelFlush": False, "labelLimit": 140}
    if len(class_names) > _MAX_LARGE_NAMES:
        style |= {"labelFontSize": _MANY_LABELS_FONT_SIZE, "labelOverlap": False}
    longest = max(map(len, class_names))
    are_short = longest <= 2
    if are_short:
        # Both axes take the same space, so that the cells are square.
        style |= {"minExtent": _SHORT_EXTENT, "maxExtent": _SHORT_EXTENT}
    read = style | {"orient": "top", "labelAngle": 0 if are_short else -90}
    drawn = style | {"titleAngle": -90, "labelBaseline": "middle"}
    distance_across = longest * _LEAST_DISTANCE if are_short else _LEAST_DISTANCE
    # Above the cells, short names stand side by side, and the others are turned.
    read["labelExpr"] = _names(class_names, "width", distance_across)
    drawn["labelExpr"] = _names(class_names, "height", _LEAST_DISTANCE)
    return read, drawn


def _names(class_names: Sequence[str], side: str, distance: int) -> str:
    """Returns the expression of the labels. If not all names have room, every second or third one is shown.

    Args:
        class_names: names of the classes.
        side: "width" or "height": the space in pixels that all names share.
        distance: least distance from one name to the next, in pixels.
    """
    step = f"ceil({distance * len(class_names)} / {side})"
    return f"datum.value % {step} == 0 ? {json.dumps(list(class_names))}[datum.value] : ''"


def confusion_table(
    matrix: np.ndarray, class_names: Sequence[str], cell: tuple[int, int] | None = None, turn: int = 0
) -> pd.DataFrame:
    """Returns a table with a row for each cell of a confusion matrix.

    The columns are `drawn` and `read` (indices of the true class and the answer), `drawn_name`, `read_name`,
    `images`, `kind` ("right" or "wrong"), `strength` (of the colour), `text` (the count), `num_digits` (how
    many digits the cell must have room for), `chosen` (whether the row is that of `cell`) and `turn`.

    Args:
        matrix: counts (classes, classes), see `bnn.analysis.metrics.confusion_matrix`.
        class_names: names of the classes.
        cell: row and column of the cell to outline.
        turn: how often a cell was chosen without a click on the chart. The browser reports a second click on
            the same cell only if this number has changed in between.
    """
    drawn, read = (axis.ravel() for axis in np.indices(matrix.shape))
    images, is_right = matrix.ravel(), drawn == read
    most_wrong = max(1, images[~is_right].max())
    texts = [f"{count:,}" if count else "" for count in images]
    # Either all counts of right answers are shown, or none.
    most_digits = _num_digits(f"{matrix.diagonal().max():,}")
    num_digits = np.where(is_right, most_digits, [_num_digits(text) for text in texts])
    strength = np.where(is_right, 0.75 * images / max(1, images.max()), 0.75 * np.sqrt(images / most_wrong))
    return pd.DataFrame(
        {
            "drawn": drawn,
            "read": read,
            "drawn_name": np.take(class_names, drawn),
            "read_name": np.take(class_names, read),
            "images": images,
            "kind": np.where(is_right, "right", "wrong"),
            "strength": strength,
            "text": texts,
            "num_digits": num_digits,
            "chosen": [(row, column) == cell for row, column in zip(drawn, read, strict=True)],
            "turn": turn,
        }
    )


def _num_digits(count: str) -> float:
    """Returns the width of a count such as "1,135", in digits."""
    return len(count) - (1 - _COMMA_WIDTH) * count.count(",")
