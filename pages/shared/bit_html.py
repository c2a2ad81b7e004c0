"""Returns HTML of pictures of bits, of their captions, and of answers within a sentence."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bnn.engine.verdict import Verdict, verdict
from pages.shared import labels, pictures

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

WHITE_WORD, BLACK_WORD = "white (+1)", "black (−1)"


def bit_word(bit: bool) -> str:
    """Returns "white (+1)" or "black (−1)" for a bit. True means -1."""
    return BLACK_WORD if bit else WHITE_WORD


def picture(
    pixels: np.ndarray, description: str, css_class: str = "", values: Mapping[str, object] | None = None
) -> str:
    """Returns HTML of a picture in which each pixel is a visible square.

    Args:
        pixels: (height, width) or (height, width, 3) uint8.
        description: what the picture shows, for screen readers.
        css_class: more CSS classes, such as its size.
        values: values in the description that the browser may change, see labels.py. None if there are none.
    """
    height, width = pixels.shape[:2]
    alt = f'alt="{html.escape(description)}"'
    return (
        f'<img class="bits {css_class}" {labels.attributes("alt", description, values) if values else alt}'
        f' src="{pictures.picture_source(pixels)}" data-width="{width}" data-height="{height}">'
    )


def figure(picture: str, caption: str, css_class: str = "") -> str:
    """Returns HTML of a picture with its caption below. The picture is given as HTML."""
    caption = f"<figcaption>{html.escape(caption)}</figcaption>"
    return f'<figure class="picture {css_class}">{picture}{caption}</figure>'


def large_answer(words: Verdict) -> str:
    """Returns HTML of an answer in large letters. Longer texts have smaller letters."""
    size = " long" if len(words.text) > 2 else ""
    return f'<b class="big{size}">{html.escape(words.text)}</b>'


def verdict_html(answer: Answer) -> str:
    """Returns HTML of an answer, for the place after "It reads".

    In the browser, pages/inside/live/answer.js changes it in place.
    """
    words = verdict(answer)
    sentences = {"unsure": " It is not sure", "blind": f". It {words.after}"}
    sure = sentences.get(words.state, words.after and f", {words.after}")
    doubt = "" if words.state == "sure" else f" {words.state}"
    name = f'<b class="answer-name{doubt}">{html.escape(words.text)}</b>'
    return f'{name}<span class="answer-sure">{html.escape(sure)}</span>.'
