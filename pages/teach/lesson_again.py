"""Opens the visitor's lesson again, from the run in the address: after a reload, or in a new session."""

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from bnn.data.dataset import STROKES_FILE
from bnn.runs import run_data
from bnn.runs.run import Run
from pages.shared import address, errors, session
from pages.teach import teaching
from pages.teach.lesson import Lesson, lesson
from pages.teach.lesson_files import lesson_in

# The name of the page in the address.
_PAGE = "teach"


def open_after_reload() -> None:
    """Opens the lesson of the run in the address, if this session has no lesson yet.

    So the visitor goes on with the same lesson after a reload of the page, even during the training.
    """
    if session.LESSON in st.session_state:
        return
    address.read_run(_PAGE, session.TAUGHT_BEFORE)
    run_id = st.session_state.get(session.TAUGHT_BEFORE)
    if run_id and not teaching.existing([run_id]):
        st.warning(errors.unknown_run(run_id))
        del st.session_state[session.TAUGHT_BEFORE]
    elif run_id:
        _open(run_id)


def write_address() -> None:
    """Writes the lesson's newest run to the address or, without one, the run that it named before."""
    address.write(_PAGE, address.query_string({"run": _run_in_address()}), _follow)


def _run_in_address() -> str | None:
    run = teaching.newest_run()
    return run.id if run else st.session_state.get(session.TAUGHT_BEFORE)


def _follow(texts: Mapping[str, str], is_new_session: bool) -> None:
    """Opens the lesson of the run in the browser's address, as `address.write` describes it.

    The address with which a new session begins is older: it does not name a run that was taught later.
    """
    run_id = texts.get("run", "")
    if is_new_session and run_id != _run_in_address() and teaching.existing([run_id]):
        _open(run_id)


def _open(run_id: str) -> None:
    # Even if the lesson cannot be opened, because the run's drawings are unreadable, the other pages can show
    # the run's network.
    st.session_state.setdefault(session.CHOSEN_RUN, run_id)
    (run,) = teaching.existing([run_id])
    with suppress(ValueError, OSError):
        _open_lesson(run)


def _open_lesson(run: Run) -> None:
    """Turns the drawings in a run into the visitor's lesson, if the run was started on this page.

    Raises:
        ValueError: if the file of drawings is damaged.
        OSError: if the file cannot be read.
    """
    if run.recipe().name != teaching.RECIPE or run_data.facts(run).name != teaching.FILE_NAME:
        return
    content = (run.folder / STROKES_FILE).read_bytes()
    before = lesson()
    opened, _ = lesson_in(content, STROKES_FILE, before)
    opened.runs.append(run.id)
    _take_unkept(opened, before)
    st.session_state[session.TAUGHT_RUNS] = [run.id]
    st.session_state[session.LESSON] = opened
    st.session_state.pop(session.TAUGHT_BEFORE, None)


def _take_unkept(opened: Lesson, before: Lesson) -> None:
    """Adds each unsaved example of the lesson before to the sign with the same name, if there is one."""
    numbers = {name: number for number, name in opened.signs.items()}
    for example in before.unkept():
        if (name := before.signs[example.sign]) in numbers:
            opened.add_example(numbers[name], example.strokes)
