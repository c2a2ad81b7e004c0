"""Teach: the lesson of the run in the address is opened again after a reload, and in a new session."""

import itertools
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bnn.data import files
from bnn.data.dataset import STROKES_FILE
from bnn.recipes.presets import preset
from bnn.runs import store, trainings
from bnn.runs.status import Status
from pages.shared import address, session
from pages.teach import teaching
from pages.teach.lesson import START_NAMES
from tests.support.lessons import filled
from tests.support.pages import begin_new_session, click, open_page
from tests.support.project import PROJECT

pytestmark = pytest.mark.usefixtures("app_network")


def reloaded(run_id):
    page = AppTest.from_file(str(PROJECT / "pages" / "teach" / "page.py"), default_timeout=60)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    return page


def taught_run(lesson, file_name="signs.jsonl"):
    content = lesson.to_file().encode()
    return trainings.start(preset("symbols"), data=files.parse(content, file_name))


def test_reload_opens_the_drawings_and_the_training_again(teach_page, launched):
    lesson = filled("LX")
    click(teach_page(lesson), "teach")
    page = reloaded(launched[0].id)
    opened = page.session_state[session.LESSON]
    assert opened.to_file() == lesson.to_file()
    assert opened.is_kept
    assert opened.runs == [launched[0].id]
    # The training is still shown.
    assert page.button(key="stop-teaching")


def test_reload_opens_a_lesson_whose_names_can_no_longer_be_typed(launched):
    """Earlier versions let visitors teach signs whose names differ only in capital letters."""
    lesson = filled("LX")
    lesson.signs = {0: "heart", 1: "Heart"}
    run = taught_run(lesson)
    page = reloaded(run.id)
    assert page.session_state[session.LESSON].to_file() == lesson.to_file()
    run.write_status(Status("failed", "no memory"))
    click(page.run(), "delete-examples-yes-0")
    assert not run.folder.exists()


def test_link_opens_no_drawings_of_a_run_that_was_started_elsewhere(launched, make_run):
    run = taught_run(filled("LX"), "ann.jsonl")
    for other in (run, make_run()):
        page = reloaded(other.id)
        assert not page.session_state[session.LESSON].examples
        assert page.session_state[session.CHOSEN_RUN] == other.id


def test_link_to_a_run_that_does_not_exist_says_so():
    page = reloaded("nosuch")
    (warning,) = page.warning
    assert warning.value.startswith("There is no run nosuch. It may have been deleted.")
    assert warning.value.endswith("the drawings that it learnt from were deleted with it.")
    assert session.CHOSEN_RUN not in page.session_state


@pytest.fixture
def moved(monkeypatch):
    """A function that returns the state of a session after a move of the browser on the Teach page.

    `state` is the session's state before, `search` is the address in the browser, and `is_new` says whether
    the browser has noticed that the session is new.
    """
    component, numbers = {}, itertools.count()
    with monkeypatch.context() as patch:
        patch.setattr(address, "_address", lambda **arguments: component.update(arguments))
        open_page("teach")
    assert component["data"]["canMove"]
    assert component["data"]["isRemembered"]

    def moved(state, search, is_new=True):
        move = {"number": next(numbers), "isForNewSession": is_new, "search": search}
        with monkeypatch.context() as patch:
            patch.setattr(st, "session_state", state | {component["key"]: SimpleNamespace(move=move)})
            component["on_move_change"]()
            return st.session_state

    return moved


def test_new_session_opens_the_lesson_of_the_run_in_the_browsers_address(launched, moved):
    """Streamlit gives a new session the address with which the tab was opened: one without the run."""
    run, before = taught_run(filled("LX")), filled("H", num=1)
    before.last_received = 3
    state = moved({session.LESSON: before}, f"?run={run.id}")
    opened = state[session.LESSON]
    assert opened.to_file() == filled("LX").to_file()
    assert not set(opened.signs) & set(before.signs)
    assert opened.last_received == 3
    assert opened.runs == state[session.TAUGHT_RUNS] == [run.id]
    assert state[session.CHOSEN_RUN] == run.id
    assert opened.is_kept
    run.write_status(Status("finished"))
    store.delete(run)
    assert not opened.is_kept


def test_lesson_opened_in_a_new_session_has_the_drawings_that_the_browser_has_sent_again(launched, moved):
    run = taught_run(filled("LX"))
    opened = moved({session.LESSON: filled("LH", num=1)}, f"?run={run.id}")[session.LESSON]
    assert list(opened.signs.values()) == ["L", "X"]
    assert [opened.signs[example.sign] for example in opened.examples] == ["L"] * 10 + ["X"] * 10 + ["L"]
    assert not opened.is_kept


def test_lesson_of_the_browsers_address_replaces_that_of_the_opening_link(launched, moved):
    older, newer = taught_run(filled("LX")), taught_run(filled("XH"))
    state = moved({}, f"?run={older.id}") | {session.TEACH_MODE: teaching.TRY}
    state = moved(state, f"?run={newer.id}")
    assert list(state[session.LESSON].signs.values()) == ["X", "H"]
    assert state[session.CHOSEN_RUN] == newer.id
    assert state[session.TAUGHT_RUNS] == [older.id, newer.id]
    assert session.TEACH_MODE not in state
    other = "another run, chosen on another page"
    assert moved(state | {session.CHOSEN_RUN: other}, f"?run={older.id}")[session.CHOSEN_RUN] == other
    # Nothing is opened if only another parameter differs.
    lesson = state[session.LESSON]
    assert moved(state, f"?run={newer.id}&tour=off")[session.LESSON] is lesson


def test_lesson_of_the_opening_link_is_not_shown_if_the_browsers_address_names_no_run(launched, moved):
    """The visitor has replaced it, for example by opening a file."""
    state = moved({}, f"?run={taught_run(filled('LX')).id}")
    replaced = state[session.LESSON]
    replaced.last_received = 3
    fresh = moved(state, "?tour=off")[session.LESSON]
    assert tuple(fresh.signs.values()) == START_NAMES
    assert not fresh.examples
    assert fresh.last_received == 3
    assert min(fresh.signs) == replaced.next_number
    assert fresh.next_number == max(fresh.signs) + 1


def test_new_session_does_not_take_the_names_in_the_fields_of_the_last(teach_page):
    """A browser sends what is in its fields to a new session, too."""
    page = teach_page(filled("LX", num=1))
    page.text_input[0].set_value("lion").run()
    what_it_shows = begin_new_session(page)
    for _ in range(2):
        page._run(what_it_shows)
        assert [field.value for field in page.text_input[: len(START_NAMES)]] == list(START_NAMES)


@pytest.mark.parametrize("reason", ["session not new", "no run", "unknown", "damaged", "started elsewhere"])
def test_lesson_stays_if_the_one_in_the_address_cannot_be_opened(launched, moved, make_run, reason):
    run = make_run() if reason == "started elsewhere" else taught_run(filled("LX"))
    if reason == "damaged":
        (run.folder / STROKES_FILE).write_bytes(b"{")
    search = {"no run": "", "unknown": "?run=nosuch"}.get(reason, f"?run={run.id}")
    lesson = filled("H")
    state = {session.LESSON: lesson, session.TEACH_MODE: teaching.TRY}
    state = moved(state, search, is_new=reason != "session not new")
    assert state[session.LESSON] is lesson
    assert state[session.TEACH_MODE] == teaching.TRY
    # Other pages can show the network of a run that exists.
    is_shown = reason in {"damaged", "started elsewhere"}
    assert state.get(session.CHOSEN_RUN) == state.get(session.TAUGHT_BEFORE) == (run.id if is_shown else None)


def test_reload_shows_the_network_of_a_run_whose_drawings_are_damaged(launched):
    run = taught_run(filled("LX"))
    (run.folder / STROKES_FILE).write_bytes(b"{")
    page = reloaded(run.id)
    assert not page.session_state[session.LESSON].examples
    assert page.session_state[session.CHOSEN_RUN] == run.id
