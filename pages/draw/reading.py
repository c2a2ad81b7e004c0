"""Reads the drawing or the sample with the packed network, and measures the time."""

import time
from statistics import median
from typing import NamedTuple

import streamlit as st

from bnn.data import mnist
from bnn.drawing.preprocessing import Drawing, digit_from_image
from bnn.engine import answer
from bnn.engine.answer import Answer
from bnn.engine.network import PackedNetwork
from pages.shared import session
from pages.shared.drawing import drawn_digit

NUM_TIMINGS = 5


class Reading(NamedTuple):
    """A network's answer to the drawing or the sample, and the time it took.

    Args:
        drawing: the drawing or the sample, and its 28x28 digit.
        answer: the answer, or None if there is neither a drawing nor a sample.
        seconds: median time from strokes or picture to answer, or None if there is no answer.
    """

    drawing: Drawing
    answer: Answer | None = None
    seconds: float | None = None


def read(network: PackedNetwork, objects: list[dict]) -> Reading:
    """Returns the network's answer to the sample or, if no sample is shown, to the Fabric.js objects."""
    drawing, first_answer = _read_once(network, objects)
    if drawing.is_empty:
        return Reading(drawing)
    seconds = []
    for _ in range(NUM_TIMINGS):
        started = time.perf_counter()
        _read_once(network, objects)
        seconds.append(time.perf_counter() - started)
    return Reading(drawing, first_answer, median(seconds))


def _read_once(network: PackedNetwork, objects: list[dict]) -> tuple[Drawing, Answer]:
    sample = st.session_state[session.SAMPLE]
    drawing = drawn_digit(objects) if sample is None else digit_from_image(mnist.test().images[sample])
    return drawing, answer.read(network, drawing.digit)
