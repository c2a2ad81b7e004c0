"""Teach: signs are named, examples are drawn, and what may go wrong is said before anything is taught.

The canvas is a component of the browser, which `AppTest` does not run. The lesson is filled instead.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from bnn.drawing.stroke_files import drawings_and_labels
from bnn.runs import run_data, trainings
from bnn.runs.status import Status
from pages.shared import session
from pages.teach import desk, doubts, teaching
from pages.teach.lesson import MAX_EXAMPLES, MAX_SIGNS, Lesson, from_drawings
from tests.support.lessons import filled, strokes
from tests.support.page_content import shown, words
from tests.support.pages import blocks_around, button_keys, click, open_page, refuse
from tests.support.run_content import living_status


def test_signs_are_named_added_and_removed_with_their_examples():
    lesson = filled("LX")
    leaf = lesson.add_sign(" leaf ")
    assert lesson.signs[leaf] == "leaf"
    lesson.rename(0, "heart")
    lesson.remove_sign(1)
    assert list(lesson.signs.values()) == ["heart", "leaf"]
    assert {example.sign for example in lesson.examples} == {0}


@pytest.mark.parametrize("name", ["", "X", "a" * 21, "two\nlines"])
def test_names_that_no_class_can_have_are_refused(name):
    lesson = filled("LX", num=1)
    with pytest.raises(ValueError, match=r"sign (name|called X already)"):
        lesson.rename(0, name)
    with pytest.raises(ValueError, match=r"sign (name|called X already)"):
        lesson.add_sign(name)
    assert list(lesson.signs.values()) == ["L", "X"]


def test_typed_names_that_differ_only_in_capital_letters_are_refused():
    lesson = Lesson()
    with pytest.raises(ValueError, match="the signs heart and Heart differ only in capital letters"):
        lesson.add_sign("Heart")
    with pytest.raises(ValueError, match="the signs heart and HEART"):
        lesson.rename(1, "HEART")
    lesson.rename(0, "Heart")
    # A capital and a small letter are different signs.
    assert [lesson.signs[lesson.add_sign(name)] for name in "Aa"] == ["A", "a"]


def test_number_of_signs_and_examples_is_limited():
    lesson = Lesson({})
    for number in range(MAX_SIGNS):
        lesson.add_sign(f"sign {number}")
    with pytest.raises(ValueError, match=str(MAX_SIGNS)):
        lesson.add_sign("one more")
    added = [lesson.add_example(3, strokes("L", seed)) for seed in range(MAX_EXAMPLES + 1)]
    assert added == [True] * MAX_EXAMPLES + [False]


def test_drawings_from_the_browser_are_added_once_and_nonsense_is_ignored():
    lesson = Lesson()
    drawn = [{"number": n, "sign": 1, "strokes": [s.tolist() for s in strokes("L", n)]} for n in (1, 2)]
    for _ in range(2):
        desk.add_drawings(lesson, drawn)
    assert [example.sign for example in lesson.examples] == [1, 1]
    good = drawn[0]["strokes"]
    for odd in (None, 3, {"number": 9}, {"number": "x"}, {"number": 9, "sign": 1, "strokes": [[["a", 1]]]}):
        desk.add_drawings(lesson, [odd])
    for number, sign in ((10, 77), (11, None), (12, "1")):
        desk.add_drawings(lesson, [{"number": number, "sign": sign, "strokes": good}])
    assert len(lesson.examples) == 2


def test_file_of_examples_can_be_opened_again():
    # The order of the signs is neither that of their names nor that of their examples.
    lesson = filled("XL", num=3)
    lesson.examples.reverse()
    lines = [json.loads(line) for line in lesson.to_file().splitlines()]
    assert [line["label"] for line in lines] == ["X"] * 3 + ["L"] * 3
    again, num_left_out = from_drawings(*drawings_and_labels(lesson.to_file().encode(), "signs.jsonl"))
    assert num_left_out == 0
    assert list(again.signs.items()) == list(lesson.signs.items())
    by_sign = sorted(lesson.examples, key=lambda example: example.sign)
    for one, other in zip(again.examples, by_sign, strict=True):
        np.testing.assert_array_equal(one.image, other.image)


def test_doubts_are_said_in_words():
    assert doubts.doubts(filled("LXe")) == ([], [], [], set())
    (missing,) = doubts.doubts(filled("LX", num=4)).missing
    assert "L has 4 and X has 4" in missing
    assert doubts.doubts(filled("L")).missing
    copies = filled("LX")
    copies.examples = [example._replace(strokes=copies.examples[0].strokes) for example in copies.examples]
    (missing,) = doubts.doubts(copies).missing
    assert missing.endswith("L has 1 and X has 1. Copies of the same drawing count once.")
    assert "10 are better" in doubts.doubts(filled("LX", num=6)).hints[0]


def test_signs_without_drawings_are_named_before_they_are_left_out(teach_page):
    lesson = filled("LX")
    _, cross, hook = map(lesson.add_sign, ("star", "cross", "hook"))
    sentence = "**star, cross and hook** have no drawings and will not be learnt."
    assert doubts.doubts(lesson).hints == [sentence]
    page = teach_page(lesson)
    assert sentence in page.button(key="teach").help
    # Teach can be pressed, but drawing comes first.
    assert '<b class="step current">2</b>' in shown(page)
    assert page.button(key="teach").proto.type == "secondary"
    lesson.remove_sign(hook)
    lesson.add_example(cross, strokes("e"))
    # With too few drawings of one sign, nothing can be taught. So the hint about the other signs is left out.
    assert doubts.doubts(lesson).hints == []


def test_bars_of_the_answer_are_in_the_order_of_the_lesson():
    lesson = Lesson(dict(enumerate(("tree", "house", "ant"))))
    html = desk._empty_answer(lesson, ("ant", "tree", "xylophone"))
    assert re.findall(r":nth-child\((\d)\) { order: (\d)", html) == [("1", "2"), ("2", "0"), ("3", "3")]


def test_alike_signs_and_examples_in_the_wrong_tray_are_named():
    lesson = filled("LXe")
    for seed in range(20, 30):
        lesson.signs[50] = "roof"
        lesson.add_example(50, strokes("e", seed))
    (warning,) = [text for text in doubts.doubts(lesson).warnings if "alike" in text]
    assert "e and roof look alike" in warning
    wrong = filled("LXe")
    moved = wrong.examples[3]._replace(sign=1)
    wrong.examples[3] = moved
    said = doubts.doubts(wrong)
    assert said.suspects == {moved.number}
    assert "One example of **X** looks like **L**" in said.warnings[0]


def test_page_teaches_the_examples_and_then_lets_the_network_read(teach_page, launched):
    page = teach_page(filled("LX"))
    page = click(page, "teach")
    (run,) = launched
    assert run.recipe().name == "symbols"
    assert run_data.facts(run).class_names == ("L", "X")
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
    for _ in range(2):
        (error,) = page.error
        assert error.value == "The file is in use."
        assert blocks_around(page.main, error) == blocks_around(page.main, page.get("progress")[0])[:-1]
        page.run()


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


def test_page_shows_the_network_when_its_training_has_ended_meanwhile(teach_page, make_run):
    lesson = filled("LX")
    lesson.runs.append(make_run().id)
    page = teach_page(lesson)
    assert not page.error
    assert not page.warning
    assert page.session_state[session.TEACH_MODE] == teaching.TRY
    assert '<b class="step current">2</b>' in shown(page)
    assert page.button(key="teach").proto.type == "secondary"
    # The visitor's own choice then stays.
    page.segmented_control(key=session.TEACH_MODE).set_value(teaching.DRAW).run()
    assert not page.error
    assert page.session_state[session.TEACH_MODE] == teaching.DRAW
    assert '<b class="step current">3</b>' in shown(page)
    assert page.button(key="teach").proto.type == "primary"


def test_examples_are_downloaded_from_a_thread_without_a_session(teach_page, monkeypatch):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **_: offered.append(data))
    lesson = filled("LX", num=1)
    teach_page(lesson)
    monkeypatch.setattr("pages.teach.lesson.Lesson", Lesson)
    with ThreadPoolExecutor() as pool:
        assert pool.submit(offered[-1]).result() == lesson.to_file()


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
    page.text_input[0].set_value("leaf").run()
    assert page.session_state[session.LESSON].signs[0] == "leaf"
    assert page.text_input[0].value == "leaf"
    page.text_input[0].set_value("star").run()
    assert page.text_input[0].value == "leaf"
    assert [error.value for error in page.error if "star" in error.value]
    assert not page.warning
    assert not warnings
