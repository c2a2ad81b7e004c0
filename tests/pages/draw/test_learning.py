"""Draw: a run learns a visitor's hand. The tests check what visitors see, and who gets the run's network.

A fake canvas is used.
"""

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import load_drawings
from bnn.engine import file, inference
from bnn.engine.answer import Answer
from bnn.runs import trainings
from bnn.runs.status import ACTIVE, Status
from pages.shared import session
from tests.support import hand_runs
from tests.support.page_content import shown
from tests.support.pages import button_keys, check_refusal_stays_beside_progress, click, open_page, refuse
from tests.support.run_content import living_status


def test_a_run_learns_from_the_examples_and_draw_uses_it(teachable, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    assert run.recipe().starts_from == teachable.id
    (example,) = load_drawings(run.examples_path, DIGITS)
    np.testing.assert_allclose(np.concatenate(example.strokes), np.concatenate(drawn), atol=0.01)
    assert page.button(key="learn").disabled
    assert page.button(key="learn").label == "Learning: see above"
    before = file.load(teachable.model_path)
    # A network that is saved during training may differ from the final one, so its flips are not shown.
    hand_runs.begin(run, before, num_flips=2)
    page.run()
    assert _flipped(page) == []
    run.live_path.unlink()
    hand_runs.finish(run, before, num_flips=3)
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == run.id
    assert page.button(key="learn").label == "Learn my hand"
    assert _flipped(page) == ["It has learnt your hand: **3 of 3,537 bits** have flipped."]
    assert "right" not in button_keys(page)
    # Clear gives a new canvas. The fake one has a drawing at once, so the page asks about its answer.
    page = click(page, "clear")
    assert _flipped(page) == []
    assert "right" in button_keys(page)


def _flipped(page):
    return [text.value for text in page.markdown if "flipped" in text.value]


def test_single_flipped_bit_is_in_the_singular(teachable, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    hand_runs.finish(launched[0], file.load(teachable.model_path))
    assert _flipped(page.run()) == ["It has learnt your hand: **1 of 3,537 bits** has flipped."]


def test_network_that_needed_no_change_says_so(teachable, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    hand_runs.finish(launched[0], file.load(teachable.model_path), num_flips=0)
    page.run()
    assert _flipped(page) == []
    assert [text for text in page.markdown if "**no bit** had to flip" in text.value]


def test_learning_can_be_stopped_and_the_network_stays(teachable, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(living_status())
    assert "stop-learning" not in button_keys(open_page("draw")), "another visitor can stop the learning"
    click(page.run(), "stop-learning")
    assert run.stop_path.exists()
    assert page.button(key="stop-learning").disabled
    run.write_status(Status("stopped"))
    page.run()
    assert [text for text in page.markdown if "Learning was stopped" in text.value]
    assert page.session_state[session.CHOSEN_RUN] == teachable.id
    assert not page.button(key="learn").disabled


def test_error_of_stop_stays_beside_the_button(teachable, drawn, known, launched, monkeypatch):
    page = click(click(open_page("draw"), "right"), "learn")
    launched[0].write_status(living_status())
    monkeypatch.setattr(trainings, "stop", refuse)
    page = click(page.run(), "stop-learning")
    check_refusal_stays_beside_progress(page)


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_network_is_chosen_when_learning_that_had_ended_early_is_resumed(
    teachable, drawn, known, launched, state
):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(Status(state))
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == teachable.id
    # The visitor resumes the run on Train, and it finishes before Draw is opened again.
    hand_runs.finish(run, file.load(teachable.model_path))
    assert page.run().session_state[session.CHOSEN_RUN] == run.id


def test_another_visitor_sees_nothing_of_the_hand(teachable, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    before = file.load(teachable.model_path)
    hand_runs.begin(run, before, num_flips=2)
    other = open_page("draw")
    run.write_status(living_status())
    assert page.run().get("progress")[0].proto.text == "Learning your hand"
    assert not other.run().get("progress")
    # The other visitor can start a training, too.
    assert not click(other, "right").button(key="learn").disabled
    hand_runs.finish(run, before)
    assert other.run().session_state[session.CHOSEN_RUN] == teachable.id
    assert _flipped(other) == []


def test_own_network_is_shown_although_somebody_elses_hand_is_being_learnt(teachable, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    click(click(open_page("draw"), "right"), "learn")
    own, others = launched
    assert others.status().state in ACTIVE
    hand_runs.finish(own, file.load(teachable.model_path), num_flips=3)
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == own.id
    assert _flipped(page.run()) == ["It has learnt your hand: **3 of 3,537 bits** have flipped."]


def test_learning_that_ended_before_is_not_shown(teachable, drawn, known, launched):
    click(click(open_page("draw"), "right"), "learn")
    hand_runs.finish(launched[0], file.load(teachable.model_path))
    assert _flipped(open_page("draw")) == []


def _captions(page):
    return [caption.value for caption in page.caption]


def test_drawing_that_the_network_does_not_know_has_a_dash_in_place_of_a_digit(
    teachable, drawn, known, launched, monkeypatch
):
    page = click(click(open_page("draw"), "right"), "learn")
    before = file.load(teachable.model_path)
    hand_runs.finish(launched[0], before, num_flips=3)
    surely_7, no_idea = np.eye(10, dtype=np.float32)[7], np.full(10, 0.1, np.float32)

    def probabilities(network, images):
        return np.stack([surely_7 if network.num_flips_since(before) else no_idea for _ in images])

    monkeypatch.setattr(inference, "probabilities", probabilities)
    monkeypatch.setattr(Answer, "is_known", property(lambda answer: answer.confidence > 0.35))
    page.run()
    assert "How it reads your drawings: before → now (–: no digit it knows)" in [
        c.value for c in page.caption
    ]
    assert "– → 7" in shown(page)
