"""Shows the drawings that a visitor has kept as examples, and starts runs that learn from them.

Such a run teaches a network the visitor's hand: how this visitor writes digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import to_line
from bnn.recipes.presets import one_hand_recipe
from bnn.runs import starting, store, trainings
from bnn.runs.run import Run
from pages.draw import learning
from pages.shared import networks, pictures, saved, session, text
from pages.shared.clicks import is_second_click
from pages.shared.confirmation import confirmation
from pages.shared.refusals import refusals, show_refusal

MAX_EXAMPLES = 60
# The keys of two buttons. Under these names, `refusals` keeps their errors.
_LEARN, _DELETE = "learn", "delete-drawings"
_CANNOT_LEARN = (
    "This network cannot learn your hand, because its first layer sees the same in every drawing. Choose"
    " another network above."
)
# docs/safety.md says the same in full.
_WHAT_IS_KEPT = (
    "The button below a drawing removes it. Your drawings are deleted within an hour after you close or"
    " reload this page, or when this device has slept for an hour. Those that a network has learnt are saved"
    " with it until you press Delete them all, or delete this network on the Train page."
)


@dataclass(eq=False)
class Example:
    """A drawing of the visitor, and what it is.

    Args:
        strokes: one (n, 2) float64 array for each stroke, in canvas pixels.
        label: the digit that the visitor says it is.
        digit: the drawing as the network reads it, (28, 28) uint8.
        kept_in: where the drawing is saved: ids of runs, and `saved.FILE` if it was downloaded.
    """

    strokes: list[np.ndarray]
    label: int
    digit: np.ndarray
    kept_in: set[str] = field(default_factory=set)


def learn_button(run: Run, key: str) -> None:
    """Shows the button that starts a run. Disables it during a run, or if the network cannot learn.

    If the run cannot be started, `refusals` keeps the reason under the button's key.
    """
    is_learning = learning.is_active()
    # The progress is beside the answer. From the button below the drawings, it is often out of sight.
    label = "Learning: see above" if is_learning and key == _LEARN else "Learn my hand"
    is_off = is_learning or not can_learn(run)
    st.button(label, key=key, type="primary", disabled=is_off, on_click=_learn, args=(run, key))


def can_learn(run: Run) -> bool:
    """Returns whether the run's network can learn. A blind one cannot: it sees the same in every drawing."""
    return not networks.network(run).is_blind


def are_kept() -> bool:
    """Returns whether all examples are saved (see `Example.kept_in`), so that none can be lost."""
    examples = st.session_state.get(session.EXAMPLES, [])
    places = saved.existing(set[str]().union(*(example.kept_in for example in examples)))
    return all(example.kept_in & places for example in examples)


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


def _tray(run: Run) -> None:
    examples = st.session_state[session.EXAMPLES]
    st.subheader("Your drawings", anchor=False)
    with st.container(horizontal=True, gap="xsmall"):
        for index, example in enumerate(examples):
            _removable(example, index, len(examples))
    with st.container(horizontal=True, gap="small"):
        if examples:
            learn_button(run, _LEARN)
            _download_button(examples)
        confirmation(
            "Delete them all",
            "Delete your drawings for good, even where a run has saved them? What a network has learnt from"
            " them stays.",
            "Yes, delete them",
            _DELETE,
            _delete_all,
            disabled=learning.is_active(),
        )
    for place in (_LEARN, _DELETE):
        show_refusal(place)
    if examples and not can_learn(run):
        st.markdown(_CANNOT_LEARN)


def _removable(example: Example, index: int, num_examples: int) -> None:
    """Shows an example above the button that removes it."""
    with st.container(width="content", gap="xxsmall"):
        # `st.image` would have no description for screen readers.
        description = f"your drawing of {text.with_article(DIGITS[example.label])}"
        st.html(f'<div class="kept-drawing">{pictures.picture(example.digit, description)}</div>')
        st.button(
            # Only screen readers get the word in italics (style/draw.css), because there is little room.
            f"*Remove* {DIGITS[example.label]}",
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


def _note_kept(place: str = saved.FILE) -> None:
    for example in st.session_state[session.EXAMPLES]:
        example.kept_in.add(place)


def _lines(examples: Sequence[Example]) -> str:
    """Returns the content of a file of drawings."""
    return "".join(to_line(example.strokes, DIGITS[example.label]) for example in examples)


def _delete_all() -> None:
    """Deletes the visitor's drawings, including those that runs have saved because they learnt from them."""
    hand_runs = st.session_state.setdefault(session.HAND_RUNS, [])
    with refusals(_DELETE):
        for run in store.all_runs():
            if run.id in hand_runs:
                run.examples_path.unlink(missing_ok=True)
                hand_runs.remove(run.id)
        # An error skips these lines. The button then stays, and the next press deletes the rest.
        st.session_state[session.EXAMPLES] = []
        hand_runs.clear()


def _remove(index: int, num_examples: int) -> None:
    # The second click of a double click removes nothing, whether it hits the same button or the one that has
    # taken its place.
    is_second = is_second_click("remove-drawing")
    if not is_second and num_examples == len(st.session_state[session.EXAMPLES]):
        del st.session_state[session.EXAMPLES][index]
        st.session_state.pop(session.KEPT_BEFORE, None)


def _learn(run: Run, key: str) -> None:
    examples = st.session_state[session.EXAMPLES]
    hand_runs = st.session_state.setdefault(session.HAND_RUNS, [])
    if learning.is_active():
        # The second click of a double click.
        return
    with refusals(key):
        recipe = one_hand_recipe(run.recipe(), run.id, len(examples))
        starting.check_start(recipe, DIGITS)
        hand_runs.append(trainings.start(recipe, _lines(examples)).id)
        _note_kept(hand_runs[-1])
        st.session_state.pop(session.KEPT_BEFORE, None)
