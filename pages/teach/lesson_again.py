"""Opens the visitor's lesson again, from the run in the address: after a reload, or in a new session."""

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from bnn.data.dataset import STROKES_FILE
from bnn.runs import run_data
from bnn.runs.run import Run
from pages.shared import address, errors, session
from pages.teach import teaching
from pages.teach.lesson import START_NAMES, Lesson, lesson, replace_lesson
from pages.teach.lesson_files import lesson_in

# The name of the page in the address.
_PAGE = "teach"


def open_at_start() -> None:
    """Opens the lesson of the run in the address, if this session has no lesson yet.

    So the visitor goes on with the same lesson after a reload of the page, even during the training.
    """
    state = st.session_state
    if session.LESSON in state:
        return
    address.read_run(_PAGE, session.TAUGHT_BEFORE)
    run_id = state.get(session.TAUGHT_BEFORE)
    runs = teaching.existing_runs([run_id])
    if runs:
        # Even if the lesson cannot be opened, the other pages can show the run's network.
        state.setdefault(session.CHOSEN_RUN, run_id)
        _open(runs[0])
    elif run_id:
        st.warning(
            f"{errors.unknown_run(run_id)} If so, the drawings that it learnt from were deleted with it."
        )
        del state[session.TAUGHT_BEFORE]


def write_address() -> None:
    """Writes the lesson's newest run to the address or, without one, the run that it named before."""
    address.write(_PAGE, address.query_string({"run": _run_in_address()}), _follow, is_remembered=True)


def _run_in_address() -> str | None:
    run = teaching.newest_run()
    return run.id if run else st.session_state.get(session.TAUGHT_BEFORE)


def _follow(texts: Mapping[str, str], is_new_session: bool) -> None:
    """Opens the lesson of the run in the browser's address, as `address.write` describes it.

    A new session begins with the address with which the tab was opened. This address may name a run that the
    visitor has replaced, and does not name a run that was taught later.
    """
    state = st.session_state
    before, run_id = _run_in_address(), texts.get("run")
    runs = teaching.existing_runs([run_id])
    if not is_new_session or run_id == before or (run_id and not runs):
        return
    if not runs:
        _replace(lesson(), Lesson.after(lesson(), START_NAMES))
        return
    if state.get(session.CHOSEN_RUN) in (None, before):
        state[session.CHOSEN_RUN] = run_id
    if not _open(runs[0]):
        state[session.TAUGHT_BEFORE] = run_id


def _open(run: Run) -> bool:
    """Turns the drawings in a run into the visitor's lesson, and returns whether that was possible.

    It is not possible if the run was not started on this page, or its drawings cannot be read.
    """
    with suppress(ValueError, OSError):
        if run.recipe().name != teaching.RECIPE or run_data.facts(run).name != teaching.FILE_NAME:
            return False
        content = (run.folder / STROKES_FILE).read_bytes()
        opened, _ = lesson_in(content, STROKES_FILE, lesson())
        opened.runs.append(run.id)
        opened.keep(run.id)
        taught = st.session_state.setdefault(session.TAUGHT_RUNS, [])
        if run.id not in taught:
            taught.append(run.id)
        _replace(lesson(), opened)
        return True
    return False


def _replace(earlier: Lesson, opened: Lesson) -> None:
    """Opens a lesson instead of the earlier one.

    Each unsaved example of the earlier lesson is added to the sign with the same name, if there is one.
    """
    numbers = {name: number for number, name in opened.signs.items()}
    for example in earlier.unkept():
        if (name := earlier.signs[example.sign]) in numbers:
            opened.add_example(numbers[name], example.strokes)
    replace_lesson(opened)
