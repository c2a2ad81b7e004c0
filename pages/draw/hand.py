"""Lets a visitor correct the answers, and starts a run that learns the visitor's hand from these drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from bnn.data.dataset import DIGITS
from bnn.drawing.canvas import strokes_from_canvas
from bnn.drawing.stroke_files import to_line
from bnn.recipes.presets import one_hand_recipe
from bnn.runs import starting, store, trainings
from bnn.runs.run import Run
from pages.draw import learning
from pages.shared import errors, session
from pages.shared.canvas import new_canvas
from pages.shared.clicks import is_second_click
from pages.shared.confirmation import confirmation
from pages.shared.drawing import CANVAS_SIDE

if TYPE_CHECKING:
    from pages.draw.reading import Reading

MAX_EXAMPLES = 60
_WHAT_IS_KEPT = (
    "Press the button below a drawing to remove it. Learn my hand trains the last two layers of this network"
    " on your drawings, for about half a minute. Nothing is kept unless you ask for it: your drawings are"
    " deleted within an hour after you close or reload this page. After Learn my hand, they are also saved"
    " with the new run, until you press Delete them all, or delete the run on the Train page."
)


class Example(NamedTuple):
    """A drawing of the visitor, and what it is.

    Args:
        strokes: one (n, 2) float64 array for each stroke, in canvas pixels.
        label: the digit that the visitor says it is.
        digit: the drawing as the network reads it, (28, 28) uint8.
    """

    strokes: list[np.ndarray]
    label: int
    digit: np.ndarray


def judgement(reading: Reading, objects: list[dict]) -> None:
    """Shows buttons by which the visitor says what the drawing is. It is then kept as an example.

    Args:
        reading: the answer to the drawing.
        objects: the Fabric.js objects of the drawing; empty if a sample is shown.
    """
    num_examples = len(st.session_state.setdefault(session.EXAMPLES, []))
    was_just_kept = st.session_state.get(session.KEPT_BEFORE) == st.session_state[session.DRAWING_NUMBER]
    if num_examples and not objects and was_just_kept and not learning.is_own_active():
        _say_kept(st.session_state[session.EXAMPLES])
    if not objects or reading.answer is None or num_examples >= MAX_EXAMPLES:
        return
    digit = reading.drawing.digit
    # An answer that names no digit cannot be right.
    answer = reading.answer.label if reading.answer.is_known else None
    with st.container(key="judgement", horizontal=True, gap="xxsmall", vertical_alignment="center"):
        if answer is not None:
            st.button(
                "Right", key="right", icon=":material/check:", on_click=_keep, args=(objects, answer, digit)
            )
        st.markdown("Wrong? It is a …" if answer is not None else "It is a …", width="content")
        for label, name in enumerate(DIGITS):
            if label != answer:
                st.button(name, key=f"it-is-{label}", on_click=_keep, args=(objects, label, digit))


def _say_kept(examples: Sequence[Example]) -> None:
    """Says in place of the buttons that a drawing was kept: the drawings themselves may be out of sight."""
    kept = f"Kept as a {DIGITS[examples[-1].label]}."
    words = "it to the network" if len(examples) == 1 else f"the network your {len(examples)} drawings"
    most = " No more can be kept." if len(examples) >= MAX_EXAMPLES else ""
    with st.container(key="kept"):
        st.markdown(f"{kept}{most} **Learn my hand**, below, teaches {words}.")


def hand(run: Run) -> None:
    """Shows the visitor's examples, the button that lets the run's network learn them, and how that goes."""
    with st.container(key="hand"):
        if st.session_state.setdefault(session.EXAMPLES, []):
            _tray(run)
        learning.learning()


def _keep(objects: list[dict], label: int, digit: np.ndarray) -> None:
    strokes = strokes_from_canvas(objects, CANVAS_SIDE)
    st.session_state[session.EXAMPLES].append(Example(strokes, label, digit))
    new_canvas()
    st.session_state[session.KEPT_BEFORE] = st.session_state[session.DRAWING_NUMBER]


def _tray(run: Run) -> None:
    examples = st.session_state[session.EXAMPLES]
    st.subheader("Your drawings", anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        for index, example in enumerate(examples):
            _removable(example, index, len(examples))
    with st.container(horizontal=True, gap="small"):
        is_learning = learning.is_own_active()
        st.button(
            "Learn my hand", key="learn", type="primary", disabled=is_learning, on_click=_learn, args=(run,)
        )
        _download_button(examples)
        confirmation(
            "Delete them all",
            "Delete your drawings for good, even where a run has saved them? What a network has learnt from"
            " them stays.",
            "Yes, delete them",
            "delete-drawings",
            _delete_all,
            disabled=is_learning,
        )
    st.caption(_WHAT_IS_KEPT)


def _removable(example: Example, index: int, num_examples: int) -> None:
    """Shows an example above the button that removes it."""
    with st.container(width="content", gap="xxsmall"):
        st.image(example.digit, width=56)
        st.button(
            DIGITS[example.label],
            key=f"remove-{index}-{num_examples}",
            icon=":material/close:",
            on_click=_remove,
            args=(index,),
        )


def _download_button(examples: Sequence[Example]) -> None:
    st.download_button(
        "Download them",
        _lines(examples),
        file_name="drawings.jsonl",
        mime="application/jsonl",
        key="download-drawings",
        on_click="ignore",
        icon=":material/download:",
        help="As a file of pen strokes, on which the Train page can train a network (“Your data”).",
    )


def _lines(examples: Sequence[Example]) -> str:
    """Returns the content of a file of drawings."""
    return "".join(to_line(example.strokes, DIGITS[example.label]) for example in examples)


def _delete_all() -> None:
    """Deletes the visitor's drawings, including those that runs have saved because they learnt from them."""
    hand_runs = st.session_state.setdefault(session.HAND_RUNS, [])
    with errors.errors_in_words():
        for run in store.all_runs():
            if run.id in hand_runs:
                run.examples_path.unlink(missing_ok=True)
                hand_runs.remove(run.id)
        # After an error, the button is still there, and deletes the rest.
        st.session_state[session.EXAMPLES] = []
        hand_runs.clear()


def _remove(index: int) -> None:
    if index < len(st.session_state[session.EXAMPLES]) and not is_second_click("remove-drawing"):
        del st.session_state[session.EXAMPLES][index]
        st.session_state.pop(session.KEPT_BEFORE, None)


def _learn(run: Run) -> None:
    examples = st.session_state[session.EXAMPLES]
    hand_runs = st.session_state.setdefault(session.HAND_RUNS, [])
    if learning.is_own_active():
        # The second click of a double click. Its rerun may have ended the callback of the first click.
        st.session_state[session.LEARNING_RUN] = hand_runs[-1]
        return
    with errors.errors_in_words():
        recipe = one_hand_recipe(run.recipe(), run.id, len(examples))
        starting.check_start(recipe, DIGITS)
        started = trainings.start(recipe, _lines(examples))
        # A rerun of the page may end this callback at the next use of the session.
        hand_runs.append(started.id)
        st.session_state[session.LEARNING_RUN] = started.id
