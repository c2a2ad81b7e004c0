"""Teach: drawings are deleted only after a question, or can be put back."""

import math
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from pages.shared import clicks, session
from tests.support.lessons import filled
from tests.support.pages import click


def upload(page):
    """Opens a file with a drawing of each of the signs A and T."""
    page.file_uploader[0].upload("signs.jsonl", filled("AT", num=1).to_file().encode()).run()


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
    assert fields == [("Sign 1", "A"), ("Sign 2", "T")]


def test_file_replaces_unsaved_drawings_only_after_a_question(teach_page):
    page = teach_page(filled("LX", num=1))
    upload(page)
    assert sign_names(page) == ["L", "X"]
    assert not page.button(key="do-not-open").click().run().session_state[session.LESSON].is_kept
    assert sign_names(page) == ["L", "X"]
    upload(page)
    page = page.button(key="open-examples").click().run()
    assert sign_names(page) == ["A", "T"]
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
    page = _open_twice(filled("AT", num=1).to_file().encode())
    assert sign_names(page) == ["A", "T"]


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
    page = teach_page(filled("LXTA", num=1))
    page.button(key="remove-sign-0").click().run()
    page.button(key="remove-sign-1").click().run()
    assert sign_names(page) == ["X", "T", "A"]


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
