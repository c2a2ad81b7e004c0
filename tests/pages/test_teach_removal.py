"""Teach: drawings are deleted only after a question, or can be put back. A reload opens the lesson again."""

import math
from types import SimpleNamespace

import streamlit as st
from streamlit.testing.v1 import AppTest

from bnn.data import files
from bnn.recipes.presets import preset
from bnn.runs import trainings
from bnn.runs.status import Status
from pages.shared import address, clicks, session
from tests.support.lessons import filled
from tests.support.pages import click, open_page
from tests.support.project import PROJECT


def upload(page):
    """Opens a file with a drawing of each of the signs T and e."""
    page.file_uploader[0].upload("signs.jsonl", filled("eT", num=1).to_file().encode()).run()


def sign_names(page):
    return list(page.session_state[session.LESSON].signs.values())


def test_opened_file_shows_its_own_names_and_drawings(teach_page):
    lesson = filled("LX", num=1)
    lesson.keep()
    page = teach_page(lesson)
    upload(page)
    opened = page.session_state[session.LESSON]
    numbers = [{*one.signs, *(example.number for example in one.examples)} for one in (lesson, opened)]
    assert not numbers[0] & numbers[1]
    fields = [(field.label, field.value) for field in page.text_input[:2]]
    assert fields == [("Sign 1", "e"), ("Sign 2", "T")]


def test_file_replaces_unsaved_drawings_only_after_a_question(teach_page):
    page = teach_page(filled("LX", num=1))
    upload(page)
    assert sign_names(page) == ["L", "X"]
    assert not page.button(key="do-not-open").click().run().session_state[session.LESSON].is_kept
    assert sign_names(page) == ["L", "X"]
    upload(page)
    page = page.button(key="open-examples").click().run()
    assert sign_names(page) == ["e", "T"]
    assert "2 examples of 2 signs were opened." in [caption.value for caption in page.caption]
    assert not page.toast


def test_file_replaces_a_removed_drawing_only_after_a_question(teach_page):
    lesson = filled("LX", num=2)
    lesson.remove_example(lesson.examples[0].number)
    lesson.keep()
    page = teach_page(lesson)
    upload(page)
    assert sign_names(page) == ["L", "X"]
    assert page.button(key="open-examples")


def test_double_click_opens_a_file_once():
    page = _open_twice(filled("eT", num=1).to_file().encode())
    assert sign_names(page) == ["e", "T"]


def test_refused_file_is_called_by_its_name():
    page = _open_twice(b"{")
    sentence = page.session_state[f"refusal-{session.LESSON}"][0].replace("\\", "")
    assert sentence.startswith("This file cannot be used: signs.jsonl, line 1: ")


def _open_twice(content):
    """Returns the page after two presses that open a file with this content."""

    def presses():
        from pages.teach import example_files

        for _ in range(2):
            example_files._open()

    page = AppTest.from_function(presses)
    page.session_state["examples-file-0"] = SimpleNamespace(getvalue=lambda: content, name="signs.jsonl")
    assert not page.run().exception
    return page


def test_removed_signs_and_drawings_are_put_back_in_their_places(teach_page, monkeypatch):
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_SECONDS", 0.0)
    lesson = filled("LXT", num=2)
    before = lesson.to_file()
    lesson.remove_example(lesson.examples[0].number)
    page = teach_page(lesson)
    page.button(key="remove-sign-1").click().run()
    assert sign_names(page) == ["L", "T"]
    assert page.button(key="put-back-2").label == "Put back X and its 2 drawings"
    page.button(key="put-back-2").click().run()
    assert page.button(key="put-back-1").label == "Put back the drawing of L"
    page.button(key="put-back-1").click().run()
    assert sign_names(page) == ["L", "X", "T"]
    assert page.session_state[session.LESSON].to_file() == before
    assert not [button for button in page.button if button.key.startswith("put-back")]


def test_second_click_removes_no_other_sign(teach_page, monkeypatch):
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_SECONDS", math.inf)
    page = teach_page(filled("LXTe", num=1))
    page.button(key="remove-sign-0").click().run()
    page.button(key="remove-sign-1").click().run()
    assert sign_names(page) == ["X", "T", "e"]


def test_sign_whose_name_was_taken_after_its_removal_is_not_put_back(teach_page):
    lesson = filled("LXT", num=1)
    lesson.remove_sign(1)
    lesson.add_sign("X")
    page = teach_page(lesson)
    page.button(key="put-back-1").click().run()
    assert ["a sign called X already" in error.value for error in page.error] == [True]
    assert sign_names(page) == ["L", "T", "X"]


def test_sign_of_a_file_is_put_back_beside_one_that_differs_in_capital_letters():
    lesson = filled("LXT", num=1)
    # Visitors cannot type two such names, but a file may have them.
    lesson.signs[0], lesson.signs[1] = "heart", "Heart"
    lesson.remove_sign(1)
    lesson.put_back()
    assert list(lesson.signs.values()) == ["heart", "Heart", "T"]


def test_deleted_drawings_cannot_be_put_back(teach_page):
    lesson = filled("LX", num=1)
    for example in list(lesson.examples):
        lesson.remove_example(example.number)
    page = teach_page(lesson)
    assert page.button(key="put-back-2")
    page = click(page, "delete-examples-yes-0")
    assert not lesson.examples
    assert not lesson.removed
    assert not [button for button in page.button if button.key.startswith("put-back")]


def reloaded(run_id):
    page = AppTest.from_file(str(PROJECT / "pages" / "teach" / "page.py"), default_timeout=60)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    return page


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
    run = trainings.start(preset("symbols"), data=files.parse(lesson.to_file().encode(), "signs.jsonl"))
    page = reloaded(run.id)
    assert page.session_state[session.LESSON].to_file() == lesson.to_file()
    run.write_status(Status("failed", "no memory"))
    click(page.run(), "delete-examples-yes-0")
    assert not run.folder.exists()


def test_link_opens_no_drawings_of_a_run_that_was_started_elsewhere(launched, make_run):
    content = filled("LX").to_file().encode()
    run = trainings.start(preset("symbols"), data=files.parse(content, "ann.jsonl"))
    for other in (run, make_run()):
        page = reloaded(other.id)
        assert not page.session_state[session.LESSON].examples
        assert page.session_state[session.CHOSEN_RUN] == other.id


def test_link_to_a_run_that_does_not_exist_says_so():
    page = reloaded("nosuch")
    assert [warning.value for warning in page.warning] == [
        "There is no run nosuch. It may have been deleted."
    ]
    assert session.CHOSEN_RUN not in page.session_state


def test_new_session_opens_the_lesson_of_the_run_in_the_browsers_address(launched, monkeypatch):
    """Streamlit gives a new session the address with which the tab was opened: one without the run."""
    content = filled("LX").to_file().encode()
    run = trainings.start(preset("symbols"), data=files.parse(content, "signs.jsonl"))
    component = {}
    monkeypatch.setattr(address, "_address", lambda **arguments: component.update(arguments))
    page = open_page("teach")
    assert component["data"]["canMove"]
    # The browser has already sent drawings again that the server did not have.
    before = filled("LH", num=1)
    before.last_received = 3
    state = {session.LESSON: before, component["key"]: SimpleNamespace(move={})}
    monkeypatch.setattr(st, "session_state", state)
    for number, is_new, search in ((1, False, f"?run={run.id}"), (2, True, "?run=nosuch"), (3, True, "")):
        state[component["key"]].move = {"number": number, "isForNewSession": is_new, "search": search}
        component["on_move_change"]()
        assert state[session.LESSON] is before
    state[component["key"]].move |= {"number": 4, "search": f"?run={run.id}"}
    component["on_move_change"]()
    opened = state[session.LESSON]
    assert list(opened.signs.values()) == ["L", "X"]
    assert [opened.signs[example.sign] for example in opened.examples] == ["L"] * 10 + ["X"] * 10 + ["L"]
    assert not set(opened.signs) & set(before.signs)
    assert opened.last_received == 3
    assert not opened.is_kept
    assert opened.runs == state[session.TAUGHT_RUNS] == [run.id]
    assert state[session.CHOSEN_RUN] == run.id
    assert not page.exception
