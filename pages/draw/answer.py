"""The network's answer to the drawing: the digit, and ten bars."""

import html
import time
from statistics import median
from typing import NamedTuple

import numpy as np
import streamlit as st

from bnn.data import mnist
from bnn.data.dataset import DIGITS
from bnn.drawing.preprocessing import Drawing, digit_from_image
from bnn.engine import answer
from bnn.engine.answer import Answer
from bnn.engine.network import PackedNetwork
from pages.shared import session, text
from pages.shared.bars import bar
from pages.shared.drawing import drawn_digit

NUM_TIMINGS = 5
# Sizes of the digit in style.css, by the number of digits that are named.
_SIZES = {1: "", 2: "several", 3: "many"}


class Reading(NamedTuple):
    """What a network makes of the drawing.

    Args:
        drawing: the drawing and its 28x28 digit.
        answer: None where nothing is drawn.
        seconds: median time from strokes or picture to answer; None where nothing is drawn.
    """

    drawing: Drawing
    answer: Answer | None = None
    seconds: float | None = None


def read(network: PackedNetwork, objects: list[dict]) -> Reading:
    """Returns what the network makes of the sample shown, or of the Fabric.js objects where there is none."""
    drawing, found = _read_once(network, objects)
    if drawing.is_empty:
        return Reading(drawing)
    seconds = []
    for _ in range(NUM_TIMINGS):
        started = time.perf_counter()
        _read_once(network, objects)
        seconds.append(time.perf_counter() - started)
    return Reading(drawing, found, median(seconds))


def _read_once(network: PackedNetwork, objects: list[dict]) -> tuple[Drawing, Answer]:
    sample = st.session_state[session.SAMPLE]
    drawing = drawn_digit(objects) if sample is None else digit_from_image(mnist.test().images[sample])
    return drawing, answer.read(network, drawing.digit)


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
