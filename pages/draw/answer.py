"""How an answer looks: the digit, or the digits between which the network is not sure, and ten bars."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from bnn.data.dataset import DIGITS
from pages.shared import text
from pages.shared.bars import bar

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

# Sizes of the digit in style.css, by the number of digits that are named.
_SIZES = {1: "", 2: "several", 3: "many"}


def answer_html(found: Answer | None) -> str:
    """Returns the HTML of an answer; of an empty canvas for None."""
    state, size, before, digit, after = _in_words(found)
    probabilities = np.zeros(len(DIGITS)) if found is None else found.probabilities
    value = "" if found is None else found.label
    bars = "".join(bar(number, share, number == value) for number, share in enumerate(probabilities))
    return (
        f'<div class="answer {state}" data-state="{state}" data-digit="{value}"'
        ' role="status" aria-live="polite">'
        f'<div><div class="words">{before}</div><div class="digit {size}">{html.escape(digit)}</div>'
        f'<div class="words">{html.escape(after)}</div></div>'
        f'<div class="bars" aria-label="probability of each digit">{bars}</div></div>'
    )


def _in_words(found: Answer | None) -> tuple[str, str, str, str, str]:
    """Returns state, size of the digits, and the words before, in place of and behind the digit."""
    if found is None:
        return "empty", "none", "", "draw a digit", ""
    if found.is_sure:
        return "sure", "", "", found.name, f"{text.confidence_text(found.confidence)} sure"
    return "unsure", _SIZES[len(found.candidates)], "not sure:", f"{_joined(found.candidate_names)}?", ""


def _joined(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
