"""Shows rows of figures. A figure is a large number with a label below it."""

import html
from collections.abc import Sequence

import streamlit as st


def figures(items: Sequence[tuple[str, str, str]], is_plain: bool = False, can_focus: bool = True) -> None:
    """Shows a row of figures.

    Args:
        items: value, label and explanation of each figure. The explanation appears while the mouse is over
            the figure, and below the row while the figure has the focus, as after a tap.
        can_focus: whether a figure can have the focus. Figures that often change would lose it each time.
        is_plain: whether the values are small and light, as for a network that cannot learn.
    """
    focus = ' role="group" tabindex="0"' if can_focus else ""
    cells = [
        f'<div class="figure"{focus} title="{html.escape(explanation)}">'
        f'<div class="value">{html.escape(value)}</div><div class="label">{html.escape(label)}</div></div>'
        for value, label, explanation in items
    ]
    st.html(f'<div class="figures{" plain" if is_plain else ""}">{"".join(cells)}</div>')
