"""The confusion matrix as a heat map: a table, and the Vega-Lite specification that draws it."""

import numpy as np
import pandas as pd

from pages.shared.charts import ACCENT, QUIET, WRONG, quantity

_PLAIN = {"ticks": False, "domain": False, "labelFontSize": 14, "titleFontSize": 14, "grid": False}


def confusion(ink: str = "#111113", height: int = 440) -> dict:
    """Returns the specification that draws a `confusion_table`; a cell can be chosen (selection "cell").

    Right answers are blue and mistakes orange. The more images, the stronger the colour; mistakes by their
    square root, so that a few among ten thousand are seen.

    Args:
        ink: colour of the counts and the outline, to be read on the page's background.
        height: in pixels.
    """
    strength = {"field": "strength", "type": "quantitative", "scale": {"domain": [0, 1], "range": [0, 1]}}
    kind = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": ["right", "wrong"], "range": [ACCENT, WRONG]},
    }
    chosen = {"type": "point", "fields": ["drawn", "read", "turn"], "on": "click", "toggle": False}
    rounded = {"type": "rect", "cornerRadius": 3}
    cells = {
        "mark": rounded | {"stroke": QUIET, "strokeOpacity": 0.35, "cursor": "pointer"},
        "encoding": {"color": kind | {"legend": None}, "fillOpacity": strength | {"legend": None}},
        "params": [{"name": "cell", "select": chosen}],
    }
    counts = {
        # Four digits must fit into a cell on a phone.
        "mark": {"type": "text", "fontSize": {"expr": "min(14, width / 30)"}, "color": ink},
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }
    outline = {
        "mark": rounded | {"filled": False, "strokeWidth": 3, "stroke": ink},
        "transform": [{"filter": "datum.chosen"}],
    }
    read = _PLAIN | {"orient": "top", "labelAngle": 0}
    drawn = _PLAIN | {"titleAngle": -90, "labelBaseline": "middle"}
    return {
        "height": height,
        "encoding": {
            "x": {"field": "read", "type": "ordinal", "title": "read as", "axis": read},
            "y": {"field": "drawn", "type": "ordinal", "title": "the digit is", "axis": drawn},
            "tooltip": [
                {"field": "drawn", "type": "ordinal", "title": "the digit is"},
                {"field": "read", "type": "ordinal", "title": "read as"},
                quantity("images", format=","),
            ],
        },
        "layer": [cells, counts, outline],
    }


def confusion_table(matrix: np.ndarray, cell: tuple[int, int] | None = None, turn: int = 0) -> pd.DataFrame:
    """Returns the cells of a confusion matrix.

    The columns are `drawn`, `read`, `images`, `kind`, `strength`, `text`, `chosen` and `turn`.

    Args:
        matrix: counts (classes, classes), see `bnn.analysis.metrics.confusion_matrix`.
        cell: row and column of the one to outline.
        turn: part of what a click chooses; with another number, the same cell can be chosen again.
    """
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
            "chosen": [(row, column) == cell for row, column in zip(drawn, read, strict=True)],
            "turn": turn,
        }
    )
