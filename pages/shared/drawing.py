"""Turns a drawing into the digit that a network reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bnn.drawing.preprocessing import Drawing

# Width and height of the canvas in CSS pixels.
CANVAS_SIDE = 320


def drawn_digit(objects: list[dict]) -> Drawing:
    """Returns the drawing and its 28x28 digit.

    Args:
        objects: the Fabric.js objects that the canvas reports.
    """
    # Imported here because importing Numba takes most of a second.
    from bnn.drawing import canvas, preprocessing

    return preprocessing.digit_from_strokes(canvas.strokes_from_canvas(objects, CANVAS_SIDE))
