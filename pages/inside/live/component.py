"""The component that lets a chapter of the Inside page follow the pen and the sliders in the browser."""

import base64
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.components.v2 import component

from bnn.engine.portable import script
from bnn.runs.run import Run
from pages.inside.field import objects
from pages.shared import live as shared_live

_NAMES = (
    "labels",
    "pictures",
    "answer",
    "damage",
    "sliders",
    "weights",
    "bits",
    "flip_weight",
    "slide",
    "neuron",
    "way",
    "feeding",
    "lines",
    "grow",
    "focus",
    "break",
    "live",
)
_SCRIPTS = [*shared_live.SCRIPTS, *(Path(__file__).parent / f"{name}.js" for name in _NAMES)]

KEY = "inside-live"
_live = component("one_bit_lab_inside", js=script.module(*_SCRIPTS))


def live(
    run: Run,
    image: np.ndarray,
    chapter: str,
    on_flips: Callable[[], None] | None = None,
    on_flipped: Callable[[], None] | None = None,
    on_tall: Callable[[], None] | None = None,
    **values: object,
) -> None:
    """Lets the browser change a chapter while the visitor draws or moves a slider.

    The browser changes the elements that the chapter has made, so call this last.

    Args:
        run: the run whose network is shown.
        image: the digit that is shown, (28, 28) uint8.
        chapter: name of the chapter in `live.js`.
        on_flips: called when the visitor has flipped weights with the button of chapter 5.
        on_flipped: called when the visitor has flipped a weight in chapter 2.
        on_tall: called in chapter 3 when the window becomes tall and narrow, or is no longer so.
        **values: what the chapter's script needs to know.
    """
    # This raises a TypeError if a name in `values` is already taken.
    data = dict(
        **shared_live.drawing_data(run, objects()), chapter=chapter, pixels=base64_text(image), **values
    )
    _live(
        key=KEY,
        data=data,
        height=1,
        on_flips_change=on_flips or _do_nothing,
        on_flipped_change=on_flipped or _do_nothing,
        on_tall_change=on_tall or _do_nothing,
    )


def _do_nothing() -> None:
    """Ignores a message about another chapter, which the visitor has left."""


def base64_text(array: np.ndarray) -> str:
    """Returns the bytes of an array of any shape, row by row, in base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
