"""Draw: a visitor corrects answers, and a run learns from these drawings. The canvas is replaced."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import load_drawings
from bnn.engine import file
from bnn.engine.answer import Answer
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from bnn.system.files import write_atomically
from pages.draw.hand import Example
from pages.shared import session
from tests.support.drawings import canvas_objects, random_strokes
from tests.support.pages import click, open_page
from tests.support.run_content import living_status


@pytest.fixture
def drawn(monkeypatch):
    """The strokes on the canvas: a digit is drawn."""
    strokes = random_strokes(np.random.default_rng(4))
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: canvas_objects(strokes))
    return strokes


def keys(page):
    return {button.key for button in page.button}


def answer(page):
    """Returns the digit that cannot be a correction, because it is the answer."""
    (key,) = {f"it-is-{label}" for label in range(10)} - keys(page)
    return int(key[-1])


@pytest.fixture
def known(monkeypatch):
    """Every answer names a digit, even that of a network with random weights."""
    monkeypatch.setattr(Answer, "is_known", True)


def test_answer_that_names_no_digit_cannot_be_right(make_run, drawn, monkeypatch):
    monkeypatch.setattr(Answer, "is_known", False)
    make_run()
    found = keys(open_page("draw"))
    assert "right" not in found
    assert {f"it-is-{label}" for label in range(10)} <= found


def test_nothing_is_asked_without_a_drawing(make_run):
    make_run()
    assert not keys(open_page("draw")) & {"right", "it-is-3", "learn"}


def test_corrections_are_kept_and_can_be_removed(make_run, drawn, known):
    make_run()
    page = open_page("draw")
    right = answer(page)
    wrong = (right + 1) % 10
    page = click(click(page, "right"), f"it-is-{wrong}")
    assert [e.label for e in page.session_state[session.EXAMPLES]] == [right, wrong]
    page = click(page, "remove-0-2")
    assert [e.label for e in page.session_state[session.EXAMPLES]] == [wrong]
    assert "remove-0-2" not in keys(page), "the second click of a double click must have nothing to remove"
    assert "learn" not in keys(click(page, "remove-0-1"))


def test_drawing_is_said_to_be_kept_until_the_next_canvas(make_run, monkeypatch, known):
    canvases = [canvas_objects(random_strokes(np.random.default_rng(4)))]
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: canvases[-1])
    make_run()
    page = open_page("draw")
    label = (answer(page) + 1) % 10
    assert _kept(page) == []
    canvases.append([])
    page = click(page, f"it-is-{label}")
    assert _kept(page) == [f"Kept as a {label}. **Learn my hand**, below, teaches it to the network."]
    assert _kept(click(page, "clear")) == []


def test_all_drawings_are_counted_after_the_second(make_run, drawn, known, monkeypatch):
    make_run()
    page = click(open_page("draw"), "right")
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: [])
    (words,) = _kept(click(page, "right"))
    assert words.endswith("teaches the network your 2 drawings.")


def _kept(page):
    return [text.value for text in page.markdown if "Kept" in text.value]


def test_double_click_learns_the_hand_once(make_run, drawn, launched):
    def presses():
        import streamlit as st

        from bnn.runs import store
        from pages.draw import hand

        for _ in range(2):
            hand._learn(store.find(st.session_state["chosen_run"]))

    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = AppTest.from_function(presses)
    page.session_state[session.CHOSEN_RUN] = taught.id
    page.session_state[session.EXAMPLES] = [Example(drawn, 3, np.zeros((28, 28), np.uint8))]
    assert not page.run().exception
    assert len(launched) == 1


def test_a_run_learns_from_the_examples_and_draw_uses_it(make_run, drawn, known, launched, random_network):
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    assert run.recipe().starts_from == taught.id
    (example,) = load_drawings(run.examples_path, DIGITS)
    np.testing.assert_allclose(np.concatenate(example.strokes), np.concatenate(drawn), atol=0.01)
    assert page.button(key="learn").disabled
    before = file.load(taught.model_path)
    write_atomically(run.start_path, file.to_bytes(before))
    write_atomically(run.live_path, file.to_bytes(_flipped(before, 2)))
    page.run()
    assert "**2 of 3,537 bits** have flipped." in [text.value for text in page.markdown]
    run.live_path.unlink()
    _finish(run, before)
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == run.id
    assert "**3 of 3,537 bits** have flipped." in [text.value for text in page.markdown]


def test_learning_can_be_stopped_and_the_network_stays(make_run, drawn, known, launched):
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(living_status())
    assert "stop-learning" not in keys(open_page("draw")), "only who has started it can stop it"
    click(page.run(), "stop-learning")
    assert run.stop_path.exists()
    assert page.button(key="stop-learning").disabled
    run.write_status(Status("stopped"))
    page.run()
    assert "Learning was stopped" in page.info[0].value
    assert page.session_state[session.CHOSEN_RUN] == taught.id
    assert not page.button(key="learn").disabled


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_network_is_chosen_when_learning_that_had_ended_early_is_resumed(
    make_run, drawn, known, launched, state
):
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(Status(state))
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == taught.id
    # It is resumed, and finishes, while Train is open.
    _finish(run, file.load(taught.model_path))
    assert page.run().session_state[session.CHOSEN_RUN] == run.id
    assert "use-learnt" not in keys(page)


def test_another_tab_shows_the_learning_and_is_offered_the_network(make_run, drawn, known, launched):
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    before = file.load(taught.model_path)
    write_atomically(run.start_path, file.to_bytes(before))
    write_atomically(run.live_path, file.to_bytes(_flipped(before, 2)))
    other = open_page("draw")
    run.write_status(living_status())
    texts = [shown.get("progress")[0].proto.text for shown in (page.run(), other.run())]
    assert texts == ["Learning your hand", "Learning a hand"]
    assert "**2 of 3,537 bits** have flipped." in [text.value for text in other.markdown]
    # The other tab's own drawings may be learnt, too, and it keeps its network until its visitor decides.
    assert not click(other, "right").button(key="learn").disabled
    _finish(run, before)
    other.run()
    assert other.session_state[session.CHOSEN_RUN] == taught.id
    assert click(other, "use-learnt").session_state[session.CHOSEN_RUN] == run.id
    assert "use-learnt" not in keys(other)


def test_own_network_is_shown_although_somebody_elses_hand_is_being_learnt(make_run, drawn, known, launched):
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = click(click(open_page("draw"), "right"), "learn")
    click(click(open_page("draw"), "right"), "learn")
    own, others = launched
    assert others.status().state in ACTIVE
    _finish(own, file.load(taught.model_path))
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == own.id
    page.run()
    assert "**3 of 3,537 bits** have flipped." in [text.value for text in page.markdown]


def test_learning_that_ended_before_is_not_shown(make_run, drawn, known, launched):
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    click(click(open_page("draw"), "right"), "learn")
    _finish(launched[0], file.load(taught.model_path))
    assert not [text for text in open_page("draw").markdown if "flipped" in text.value]


def test_drawings_are_downloaded_as_a_file_of_drawings_and_deleted_for_good(
    make_run, drawn, known, launched, tmp_path, monkeypatch
):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda label, data, **_: offered.append(data))
    taught = make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
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
    _finish(run, file.load(taught.model_path))
    assert run.examples_path.exists()
    page = click(page.run(), "delete-drawings-yes-0")
    assert page.session_state[session.EXAMPLES] == []
    assert not run.examples_path.exists()
    assert run.model_path.exists()
    assert "learn" not in keys(page)


def test_drawings_that_could_not_be_deleted_are_deleted_by_the_next_press(
    make_run, drawn, known, launched, monkeypatch
):
    make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(Status("failed", "no memory"))
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", _refuse)
        page = click(page.run(), "delete-drawings-yes-0")
    assert any("in use" in error.value for error in page.error)
    assert page.session_state[session.EXAMPLES]
    page = click(page, "delete-drawings-yes-1")
    assert not run.examples_path.exists()
    assert page.session_state[session.EXAMPLES] == []


def _refuse(*arguments, **options):
    raise PermissionError("the file is in use")


def _flipped(network, num_bits):
    weights = network.layers[0].weights.copy()
    weights.flat[:num_bits] ^= True
    return replace(network, layers=(replace(network.layers[0], weights=weights), *network.layers[1:]))


def _finish(run: Run, before):
    """Writes what the trainer would: a network with three other bits."""
    now = _flipped(before, 3)
    write_atomically(run.start_path, file.to_bytes(before))
    run.epoch_path(1).parent.mkdir()
    for path in (run.epoch_path(1), run.model_path):
        write_atomically(path, file.to_bytes(now))
    run.write_status(Status("finished", epoch=5, num_epochs=5))


def test_flipped_bits_are_counted(random_network):
    one, other = random_network(seed=1), random_network(seed=2)
    assert one.num_flips_since(one) == 0
    expected = sum(int((a.weights ^ b.weights).sum()) for a, b in zip(one.layers, other.layers, strict=True))
    assert other.num_flips_since(one) == expected > 0
