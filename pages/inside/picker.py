"""A picture in which one cell can be picked: with a click, a finger or the arrow keys."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from pages.shared import pictures

_picker = component(
    "one_bit_lab_picker",
    html='<button type="button"><img alt=""><span></span></button>',
    css="""
button {
  all: unset; display: block; position: relative; width: 100%; cursor: pointer; touch-action: manipulation;
}
button:focus-visible { outline: 3px solid var(--st-primary-color, #2f6bff); outline-offset: 3px; }
img { display: block; width: 100%; image-rendering: pixelated; outline: 1px solid #7a7a7a; }
span {
  position: absolute; box-sizing: border-box; border: 3px solid #2f6bff; box-shadow: 0 0 0 1px #fff;
  pointer-events: none;
}
""",
    js=(Path(__file__).parent / "picker.js").read_text("utf-8"),
)


@dataclass(frozen=True, eq=False)
class Cells:
    """A picture that consists of cells of equal size.

    Args:
        pixels: The picture, uint8, or its `pictures.picture_source`.
        rows: Number of rows.
        columns: Number of cells in a row.
        count: Number of cells, if the last row is not full.
    """

    pixels: np.ndarray | str
    rows: int
    columns: int
    count: int | None = None


@dataclass(frozen=True)
class Marker:
    """A frame around the cell that is picked.

    Args:
        row: Row of the cell, from 0.
        column: Column of the cell, from 0.
        size: Width and height of the frame in cells; the picked cell is its middle.
    """

    row: int
    column: int
    size: float = 1


def picker(
    key: str,
    cells: Cells,
    label: str,
    on_pick: Callable[[int, int], None],
    marker: Marker | None = None,
    opens: bool = False,
) -> None:
    """Shows a picture in which one cell can be picked.

    Args:
        key: Key of the component, and CSS class of its place.
        cells: The picture.
        label: What the picture shows, for those who cannot see it.
        on_pick: Gets row and column of the cell that is picked, before the page runs again.
        marker: Marks the cell that is picked already.
        opens: Whether a click leads elsewhere. The arrow keys then only move, and Enter picks.
    """
    answered = f"{key}-answered"

    def pick() -> None:
        # This comes from the browser: ignore what makes no sense.
        picked = st.session_state[key].place
        if isinstance(picked, dict) and _is_count(picked.get("number")):
            st.session_state[answered] = picked["number"]
            if place := _place_in(picked.get("place"), cells):
                on_pick(*place)

    pixels = cells.pixels
    data = {
        "source": pixels if isinstance(pixels, str) else pictures.picture_source(pixels),
        "rows": cells.rows,
        "columns": cells.columns,
        "count": cells.count or cells.rows * cells.columns,
        "place": (marker.row, marker.column) if marker else None,
        "marker": marker.size if marker else 1,
        "label": label,
        "opens": opens,
        "answered": st.session_state.get(answered, 0),
    }
    _picker(key=key, data=data, on_place_change=pick, height="content")


def _is_count(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**53


def _place_in(found: object, cells: Cells) -> tuple[int, int] | None:
    """Returns row and column, if that is what was found and there is such a cell."""
    if not isinstance(found, list) or len(found) != 2:
        return None
    row, column = found
    is_cell = _is_count(row) and _is_count(column) and row < cells.rows and column < cells.columns
    return (row, column) if is_cell else None
