"""Draw: a visitor corrects answers; the drawings are kept, downloaded and deleted. A fake canvas is used."""

import math

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import load_drawings
from bnn.engine import file
from bnn.engine.answer import Answer, read
from bnn.runs import store, trainings
from bnn.runs.status import Status
from pages.draw.hand import Example
from pages.shared import clicks, saved, session, text
from pages.shared.drawing import drawn_digit
from tests.support import hand_runs
from tests.support.drawings import canvas_objects, random_strokes
from tests.support.page_content import shown
from tests.support.pages import blocks_around, button_keys, click, open_page, refuse


def answer(page):
    """Returns the network's answer: the only digit without a button for a correction."""
    (key,) = {f"it-is-{label}" for label in range(10)} - button_keys(page)
    return int(key[-1])


def test_answer_that_names_no_digit_has_no_button_right(make_run, drawn, monkeypatch):
    monkeypatch.setattr(Answer, "is_known", False)
    make_run()
    found = button_keys(open_page("draw"))
    assert "right" not in found
    assert {f"it-is-{label}" for label in range(10)} <= found


def test_nothing_is_asked_without_a_drawing(make_run):
    make_run()
    assert not button_keys(open_page("draw")) & {"right", "it-is-3", "learn"}


def test_corrections_are_kept_and_can_be_removed(make_run, drawn, known, monkeypatch):
    make_run()
    page = open_page("draw")
    right = answer(page)
    wrong = (right + 1) % 10
    page = click(click(page, "right"), f"it-is-{wrong}")
    assert [e.label for e in page.session_state[session.EXAMPLES]] == [right, wrong]
    # Screen readers say what each picture shows.
    for label in (right, wrong):
        assert f'alt="your drawing of {text.with_article(str(label))}"' in shown(page)
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_SECONDS", math.inf)
    page = click(page, "remove-0-2")
    assert [e.label for e in page.session_state[session.EXAMPLES]] == [wrong]
    # The second click of a double click removes nothing.
    page = click(page, "remove-0-1")
    assert [e.label for e in page.session_state[session.EXAMPLES]] == [wrong]
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_SECONDS", 0.0)
    assert "learn" not in button_keys(click(page, "remove-0-1"))


def test_button_right_keeps_the_newest_drawing_with_the_answer_to_it(make_run, drawn, known):
    network = file.load(make_run().model_path)
    page = open_page("draw")
    before = answer(page)
    drawings = [random_strokes(np.random.default_rng(seed)) for seed in range(100)]
    newest = next(strokes for strokes in drawings if label_of(network, strokes) != before)
    report(page, newest)
    (example,) = click(page, "right").session_state[session.EXAMPLES]
    assert example.label == label_of(network, newest)
    assert [len(stroke) for stroke in example.strokes] == [len(stroke) for stroke in newest]


def test_button_right_keeps_nothing_if_the_newest_drawing_is_like_no_digit(make_run, drawn, monkeypatch):
    make_run()
    monkeypatch.setattr(Answer, "is_known", True)
    page = open_page("draw")
    monkeypatch.setattr(Answer, "is_known", False)
    page = click(page, "right")
    assert page.session_state[session.EXAMPLES] == []
    # The message takes the place of "Wrong?", so that nothing below it moves.
    assert "Not kept. It is a …" in [text.value for text in page.markdown]
    assert not page.error
    assert "right" not in button_keys(page)
    page = click(page, "it-is-3")
    assert "Not kept. It is a …" not in [text.value for text in page.markdown]
    assert len(page.session_state[session.EXAMPLES]) == 1


def label_of(network, strokes):
    return read(network, drawn_digit(canvas_objects(strokes)).digit).label


def report(page, strokes):
    """Reports strokes as the canvas does. The page learns of them at its next run."""
    page.session_state[f"canvas-{page.session_state[session.DRAWING_NUMBER]}"] = {
        "drawing": {"raw": {"objects": canvas_objects(strokes)}}
    }


def test_message_that_a_drawing_is_kept_disappears_with_the_next_canvas(make_run, monkeypatch, known):
    canvases = [canvas_objects(random_strokes(np.random.default_rng(4)))]
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: canvases[-1])
    make_run()
    page = open_page("draw")
    label = 3 if answer(page) == 8 else 8
    assert _kept(page) == []
    canvases.append([])
    page = click(page, f"it-is-{label}")
    assert _kept(page) == [f"Kept as {_named(label)}."]
    assert "learn-now" in button_keys(page)
    assert _kept(click(page, "clear")) == []


def test_message_counts_the_drawings_of_a_digit_from_the_second_on(make_run, drawn, known, monkeypatch):
    make_run()
    page = open_page("draw")
    right = answer(page)
    page = click(click(page, f"it-is-{(right + 1) % 10}"), "right")
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: [])
    assert _kept(click(page, "right")) == [f"2 drawings kept as {_named(right)}."]


def _named(label):
    return "an 8" if label == 8 else f"a {label}"


def _kept(page):
    """Returns the sentences on the page such as "Kept as a 3." and "2 drawings kept as a 3"."""
    return [text.value for text in page.markdown if "ept as a" in text.value]


def test_learning_a_hand_is_not_offered_for_a_blind_network(make_run, monkeypatch):
    """The network gets only the signs of pixels. No pixel is negative, so all drawings look alike to it."""
    canvases = [canvas_objects(random_strokes(np.random.default_rng(4)))]
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: canvases[-1])
    make_run(pixel_threshold=0)
    page = open_page("draw")
    canvases.append([])
    page = click(page, "it-is-3")
    assert _kept(page) == ["Kept as a 3."]
    assert "learn-now" not in button_keys(page)
    assert page.button(key="learn").disabled
    assert any("This network cannot learn your hand" in text.value for text in page.markdown)


def test_drawings_that_a_run_has_learnt_are_kept(teachable, drawn, known, launched):
    page = click(open_page("draw"), "right")
    (example,) = page.session_state[session.EXAMPLES]
    assert not saved.existing(example.kept_in)
    page = click(page, "learn")
    (example,) = page.session_state[session.EXAMPLES]
    assert saved.existing(example.kept_in)
    # On Train, a run can be deleted with its drawings.
    (run,) = launched
    run.write_status(Status("stopped"))
    store.delete(run)
    assert not saved.existing(example.kept_in)


def test_double_click_learns_the_hand_once(teachable, drawn, launched):
    def presses():
        import streamlit as st

        from bnn.runs import store
        from pages.draw import hand

        for _ in range(2):
            hand._learn(store.find(st.session_state["chosen_run"]), "learn")

    page = AppTest.from_function(presses)
    page.session_state[session.CHOSEN_RUN] = teachable.id
    page.session_state[session.EXAMPLES] = [Example(drawn, 3, np.zeros((28, 28), np.uint8))]
    assert not page.run().exception
    assert len(launched) == 1


def test_drawings_are_downloaded_as_a_file_of_drawings_and_deleted_for_good(
    teachable, drawn, known, launched, tmp_path, monkeypatch
):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **_: offered.append(data))
    page = open_page("draw")
    right = answer(page)
    page = click(page, "right")
    (tmp_path / "drawings.jsonl").write_text(offered[-1])
    (example,) = load_drawings(tmp_path / "drawings.jsonl", DIGITS)
    assert example.label == right
    np.testing.assert_allclose(np.concatenate(example.strokes), np.concatenate(drawn), atol=0.01)
    page = click(page, "learn")
    (run,) = launched
    assert page.button(key="delete-drawings-yes-0").disabled
    hand_runs.finish(run, file.load(teachable.model_path))
    assert run.examples_path.exists()
    page = click(page.run(), "delete-drawings-yes-0")
    assert page.session_state[session.EXAMPLES] == []
    assert not run.examples_path.exists()
    assert run.model_path.exists()
    assert "learn" not in button_keys(page)


def test_drawings_that_could_not_be_deleted_are_deleted_by_the_next_press(
    teachable, drawn, known, launched, monkeypatch
):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(Status("failed", "no memory"))
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", refuse)
        page = click(page.run(), "delete-drawings-yes-0")
    _check_error_is_beside(page, "learn")
    assert page.session_state[session.EXAMPLES]
    page = click(page, "delete-drawings-yes-1")
    assert not run.examples_path.exists()
    assert page.session_state[session.EXAMPLES] == []


@pytest.mark.parametrize("key", ["learn", "learn-now"])
def test_error_of_learn_my_hand_is_beside_the_button(teachable, drawn, known, monkeypatch, key):
    page = open_page("draw")
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: [])
    page = click(page, "right")
    monkeypatch.setattr(trainings, "start", refuse)
    page = click(page, key)
    _check_error_is_beside(page, key)
    assert not page.run().error


def _check_error_is_beside(page, key):
    """Checks that the page has one error, in the block around the row that contains the button."""
    (error,) = page.error
    assert error.value == "The file is in use."
    assert blocks_around(page.main, error) == blocks_around(page.main, page.button(key=key))[:-1]
