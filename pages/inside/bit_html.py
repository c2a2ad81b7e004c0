"""Pictures of bits, with their captions, and the bars of an answer, as HTML."""

import html

import numpy as np

from pages.shared import pictures, text
from pages.shared.bars import bar

WHITE_WORD, BLACK_WORD = "white (+1)", "black (−1)"


def bit_word(bit: bool) -> str:
    """Returns a bit in words; True is -1."""
    return BLACK_WORD if bit else WHITE_WORD


def picture(pixels: np.ndarray, description: str, css_class: str = "") -> str:
    """Returns HTML of a picture, (height, width) or (height, width, 3) uint8, each pixel a square."""
    height, width = pixels.shape[:2]
    return (
        f'<img class="bits {css_class}" alt="{html.escape(description)}"'
        f' src="{pictures.picture_source(pixels)}" data-width="{width}" data-height="{height}">'
    )


def figure(picture: str, caption: str, css_class: str = "") -> str:
    """Returns HTML of a picture, itself HTML, over its caption."""
    caption = f"<figcaption>{html.escape(caption)}</figcaption>"
    return f'<figure class="picture {css_class}">{picture}{caption}</figure>'


def bars(probabilities: np.ndarray, notes: list[str] | None = None, chosen: int | None = None) -> str:
    """Returns HTML of the probability of each class as a bar.

    Args:
        probabilities: (classes,) float.
        notes: A note beside the name of each class.
        chosen: Number of a class that is marked.
    """
    best = int(probabilities.argmax())
    beside = [f'<span class="note">{note}</span>' for note in notes] if notes else [""] * len(probabilities)
    rows = "".join(
        bar(number, value, number == best, note, number == chosen)
        for number, (value, note) in enumerate(zip(probabilities, beside, strict=True))
    )
    words = _bars_in_words(probabilities, best, notes)
    return f'<div class="bars small{" noted" if notes else ""}" role="img" aria-label="{words}">{rows}</div>'


def _bars_in_words(probabilities: np.ndarray, best: int, notes: list[str] | None) -> str:
    sure = text.confidence_text(probabilities[best])
    sums = f"; the sums of 0 to {len(notes) - 1}: {', '.join(notes)}" if notes else ""
    return f"how probable each digit is; most of all {best}, {sure}{sums}"
