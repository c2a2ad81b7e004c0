"""Returns HTML of pictures of bits, of their captions, and of the bars that show an answer."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bnn.engine.verdict import confidence_text, verdict
from pages.shared import pictures
from pages.shared.bars import bar

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

WHITE_WORD, BLACK_WORD = "white (+1)", "black (−1)"


def bit_word(bit: bool) -> str:
    """Returns "white (+1)" or "black (−1)" for a bit. True means -1."""
    return BLACK_WORD if bit else WHITE_WORD


def picture(pixels: np.ndarray, description: str, css_class: str = "") -> str:
    """Returns HTML of a picture in which each pixel is a visible square.

    Args:
        pixels: (height, width) or (height, width, 3) uint8.
        description: What the picture shows, for screen readers.
        css_class: More CSS classes, such as its size.
    """
    height, width = pixels.shape[:2]
    return (
        f'<img class="bits {css_class}" alt="{html.escape(description)}"'
        f' src="{pictures.picture_source(pixels)}" data-width="{width}" data-height="{height}">'
    )


def figure(picture: str, caption: str, css_class: str = "") -> str:
    """Returns HTML of a picture with its caption below. The picture is given as HTML."""
    caption = f"<figcaption>{html.escape(caption)}</figcaption>"
    return f'<figure class="picture {css_class}">{picture}{caption}</figure>'


def verdict_html(found: Answer) -> str:
    """Returns HTML of an answer within a sentence that begins with "It reads"; see live/answer.js."""
    words = verdict(found)
    certainty = "not sure" if words.state == "unsure" else words.after
    sure = html.escape(certainty and f", {certainty}")
    return f'<b class="answer-name">{html.escape(words.text)}</b><span class="answer-sure">{sure}</span>.'


def bars(
    probabilities: np.ndarray,
    class_names: Sequence[str],
    notes: list[str] | None = None,
    chosen: int | None = None,
) -> str:
    """Returns HTML that shows the probability of each class as a bar.

    Args:
        probabilities: (classes,) float.
        class_names: Name of each class.
        notes: A short text beside the name of each class.
        chosen: Index of a class to outline.
    """
    best = int(probabilities.argmax())
    beside = [f'<span class="note">{note}</span>' for note in notes] if notes else [""] * len(probabilities)
    rows = "".join(
        bar(name, value, number == best, note, number == chosen)
        for number, (name, value, note) in enumerate(zip(class_names, probabilities, beside, strict=True))
    )
    words = _bars_in_words(class_names, probabilities, notes)
    noted = " noted" if notes else ""
    return f'<div class="bars small{noted}" role="img" aria-label="{html.escape(words)}">{rows}</div>'


def _bars_in_words(class_names: Sequence[str], probabilities: np.ndarray, notes: list[str] | None) -> str:
    best = int(probabilities.argmax())
    sure = confidence_text(probabilities[best])
    named = zip(class_names, notes or [], strict=bool(notes))
    sums = f"; the sums: {', '.join(f'{name} {note}' for name, note in named)}" if notes else ""
    return f"probability of each answer; most of all {class_names[best]}, {sure}{sums}"
