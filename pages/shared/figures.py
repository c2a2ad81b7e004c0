"""Shows rows of figures. A figure is a large number with a label below it."""

import html
from collections.abc import Sequence

import streamlit as st


def figures(items: Sequence[tuple[str, str, str]], num_large: int = 0) -> None:
    """Shows a row of figures.

    Args:
        items: value, label and explanation of each figure. The explanation appears under the mouse.
        num_large: number of figures, from the first, that are shown larger than the others.
    """
    cells = [
        f'<div class="figure{" large" if number < num_large else ""}" title="{html.escape(explanation)}">'
        f'<div class="value">{html.escape(value)}</div><div class="label">{html.escape(label)}</div></div>'
        for number, (value, label, explanation) in enumerate(items)
    ]
    st.html(f'<div class="figures">{"".join(cells)}</div>')
