"""Shows an answer: the class or, if the network is not sure, several classes, and a bar for each class."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from bnn.engine.verdict import verdict
from pages.shared.bars import bar

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

# The browser has the same rules, in bnn/engine/portable/answer_words.js.
# CSS classes for the size of the answer in style/answer.css, from large to small.
SIZES = ("", "several", "many", "long")
# Length of the longest name that fits into each of these sizes except the last.
LONGEST_NAMES = (2, 4, 7)


def answer_html(found: Answer | None, class_names: tuple[str, ...], request: str = "draw a digit") -> str:
    """Returns the HTML of an answer.

    Args:
        found: the answer, or None while nothing is drawn.
        class_names: names of the network's classes.
        request: what is shown while nothing is drawn.
    """
    state, size, before, digit, after = _in_words(found, request)
    probabilities = np.zeros(len(class_names)) if found is None else found.probabilities
    value = "" if found is None else found.label
    named = None if found is None else found.named
    bars = "".join(
        bar(name, share, is_best=number == named)
        for number, (name, share) in enumerate(zip(class_names, probabilities, strict=True))
    )
    return (
        f'<div class="answer {state}" data-state="{state}" data-digit="{value}"'
        ' role="status" aria-live="polite">'
        f'<div><div class="words">{before}</div><div class="digit {size}">{html.escape(digit)}</div>'
        f'<div class="words">{html.escape(after)}</div></div>'
        f'<div class="bars" aria-label="probability of each answer">{bars}</div></div>'
    )


def _in_words(found: Answer | None, request: str) -> tuple[str, str, str, str, str]:
    """Returns the state, the CSS class of the size, and the words before the answer, of it, and after it."""
    if found is None:
        return "empty", "none", "", request, ""
    words = verdict(found)
    names = found.candidate_names if words.state == "unsure" else (words.text,)
    return words.state, _size(names), words.before, words.text, words.after


def _size(names: tuple[str, ...]) -> str:
    """Returns a size in which this many names, and the longest of them, fit into the column of the answer."""
    longest = max(map(len, names))
    return SIZES[max(len(names) - 1, sum(longest > fits for fits in LONGEST_NAMES))]
