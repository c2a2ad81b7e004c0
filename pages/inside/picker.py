"""Shows a picture of cells. The visitor picks a cell with the mouse, a finger or the arrow keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from pages.shared import labels, pictures
from pages.shared.messages import message

_picker = component(
    "one_bit_lab_picker",
    # In an application, screen readers pass the arrow keys on.
    html='<div role="application"><button type="button"><img alt=""><span></span></button></div>',
    css="""
button {
  all: unset; display: block; position: relative; width: 100%; cursor: pointer; touch-action: manipulation;
}
button:focus-visible { outline: 3px solid var(--st-primary-color, #2e6aff); outline-offset: 3px; }
img, canvas {
  display: block; width: 100%; image-rendering: pixelated; outline: 1px solid #7a7a7a;
  clip-path: var(--cells);
}
span {
  position: absolute; box-sizing: border-box; border: 3px solid #2e6aff; box-shadow: 0 0 0 1px #fff;
  pointer-events: none; forced-color-adjust: none;
}
/* Where a pick opens another chapter, the marker is the keyboard's alone. */
button[data-opens]:not(:focus) span { visibility: hidden; }
""",
    js=(Path(__file__).parent / "picker.js").read_text("utf-8"),
)


@dataclass(frozen=True, eq=False)
class Cells:
    """A picture that consists of cells of equal size.

    Args:
        pixels: the picture, (height, width) or (height, width, 3) uint8, or its data URL from
            `pictures.picture_source`.
        rows: number of rows of cells.
        columns: number of cells in a row.
        label: description of the picture for screen readers, with values in braces.
        values: the values for the braces in `label`, see pages/shared/labels.py.
        count: number of cells. None means that every row is full.
    """

    pixels: np.ndarray | str
    rows: int
    columns: int
    label: str
    values: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None


# A function that gets the place of a click, as shares of the picture's height and width, from 0 to 1.
OnPoint = Callable[[float, float], None]


@dataclass(frozen=True)
class Marker:
    """A frame around the picked cell.

    Args:
        row: row of the cell, from 0.
        column: column of the cell, from 0.
        size: width and height of the frame, in cells.
        stride: distance between the middles of the frames around neighbouring cells, in cells. If it is 1,
            the picked cell is in the middle of the frame.
    """

    row: int
    column: int
    size: float = 1
    stride: float = 1


def picker(
    key: str,
    cells: Cells,
    on_pick: Callable[[int, int], None],
    marker: Marker | None = None,
    *,
    opens: bool = False,
    on_point: OnPoint | None = None,
) -> None:
    """Shows a picture in which the visitor can pick one cell.

    Args:
        key: key of the component. Streamlit also makes a CSS class of it.
        cells: the picture.
        on_pick: called with row and column of the picked cell, before the page reruns.
        marker: marks the cell that is already picked.
        opens: whether picking a cell opens another chapter. If so, the arrow keys only move the marker, and
            Enter picks the cell.
        on_point: called with the place of a click, after the cell is picked. If a key picked the cell, the
            place is the middle of the cell.
    """
    pixels = cells.pixels
    data = {
        "source": pixels if isinstance(pixels, str) else pictures.picture_source(pixels),
        "rows": cells.rows,
        "columns": cells.columns,
        "count": cells.count or cells.rows * cells.columns,
        "place": (marker.row, marker.column) if marker else None,
        "marker": marker.size if marker else 1,
        "stride": marker.stride if marker else 1,
        "label": labels.filled(cells.label, cells.values),
        "labelWithoutValues": cells.label,
        "opens": opens,
        "answered": st.session_state.get(_answered(key), 0),
    }

    def pick() -> None:
        _pick(key, cells, on_pick, on_point)

    _picker(key=key, data=data, on_place_change=pick, height="content")


def _pick(key: str, cells: Cells, on_pick: Callable[[int, int], None], on_point: OnPoint | None) -> None:
    # The value comes from the browser and may be anything. Values of the wrong form are ignored.
    picked = message(key, "place")
    if isinstance(picked, dict) and _is_count(picked.get("number")):
        st.session_state[_answered(key)] = picked["number"]
        if place := _checked_place(picked.get("place"), cells):
            on_pick(*place)
            if on_point and (point := _checked_point(picked.get("point"))):
                on_point(*point)


def _answered(key: str) -> str:
    """Returns the key in the session for the number of the last pick that was answered."""
    return f"{key}-answered"


def _is_count(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**53


def _checked_point(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    down, right = value
    if not isinstance(down, int | float) or not isinstance(right, int | float):
        return None
    return (float(down), float(right)) if 0 <= down < 1 and 0 <= right < 1 else None


def _checked_place(value: object, cells: Cells) -> tuple[int, int] | None:
    """Returns the row and column that `value` holds, or None if it does not name a cell of the picture."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    row, column = value
    is_cell = _is_count(row) and _is_count(column) and row < cells.rows and column < cells.columns
    return (row, column) if is_cell else None
