"""Makes the chart of a sweep: its points, and the Vega-Lite specification that draws them.

The runs of a sweep differ in a few settings. In the chart (parallel coordinates), each run is a line. The
line crosses one axis for each of these settings, and a last axis for the validation accuracy or loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pages.shared.charts import FONT_SIZE, QUIET, RIGHT, RUN_COLOURS, quantity

# Height of the chart in pixels.
_HEIGHT = 280
# With more values on an axis, only the first and the last one are named.
_MAX_NAMED = 8
_COLUMNS = ["run", "label", "axis", "height", "text", "is_named", "kind", "turn"]
_OTHER, _SHOWN, _BEST = "others", "shown", "best"


@dataclass(frozen=True)
class Line:
    """A run of a sweep.

    Args:
        run_id: the run's id.
        label: the run's name on screen.
        settings: the texts of its settings, in the order of the axes.
        value: its validation accuracy or loss; None before its first epoch is done.
        value_text: the value as text.
        seconds: how long the run was trained.
    """

    run_id: str
    label: str
    settings: tuple[str, ...]
    value: float | None
    value_text: str
    seconds: float = 0.0


def points(
    lines: Sequence[Line], axes: Sequence[str], best: str | None, shown: str | None, turn: int = 0
) -> pd.DataFrame:
    """Returns a row for each crossing of a line and an axis.

    The columns are `run` and `label` (id and name of the run), `axis`, `height` (0 to 1), `text`, `is_named`
    (whether the text stands in the chart), `kind` and `turn`. `kind` is "best" for the run with the id
    `best`, "shown" for `shown`, and "others" for all other runs.

    Args:
        lines: the runs. Those without a value are left out.
        axes: the names of the axes: the settings, and what `Line.value` measures.
        best: id of the best run.
        shown: id of the run that the page shows.
        turn: how often the visitor has chosen a run so far, for the column `turn`. The browser reports a
            second click on the same point only if this number has changed in between.
    """
    known = [line for line in lines if line.value is not None]
    heights = [_even_heights([line.settings[i] for line in known]) for i in range(len(axes) - 1)]
    rows = []
    for line in known:
        kind = _BEST if line.run_id == best else _SHOWN if line.run_id == shown else _OTHER
        texts = (*line.settings, line.value_text)
        crossings = [*(heights[i][text] for i, text in enumerate(line.settings)), _height(line, known)]
        for i, (axis, text, height) in enumerate(zip(axes, texts, crossings, strict=True)):
            is_named = height in (0, 1) or (i < len(heights) and len(heights[i]) <= _MAX_NAMED)
            rows.append((line.run_id, line.label, axis, height, text, is_named, kind, turn))
    return pd.DataFrame(rows, columns=_COLUMNS)


def parallel(axes: Sequence[str]) -> dict:
    """Returns the specification that draws `points`. A click chooses a run (selection "line").

    In style/train.css, each text has an outline in the colour of the page, so that it can be read on a line.

    Args:
        axes: the names of the axes.
    """
    colours = {"domain": [_OTHER, _SHOWN, _BEST], "range": [QUIET, RUN_COLOURS[0], RIGHT]}
    colour = {"field": "kind", "type": "nominal", "scale": colours, "legend": None}
    place = {
        "field": "axis",
        "type": "ordinal",
        "sort": list(axes),
        "title": None,
        "axis": {"orient": "top", "labelAngle": 0, "domain": False, "ticks": False, "grid": True}
        | {"labelFontSize": FONT_SIZE, "labelLimit": 120},
        "scale": {"type": "point", "padding": 0.3},
    }
    position = {"x": place, "y": quantity("height", axis=None, scale={"domain": [-0.05, 1.05]})}
    return {
        "height": _HEIGHT,
        "layer": [_lines(position, colour), _values(position), _crossings(position, colour)],
    }


def _lines(position: dict, colour: dict) -> dict:
    width = {"condition": {"test": f"datum.kind === '{_OTHER}'", "value": 1.5}, "value": 3.5}
    return {
        "mark": {"type": "line", "cursor": "pointer", "opacity": 0.8},
        "encoding": position | {"detail": {"field": "run"}, "color": colour, "strokeWidth": width},
    }


def _crossings(position: dict, colour: dict) -> dict:
    """Returns the layer of the points, which can be clicked."""
    chosen = {"type": "point", "fields": ["run", "turn"], "on": "click", "toggle": False}
    tooltip = [{"field": "label", "type": "nominal", "title": "run"}]
    tooltip += [{"field": "axis", "type": "nominal"}, {"field": "text", "type": "nominal", "title": "value"}]
    return {
        "mark": {"type": "circle", "size": 90, "opacity": 1, "cursor": "pointer"},
        "encoding": position | {"color": colour, "tooltip": tooltip},
        "params": [{"name": "line", "select": chosen}],
    }


def _values(position: dict) -> dict:
    """Returns the layer of the texts at the points."""
    return {
        "name": "values",
        "mark": {"type": "text", "align": "left", "dx": 9, "dy": -10, "fontSize": FONT_SIZE, "color": QUIET},
        "encoding": position | {"text": {"field": "text", "type": "nominal"}},
        # One label for each value, even if several lines cross there. Labels that would overlap are left out.
        "transform": [
            {
                "aggregate": [{"op": "count", "as": "lines"}],
                "groupby": ["axis", "height", "text", "is_named"],
            },
            {"filter": "datum.is_named"},
        ],
    }


def _even_heights(texts: Sequence[str]) -> dict[str, float]:
    """Returns a height for each different text, in their order, evenly spaced from 0 to 1."""
    different = list(dict.fromkeys(texts))
    return {text: i / max(1, len(different) - 1) for i, text in enumerate(different)}


def _height(line: Line, lines: Sequence[Line]) -> float:
    """Returns the height of a line on the last axis: from 0 for the lowest value to 1 for the highest."""
    values = [other.value for other in lines if other.value is not None]
    low, high = min(values), max(values)
    return (line.value - low) / (high - low) if line.value is not None and high > low else 1.0
