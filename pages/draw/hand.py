"""Lets a visitor say what a drawing is, keeps it as an example, and starts runs that learn the examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from bnn.data.dataset import DIGITS
from bnn.drawing.canvas import strokes_from_canvas
from bnn.drawing.stroke_files import to_line
from bnn.recipes.presets import one_hand_recipe
from bnn.runs import starting, store, trainings
from bnn.runs.run import Run
from pages.draw import learning
from pages.shared import errors, networks, session
from pages.shared.canvas import new_canvas, newest_drawing
from pages.shared.clicks import is_second_click
from pages.shared.confirmation import confirmation
from pages.shared.drawing import CANVAS_SIDE, drawn_digit
from pages.shared.refusals import refusals, show_refusal

if TYPE_CHECKING:
    from pages.draw.reading import Reading

MAX_EXAMPLES = 60
# Under this name, `refusals` keeps an error until the place of the feedback shows it.
_PLACE = "feedback"
_CANNOT_LEARN = (
    "This network cannot learn your hand, because its first layer sees the same in every drawing. Choose"
    " another network above."
)
# docs/safety.md says the same in full.
_WHAT_IS_KEPT = (
    "The button below a drawing removes it. Your drawings are deleted within an hour after you close or"
    " reload this page. Those that a network has learnt are saved with it until you press Delete them all,"
    " or delete this network on the Train page."
)


@dataclass(eq=False)
class Example:
    """A drawing of the visitor, and what it is.

    Args:
        strokes: one (n, 2) float64 array for each stroke, in canvas pixels.
        label: the digit that the visitor says it is.
        digit: the drawing as the network reads it, (28, 28) uint8.
        is_kept: whether it is saved: in a run, or in a file that the visitor has downloaded.
    """

    strokes: list[np.ndarray]
    label: int
    digit: np.ndarray
    is_kept: bool = False


def feedback(run: Run, reading: Reading, objects: list[dict]) -> None:
    """Shows what the visitor can do next with the drawing, or how a training goes or has ended.

    The visitor can say what the drawing is and, after that, let the run's network learn from all examples.
    The place of all this always has the same size, so that nothing below it moves.

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
            _judgement(run, reading)
        elif examples and not objects and was_just_kept:
            _say_kept(run, examples)
        elif not learning.result():
            # Streamlit leaves out a container without content.
            st.html("<span></span>")


def _judgement(run: Run, reading: Reading) -> None:
    """Shows buttons by which the visitor says what the drawing is. It is then kept as an example."""
    # An answer that names no digit cannot be right.
    answer = reading.answer.label if reading.answer and reading.answer.is_known else None
    with st.container(key="judgement", horizontal=True, gap="xxsmall", vertical_alignment="center"):
        if answer is not None:
            st.button("Right", key="right", icon=":material/check:", on_click=_keep, args=(run,))
        st.markdown("Wrong? It is a …" if answer is not None else "It is a …", width="content")
        for label, name in enumerate(DIGITS):
            if label != answer:
                st.button(name, key=f"it-is-{label}", on_click=_keep, args=(run, label))


def _say_kept(run: Run, examples: Sequence[Example]) -> None:
    """Says in place of the buttons that a drawing was kept: the drawings themselves may be out of sight."""
    label = examples[-1].label
    count = sum(example.label == label for example in examples)
    begin = "Kept" if count == 1 else f"{count} drawings kept"
    most = ", and no more fit" if len(examples) >= MAX_EXAMPLES else ""
    words = f"{begin} as a {DIGITS[label]}{most}."
    with st.container(key="kept", horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(words, width="content")
        if _can_learn(run):
            _learn_button(run, "learn-now")


def _learn_button(run: Run, key: str) -> None:
    is_off = learning.is_active() or not _can_learn(run)
    st.button("Learn my hand", key=key, type="primary", disabled=is_off, on_click=_learn, args=(run,))


def _can_learn(run: Run) -> bool:
    return not networks.network(run).is_blind


def are_kept() -> bool:
    """Returns whether all examples are saved (see `Example.is_kept`), so that none can be lost."""
    return all(example.is_kept for example in st.session_state.get(session.EXAMPLES, []))


def hand(run: Run) -> None:
    """Shows the visitor's examples, what can be done with them, and how they are read after learning."""
    has_examples = bool(st.session_state.setdefault(session.EXAMPLES, []))
    # Even if the page shows no drawings, some may be saved with a network.
    if has_examples or st.session_state.get(session.HAND_RUNS):
        with st.container(key="hand"):
            _tray(run)
            if has_examples:
                learning.read_before_and_now()
            st.caption(_WHAT_IS_KEPT)


def _keep(run: Run, label: int | None = None) -> None:
    """Keeps the drawing as the digit `label`, or as the digit that the run's network reads if it is None."""
    objects = newest_drawing()
    if not objects:
        # The second click of a double click.
        return
    with refusals(_PLACE):
        strokes, digit = strokes_from_canvas(objects, CANVAS_SIDE), drawn_digit(objects).digit
        label = _read_again(run, digit) if label is None else label
        st.session_state[session.EXAMPLES].append(Example(strokes, label, digit))
        new_canvas()
        st.session_state[session.KEPT_BEFORE] = st.session_state[session.DRAWING_NUMBER]


def _read_again(run: Run, digit: np.ndarray) -> int:
    """Returns the network's answer to the whole drawing: the page's last answer may lack the last stroke."""
    # Imported here because importing Numba takes most of a second.
    from bnn.engine import answer

    newest = answer.read(networks.network(run), digit)
    if not newest.is_known:
        raise ValueError("the network reads no digit in this drawing, so it was not kept. Which digit is it?")
    return newest.label


def _tray(run: Run) -> None:
    examples = st.session_state[session.EXAMPLES]
    st.subheader("Your drawings", anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        for index, example in enumerate(examples):
            _removable(example, index, len(examples))
    with st.container(horizontal=True, gap="small"):
        if examples:
            _learn_button(run, "learn")
            _download_button(examples)
        confirmation(
            "Delete them all",
            "Delete your drawings for good, even where a run has saved them? What a network has learnt from"
            " them stays.",
            "Yes, delete them",
            "delete-drawings",
            _delete_all,
            disabled=learning.is_active(),
        )
    if examples and not _can_learn(run):
        st.markdown(_CANNOT_LEARN)


def _removable(example: Example, index: int, num_examples: int) -> None:
    """Shows an example above the button that removes it."""
    with st.container(width="content", gap="xxsmall"):
        st.image(example.digit, width=56)
        st.button(
            DIGITS[example.label],
            key=f"remove-{index}-{num_examples}",
            icon=":material/delete:",
            icon_position="right",
            on_click=_remove,
            args=(index, num_examples),
        )


def _download_button(examples: Sequence[Example]) -> None:
    st.download_button(
        "Download them",
        _lines(examples),
        file_name="drawings.jsonl",
        mime="application/jsonl",
        key="download-drawings",
        on_click=_note_kept,
        icon=":material/download:",
        help="As a file of pen strokes, on which the Train page can train a network (“Your data”).",
    )


def _note_kept() -> None:
    for example in st.session_state[session.EXAMPLES]:
        example.is_kept = True


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
        # Not reached after an error. The button is then still there, and deletes the rest.
        st.session_state[session.EXAMPLES] = []
        hand_runs.clear()


def _remove(index: int, num_examples: int) -> None:
    # The second click of a double click removes nothing, whether it hits the same button or the one that has
    # taken its place.
    is_second = is_second_click("remove-drawing")
    if not is_second and num_examples == len(st.session_state[session.EXAMPLES]):
        del st.session_state[session.EXAMPLES][index]
        st.session_state.pop(session.KEPT_BEFORE, None)


def _learn(run: Run) -> None:
    examples = st.session_state[session.EXAMPLES]
    hand_runs = st.session_state.setdefault(session.HAND_RUNS, [])
    if learning.is_active():
        # The second click of a double click.
        return
    with errors.errors_in_words():
        recipe = one_hand_recipe(run.recipe(), run.id, len(examples))
        starting.check_start(recipe, DIGITS)
        hand_runs.append(trainings.start(recipe, _lines(examples)).id)
        _note_kept()
        st.session_state.pop(session.KEPT_BEFORE, None)
