"""Makes the HTML of an answer: the class (several, if the network is not sure), and a bar for each class."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from bnn.engine.verdict import verdict
from pages.shared.bars import bar

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

# CSS classes for the size of the answer in style/answer.css, from large to small. In the browser,
# bnn/engine/portable/answer_words.js has the same rules.
SIZES = ("", "several", "many", "long")
# Length of the longest name that fits into each of these sizes except the last.
LONGEST_NAMES = (2, 4, 7)


def answer_html(answer: Answer | None, class_names: tuple[str, ...], request: str = "draw a digit") -> str:
    """Returns the HTML of an answer.

    Args:
        answer: the answer, or None while nothing is drawn.
        class_names: names of the network's classes.
        request: what is shown while nothing is drawn.
    """
    state, size, before, text, after = _in_words(answer, request)
    probabilities = np.zeros(len(class_names)) if answer is None else answer.probabilities
    label = "" if answer is None else answer.label
    named = () if answer is None else answer.named_classes
    bars = "".join(
        bar(name, probability, is_best=index in named)
        for index, (name, probability) in enumerate(zip(class_names, probabilities, strict=True))
    )
    return (
        f'<div class="answer {state}" data-state="{state}" data-digit="{label}">'
        f'<div role="status"><div class="words">{before}</div>'
        f'<div class="digit {size}">{html.escape(text)}</div>'
        f'<div class="words">{html.escape(after)}</div></div>'
        f'<div class="bars" role="group" aria-label="probability of each answer">{bars}</div></div>'
    )


def _in_words(answer: Answer | None, request: str) -> tuple[str, str, str, str, str]:
    """Returns state, CSS class of the size, words before the answer, the answer, and words after it."""
    if answer is None:
        return "empty", "none", "", request, ""
    words = verdict(answer)
    names = answer.candidate_names if words.state == "unsure" else (words.text,)
    return words.state, _size(names), words.before, words.text, words.after


def _size(names: tuple[str, ...]) -> str:
    """Returns the CSS class of the largest size at which these names fit into the column of the answer."""
    longest = max(map(len, names))
    by_length = sum(longest > limit for limit in LONGEST_NAMES)
    by_number = len(names) - 1
    return SIZES[max(by_length, by_number)]
