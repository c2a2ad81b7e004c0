"""Shows tables of texts."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Cell:
    """The text of a table cell, with its CSS classes (see `.table` in style/elements.css)."""

    text: str
    css_class: str = ""


Row = dict[str, str | Cell]


def table(rows: Sequence[Row], has_total: bool = False, row_classes: Sequence[str] | None = None) -> None:
    """Shows a table. HTML in the texts is escaped.

    The first column and cells with the CSS class "left" are aligned to the left, all others to the right.

    Args:
        rows: at least one row. A row maps the names of the columns, in their order, to texts.
        has_total: whether the last row is a total.
        row_classes: the CSS class of each row.
    """
    classes = list(row_classes or [""] * len(rows))
    if has_total:
        classes[-1] = "total"
    header = "".join(_heading(name, _cell(cell)) for name, cell in rows[0].items())
    body = "".join(
        f'<tr class="{css_class}">{"".join(_data(_cell(cell)) for cell in row.values())}</tr>'
        for css_class, row in zip(classes, rows, strict=True)
    )
    st.html(f'<div class="table"><table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>')


def _cell(value: str | Cell) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


def _heading(name: str, first_cell: Cell) -> str:
    is_left = "left" in first_cell.css_class.split()
    return f"<th scope=col{' class=left' if is_left else ''}>{html.escape(name)}</th>"


def _data(cell: Cell) -> str:
    css_class = f' class="{cell.css_class}"' if cell.css_class else ""
    return f"<td{css_class}>{html.escape(cell.text)}</td>"
