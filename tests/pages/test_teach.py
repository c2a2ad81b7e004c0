"""Teach: signs are named, and examples are taught and downloaded. Each error is beside what caused it.

The canvas is a component of the browser, which `AppTest` does not run. The lesson is filled instead.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from bnn.runs import run_data, store, trainings
from bnn.runs.status import Status
from pages.shared import session
from pages.teach import desk, teaching
from pages.teach.lesson import Lesson
from tests.support.lessons import filled, strokes
from tests.support.page_content import shown, words
from tests.support.pages import (
    blocks_around,
    button_keys,
    check_refusal_stays_beside_progress,
    click,
    open_page,
    refuse,
)
from tests.support.run_content import living_status, sound_test_result

pytestmark = pytest.mark.usefixtures("app_network")


def test_bars_of_the_answer_are_in_the_order_of_the_lesson():
    lesson = Lesson(dict(enumerate(("tree", "house", "ant"))))
    html = desk._empty_answer(lesson, ("ant", "tree", "xylophone"))
    assert re.findall(r":nth-child\((\d)\) { order: (\d)", html) == [("1", "2"), ("2", "0"), ("3", "3")]


def test_page_teaches_the_examples_and_deletes_them_with_their_run(teach_page, launched):
    page = teach_page(filled("LX"))
    page = click(page, "teach")
    (run,) = launched
    assert run.recipe().name == "symbols"
    assert run_data.facts(run).class_names == ("L", "X")
    assert page.session_state[session.LESSON].is_kept
    # The progress takes the place of the button.
    assert "stop-teaching" in button_keys(page)
    assert "teach" not in button_keys(page)
    run.write_status(Status("failed", "no memory"))
    page.run()
    assert "no memory" in page.warning[0].value
    page = click(page, "delete-examples-no-0")
    assert run.folder.exists()
    assert page.session_state[session.LESSON].examples
    page = click(page, "delete-examples-yes-1")
    assert not run.folder.exists()
    assert page.session_state[session.LESSON].examples == []


def test_error_of_stop_stays_beside_the_button(teach_page, launched, monkeypatch):
    page = click(teach_page(filled("LX")), "teach")
    launched[0].write_status(living_status())
    monkeypatch.setattr(trainings, "stop", refuse)
    page = click(page.run(), "stop-teaching")
    check_refusal_stays_beside_progress(page)


def test_teach_returns_if_its_run_is_deleted_during_the_training():
    def progress():
        import streamlit as st

        from pages.teach import teaching

        st.session_state["runs of the page"] = st.session_state.get("runs of the page", 0) + 1
        # The page shows the progress only during a training.
        if st.session_state["runs of the page"] == 1:
            teaching._progress()

    page = AppTest.from_function(progress)
    page.session_state[session.LESSON] = filled("LX")
    page.session_state[session.LESSON].runs.append("deleted")
    assert not page.run().exception
    assert page.session_state["runs of the page"] == 2


def test_double_click_teaches_once(launched):
    def presses():
        from pages.teach import teaching

        for _ in range(2):
            teaching._teach()

    page = AppTest.from_function(presses)
    page.session_state[session.LESSON] = filled("LX")
    assert not page.run().exception
    assert len(launched) == 1


def test_page_without_examples_says_how_many_it_needs_and_teaches_nothing():
    page = open_page("teach")
    assert "Draw 5 of each; 10 are better" in words(page)
    assert page.button(key="teach").disabled
    assert page.button(key="delete-examples-yes-0").disabled


def test_page_tries_the_network_if_its_training_ended_while_another_page_was_open(teach_page, make_run):
    lesson = filled("LX")
    lesson.runs.append(make_run().id)
    page = teach_page(lesson)
    assert not page.error
    assert not page.warning
    assert page.session_state[session.TEACH_MODE] == teaching.TRY
    assert '<b class="step current">2</b>' in shown(page)
    assert page.button(key="teach").proto.type == "secondary"
    # After that, the visitor's own choice stays.
    page.segmented_control(key=session.TEACH_MODE).set_value(teaching.DRAW).run()
    assert not page.error
    assert page.session_state[session.TEACH_MODE] == teaching.DRAW
    assert '<b class="step current">3</b>' in shown(page)
    assert page.button(key="teach").proto.type == "primary"


def result_words(page):
    (result,) = [each.value for each in page.markdown if "kept aside for the test" in each.value]
    return result


def test_page_shows_the_network_of_a_stopped_training_that_was_resumed_on_train(teach_page, make_run):
    run, other = make_run(state="stopped"), make_run()
    run.write_test(sound_test_result())
    lesson = filled("LX")
    lesson.runs.append(run.id)
    page = teach_page(lesson)
    assert "stopped" in page.warning[0].value
    run.write_status(Status("finished"))
    page.run()
    assert page.session_state[session.TEACH_MODE] == teaching.TRY
    assert page.session_state[session.CHOSEN_RUN] == run.id
    assert result_words(page).endswith("reads it. The other pages show this network, too.")
    # The words change if the visitor draws examples again, and chooses another network on Draw.
    page.session_state[session.CHOSEN_RUN] = other.id
    page.segmented_control(key=session.TEACH_MODE).set_value(teaching.DRAW).run()
    words = result_words(page)
    assert words == "Of the drawings kept aside for the test, the network reads **7 of 8** right."


def test_examples_are_downloaded_from_a_thread_without_a_session(teach_page, monkeypatch):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **_: offered.append(data))
    lesson = filled("LX", num=1)
    teach_page(lesson)
    monkeypatch.setattr("pages.teach.lesson.Lesson", Lesson)
    with ThreadPoolExecutor() as pool:
        assert pool.submit(offered[-1]).result() == lesson.to_file()


def test_examples_are_no_longer_kept_when_their_run_is_deleted(make_run):
    lesson, run = filled("LX", num=1), make_run()
    lesson.keep(run.id)
    assert lesson.is_kept
    store.delete(run)
    assert not lesson.is_kept
    lesson.keep()
    assert lesson.is_kept


def test_downloaded_examples_are_kept_and_later_ones_are_not(teach_page):
    lesson = filled("LX", num=1)
    page = teach_page(lesson)
    assert not lesson.is_kept
    page.get("download_button")[0].click().run()
    assert lesson.is_kept
    lesson.add_example(0, strokes("L", seed=9))
    assert not page.run().session_state[session.LESSON].is_kept


def test_name_that_is_taken_is_refused_where_it_was_typed():
    page = open_page("teach")
    page.text_input(key="new-sign").set_value("heart").run()
    (error,) = page.error
    assert error.value == "There is a sign called heart already."
    assert page.text_input(key="new-sign").value == "heart"
    assert "popover" in blocks_around(page.main, error)


def test_sign_can_be_renamed_and_a_refused_name_is_undone(monkeypatch):
    # Streamlit logs its warning about a default value once per process, and its loggers do not propagate. So
    # this test lets the warning be logged again, and records it.
    warnings = []
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    monkeypatch.setattr(policies._LOGGER, "warning", lambda text, *arguments: warnings.append(text))
    page = open_page("teach")
    assert page.text_input[0].value == "heart"
    # If another field were replaced, the text that the visitor is typing into it would be lost.
    others = [field.id for field in page.text_input[1:]]
    page.text_input[0].set_value("leaf ").run()
    assert page.session_state[session.LESSON].signs[0] == "leaf"
    assert page.text_input[0].value == "leaf"
    page.text_input[0].set_value("star").run()
    assert page.text_input[0].value == "leaf"
    assert [field.id for field in page.text_input[1:]] == others
    assert [error.value for error in page.error if "star" in error.value]
    assert not page.warning
    assert not warnings
