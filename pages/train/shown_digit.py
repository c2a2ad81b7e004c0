"""Chooses the digit that the network on the Train page reads: the visitor's own, or a test image."""

import json
from typing import NamedTuple
from zlib import crc32

import numpy as np
import streamlit as st

from bnn.data import mnist
from bnn.data.dataset import are_digits
from bnn.runs import run_data
from bnn.runs.run import Run
from bnn.runs.run_data import DataFacts
from pages.shared import session
from pages.shared.drawing import drawn_digit

# The session keeps under this key the checksum of the last drawing, and the digit made from the drawing.
_LAST = "train_drawn"
# Under this key, it keeps the id of the run shown last, the digest of its data, and its first test image.
_TEST = "train_test_image"


class ShownDigit(NamedTuple):
    """The digit that the page shows while nothing is drawn on it.

    Args:
        name: what the page calls it.
        image: (28, 28) uint8.
    """

    name: str
    image: np.ndarray


def shown_digit(run: Run) -> ShownDigit:
    """Returns the sample or the drawing that the visitor left on Draw, or else the run's first test image.

    A sample is a digit, so it is only for networks that read the ten digits. A drawing is only for networks
    that read drawings.
    """
    facts = run_data.facts(run)
    sample = st.session_state.get(session.SAMPLE)
    if sample is not None and are_digits(facts.class_names):
        test = mnist.test()
        return ShownDigit(f"Your sample: {test.labels[sample]}", test.images[sample])
    if can_draw(facts) and (drawn := _drawn()) is not None:
        return ShownDigit("Your own drawing", drawn)
    return _test_image(run, facts)


def can_draw(facts: DataFacts) -> bool:
    """Returns whether visitors can draw what the network of a run with these data reads."""
    # The images of a data set may be photos, for example, which nobody can draw.
    return facts.noun != "images" or are_digits(facts.class_names)


def _test_image(run: Run, facts: DataFacts) -> ShownDigit:
    """Returns the first test image of the run's data set."""
    known = run.id, facts.sha256
    # During training, this function is called every second. Reading a data file can take a second, and only
    # two data files are kept in memory for all visitors.
    if st.session_state.get(_TEST, (None, None))[0] != known:
        data = run_data.load(run)
        images, labels = data.test().first(1)
        name = f"A test {facts.noun.removesuffix('s')}: {data.class_names[labels[0]]}"
        # Without the copy, the session would keep all test images in memory.
        st.session_state[_TEST] = known, ShownDigit(name, images[0].copy())
    return st.session_state[_TEST][1]


def _drawn() -> np.ndarray | None:
    """Returns the visitor's drawing as a digit; None if nothing is drawn."""
    objects = st.session_state.get(session.DRAWING) or []
    check_sum = crc32(json.dumps(objects, default=str).encode())
    # During training, this function is called every second, so the digit is made only once for each drawing.
    if st.session_state.get(_LAST, (None, None))[0] != check_sum:
        drawing = drawn_digit(objects) if objects else None
        st.session_state[_LAST] = check_sum, None if drawing is None or drawing.is_empty else drawing.digit
    return st.session_state[_LAST][1]
