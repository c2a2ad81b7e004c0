"""Shows the Teach page: name signs, draw examples of them, teach a network, and let it read new drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import errors, head, refusals, session, text
from pages.shared.clicks import is_second_click
from pages.teach import example_files, lesson_again, names, teaching
from pages.teach.desk import desk
from pages.teach.doubts import ENOUGH_EXAMPLES, Doubts, doubts
from pages.teach.lesson import MIN_EXAMPLES, lesson

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def page() -> None:
    """Shows the page."""
    head.head(
        "Teach it your signs",
        "In half a minute, a network learns to read your drawings.",
    )
    with errors.errors_in_words():
        lesson_again.open_at_start()
        _lesson()


# As a fragment, this part runs alone when a drawing arrives. The rest of the page stays as it is.
@st.fragment
def _lesson() -> None:
    with errors.errors_in_words():
        teaching.notice_end()
        lesson_doubts = doubts(lesson())
        taught = teaching.taught_run()
        is_trying = st.session_state.get(session.TEACH_MODE) == teaching.TRY
        with st.container(horizontal=True, vertical_alignment="center", key="steps"):
            current = _current_step(is_trying)
            with _step(1, current):
                names.names()
            with _step(2, current):
                _draw_or_try(is_taught=taught is not None)
            with _step(3, current):
                teaching.teach_button(lesson_doubts.missing, lesson_doubts.hints, is_next=current == 3)
        desk(taught, is_trying, lesson_doubts.suspects)
        refusals.show_refusal(session.LESSON)
        _put_back_button()
        teaching.result()
        _say(lesson_doubts)
        example_files.example_files()
        # A click on Teach reruns only this fragment, and the address must name the new run at once. So the
        # address is written here and not in `page`.
        lesson_again.write_address()


def _draw_or_try(is_taught: bool) -> None:
    """Says how much to draw. After a training, shows the choice between drawing examples and trying."""
    if not is_taught:
        st.html(f"<span>Draw {MIN_EXAMPLES} of each; {ENOUGH_EXAMPLES} are better</span>")
        return
    st.session_state.setdefault(session.TEACH_MODE, teaching.DRAW)
    st.segmented_control(
        "What a drawing is for",
        [teaching.DRAW, teaching.TRY],
        key=session.TEACH_MODE,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def _put_back_button() -> None:
    """Shows a button that puts back what the visitor has removed last, if anything was removed."""
    mine = lesson()
    # Without a button, its place stays empty, for the reason that `show_refusal` gives.
    place = st.empty()
    if not mine.removed:
        return
    last = mine.removed[-1]
    if last.sign is None:
        words = f"the drawing of {mine.signs[last.examples[0].sign]}"
    else:
        num = len(last.examples)
        drawings = f" and its {num} drawings" if num > 1 else " and its drawing" if num else ""
        words = f"{last.name}{drawings}"
    place.button(
        f"Put back {text.escaped(words)}",
        # With the number in the key, a late click does not put back something else as well.
        key=f"put-back-{len(mine.removed)}",
        icon=":material/undo:",
        on_click=_put_back,
    )


def _put_back() -> None:
    if is_second_click("put-back"):
        return
    with refusals.refusals(session.LESSON):
        lesson().put_back()


def _current_step(is_trying: bool) -> int:
    if teaching.is_learning():
        return 3
    if is_trying:
        return 2
    if lesson().is_complete:
        return 3
    return 2 if lesson().examples else 1


def _step(number: int, current: int) -> DeltaGenerator:
    """Shows the number of a step, and returns the container for what the visitor does in it."""
    place = st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key=f"step-{number}"
    )
    state = "current" if number == current else ""
    place.html(f'<b class="step {state}">{number}</b>', width="content")
    return place


def _say(lesson_doubts: Doubts) -> None:
    """Says what the steps and the desk do not say: that copies do not count, and what may go wrong."""
    with st.container(key="doubts", gap="xsmall"):
        if lesson().num_different() != lesson().counts():
            for sentence in lesson_doubts.missing:
                st.markdown(sentence)
        for sentence in lesson_doubts.warnings:
            st.warning(sentence)


page()
