"""Reading what is on the canvas with the packed network."""

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
