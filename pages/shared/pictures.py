"""Shows small pictures: rows of steps and grids of digits."""

import base64
import html
from collections.abc import Mapping
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image


def picture_source(pixels: np.ndarray) -> str:
    """Returns a picture, (h, w) or (h, w, 3) uint8, as a data URL."""
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def picture(pixels: np.ndarray, description: str) -> str:
    """Returns the HTML of a greyscale picture, (h, w) uint8."""
    return f'<img alt="{html.escape(description)}" src="{picture_source(pixels)}">'


def digit_strip(pictures: list[tuple[str, str]], data: Mapping[str, object]) -> None:
    """Shows pictures in a row with arrows between them. Each picture is made from the one before it.

    Args:
        pictures: the HTML and the caption of each picture.
        data: attributes of the row for scripts, by name without "data-".
    """
    arrow = "<span class=arrow aria-hidden=true>→</span>"
    figures = arrow.join(_framed(image, caption) for image, caption in pictures)
    attributes = "".join(f' data-{name}="{html.escape(str(value))}"' for name, value in data.items())
    st.html(f'<div class="strip"{attributes}>{figures}</div>')


def digit_grid(images: np.ndarray, captions: list[str]) -> None:
    """Shows many digits, (n, 28, 28) uint8, each with a short caption."""
    figures = [
        _framed(picture(image, caption), caption) for image, caption in zip(images, captions, strict=True)
    ]
    st.html(f'<div class="digits">{"".join(figures)}</div>')


def _framed(image: str, caption: str) -> str:
    return f'<figure><div class="frame">{image}</div><figcaption>{html.escape(caption)}</figcaption></figure>'
