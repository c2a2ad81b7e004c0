"""Lets a visitor say what a drawing is, and keeps it as an example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from bnn.data.dataset import DIGITS
from bnn.drawing.canvas import strokes_from_canvas
from bnn.runs.run import Run
from pages.draw import learning
from pages.draw.hand import MAX_EXAMPLES, Example, can_learn, learn_button
from pages.shared import networks, session, text
from pages.shared.canvas import new_canvas, newest_drawing
from pages.shared.drawing import CANVAS_SIDE, drawn_digit
from pages.shared.refusals import refusals, show_refusal

if TYPE_CHECKING:
    from pages.draw.reading import Reading

# Under this name, `refusals` keeps an error until `feedback` shows it.
_PLACE = "feedback"
_LEARN_NOW = "learn-now"


def feedback(run: Run, reading: Reading, objects: list[dict]) -> None:
    """Shows what the visitor can do next with the drawing, or how a training goes or has ended.

    The visitor can say what the drawing is and, after that, let the run's network learn from all examples.
    All this takes the same space on the page, so that nothing below it moves.

    Args:
        run: the run whose network reads the drawing.
        reading: the answer to the drawing.
        objects: the Fabric.js objects of the drawing; empty if a sample is shown.
    """
    canvas_state = (st.session_state[session.DRAWING_NUMBER], len(objects))
    learning.follow(canvas_state)
    # After a training, its result replaces the buttons that judge the drawing, until the visitor draws on.
    has_just_ended = st.session_state.get(session.CANVAS_AT_END) == canvas_state
    examples = st.session_state.setdefault(session.EXAMPLES, [])
    was_just_kept = st.session_state.get(session.KEPT_BEFORE) == st.session_state[session.DRAWING_NUMBER]
    with st.container(key="feedback"):
        show_refusal(_PLACE)
        if learning.is_active():
            learning.progress()
        elif has_just_ended and learning.result():
            return
        elif objects and reading.answer is not None and len(examples) < MAX_EXAMPLES:
            _judgement(run, reading, st.session_state.get(session.NOT_KEPT) == canvas_state)
        elif examples and not objects and was_just_kept:
            _say_kept(run, examples)
        elif not learning.result():
            # Streamlit leaves out an empty container, so this one gets an invisible element.
            st.html("<span></span>")


def _judgement(run: Run, reading: Reading, was_not_kept: bool) -> None:
    """Shows buttons by which the visitor says what the drawing is. It is then kept as an example.

    Args:
        run: the run whose network reads the drawing.
        reading: the answer to the drawing.
        was_not_kept: whether the visitor has pressed "Right", but the network reads no digit in the drawing.
    """
    # An answer that names no digit cannot be right.
    answer = reading.answer.label if reading.answer and reading.answer.is_known else None
    begin = "Wrong? " if answer is not None else "Not kept. " if was_not_kept else ""
    with st.container(key="judgement", horizontal=True, gap="xxsmall", vertical_alignment="center"):
        if answer is not None:
            st.button("Right", key="right", icon=":material/check:", on_click=_keep, args=(run,))
        st.markdown(f"{begin}It is a …", width="content")
        for label, name in enumerate(DIGITS):
            if label != answer:
                st.button(name, key=f"it-is-{label}", on_click=_keep, args=(run, label))


def _say_kept(run: Run, examples: Sequence[Example]) -> None:
    """Says, in place of the buttons, that a drawing was kept. The kept drawings may be out of sight."""
    label = examples[-1].label
    count = sum(example.label == label for example in examples)
    begin = "Kept" if count == 1 else f"{count} drawings kept"
    most = ", and no more fit" if len(examples) >= MAX_EXAMPLES else ""
    words = f"{begin} as {text.with_article(DIGITS[label])}{most}."
    with st.container(key="kept", horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(words, width="content")
        if can_learn(run):
            learn_button(run, _LEARN_NOW)
    show_refusal(_LEARN_NOW)


def _keep(run: Run, label: int | None = None) -> None:
    """Keeps the drawing as the digit `label`; if that is None, as the digit that the run's network reads."""
    objects = newest_drawing()
    if not objects:
        # The second click of a double click.
        return
    with refusals(_PLACE):
        strokes, digit = strokes_from_canvas(objects, CANVAS_SIDE), drawn_digit(objects).digit
        label = _read_again(run, digit) if label is None else label
        if label is None:
            st.session_state[session.NOT_KEPT] = (st.session_state[session.DRAWING_NUMBER], len(objects))
            return
        st.session_state[session.EXAMPLES].append(Example(strokes, label, digit))
        new_canvas()
        st.session_state[session.KEPT_BEFORE] = st.session_state[session.DRAWING_NUMBER]


def _read_again(run: Run, digit: np.ndarray) -> int | None:
    """Returns the network's answer to the whole drawing, or None if it reads no digit.

    The answer on the page is not enough, because it may lack the last stroke.
    """
    # Imported here because importing Numba takes most of a second.
    from bnn.engine import answer

    newest = answer.read(networks.network(run), digit)
    return newest.label if newest.is_known else None
