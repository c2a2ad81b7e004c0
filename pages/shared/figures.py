"""Rows of figures: a number over the words that say what it is."""

import html
from collections.abc import Sequence

import streamlit as st


def figures(items: Sequence[tuple[str, str, str]], num_large: int = 0) -> None:
    """Shows a row of figures.

    Args:
        items: value, label, and explanation shown on hover, of each figure.
        num_large: how many of them, from the first, are shown large.
    """
    cells = [
        f'<div class="figure{" large" if number < num_large else ""}" title="{html.escape(explanation)}">'
        f'<div class="value">{html.escape(value)}</div><div class="label">{html.escape(label)}</div></div>'
        for number, (value, label, explanation) in enumerate(items)
    ]
    st.html(f'<div class="figures">{"".join(cells)}</div>')
