"""What several pages show: the head, the run picker, figures, tables, small pictures; and the cached network."""

import base64
import html
from io import BytesIO

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from pages.shared.text import confidence_text


def picture_source(pixels: np.ndarray) -> str:
    """The data URL of a picture (h, w) or (h, w, 3) uint8."""
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def picture(pixels: np.ndarray, description: str) -> str:
    """HTML of a greyscale image (h, w) uint8."""
    return f'<img alt="{html.escape(description)}" src="{picture_source(pixels)}">'


def digit_strip(pictures: list[tuple[str, str]]) -> None:
    """Pictures in a row, each the step after the one before; `pictures` are HTML and caption."""
    figures = [
        f'<figure><div class="frame">{image}</div><figcaption>{html.escape(caption)}</figcaption></figure>'
        for image, caption in pictures
    ]
    st.html(f'<div class="strip">{"<span class=arrow aria-hidden=true>→</span>".join(figures)}</div>')


def digit_grid(images: np.ndarray, captions: list[str]) -> None:
    """Many digits, each with a short caption."""
    figures = [
        f'<figure><div class="frame">{picture(image, caption)}</div>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for image, caption in zip(images, captions, strict=True)
    ]
    st.html(f'<div class="digits">{"".join(figures)}</div>')


def figures(items: list[tuple[str, str, str]], num_large: int = 0) -> None:
    """Large figures over what they are; `items` are value, label and the explanation shown on hover."""
    cells = [
        f'<div class="figure{" large" if number < num_large else ""}" title="{html.escape(explanation)}">'
        f'<div class="value">{html.escape(value)}</div><div class="label">{html.escape(label)}</div></div>'
        for number, (value, label, explanation) in enumerate(items)
    ]
    st.html(f'<div class="figures">{"".join(cells)}</div>')


class Cell(str):
    """A table cell's text with a CSS class."""

    def __new__(cls, text: str, css_class: str):
        cell = super().__new__(cls, text)
        cell.css_class = css_class
        return cell


def state_line(state: str, words: str, details: str) -> None:
    """How a run stands, in a line of fixed height."""
    st.html(
        f'<div class="status"><span class="state {state}">{html.escape(words)}</span>'
        f'<span class="quiet">{html.escape(details and f" · {details}")}</span></div>'
    )


def table(rows: pd.DataFrame, has_total: bool = False, classes: list[str] | None = None) -> None:
    """A table of texts, the first column to the left; the last row may be a total.

    Cells are escaped; `classes` gives each row a CSS class.
    """
    names = classes or [""] * len(rows)
    if has_total:
        names = [*names[:-1], "total"]
    header = "".join(_heading(name, rows[name]) for name in rows.columns)
    body = "".join(
        f'<tr class="{name}">' + "".join(map(_cell, row)) + "</tr>"
        for name, row in zip(names, rows.itertuples(index=False), strict=True)
    )
    st.html(f'<div class="table"><table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>')


def _heading(name, column):
    is_left = isinstance(column.iloc[0], Cell) and "left" in column.iloc[0].css_class.split()
    return f"<th scope=col{' class=left' * is_left}>{html.escape(name)}</th>"


def _cell(value):
    css_class = f' class="{value.css_class}"' if isinstance(value, Cell) else ""
    return f"<td{css_class}>{html.escape(str(value))}</td>"


def bar(digit: int, probability: float, is_best: bool, note: str = "", is_chosen: bool = False) -> str:
    """HTML of one digit's probability as a bar; `note` is HTML beside the digit."""
    percent = confidence_text(probability) if probability >= 0.005 else ""
    return (
        f'<div class="bar{" best" if is_best else ""}{" chosen" if is_chosen else ""}"><span>{digit}</span>{note}<div class="track">'
        f'<div class="fill" style="width:{100 * float(probability):.1f}%"></div></div>'
        f'<span class="percent">{percent}</span></div>'
    )
