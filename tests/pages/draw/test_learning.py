"""Draw: a run learns a hand. What is shown meanwhile, and who gets its network. The canvas is replaced."""

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import load_drawings
from bnn.engine import file
from bnn.runs.status import ACTIVE, Status
from pages.shared import session
from tests.support import hand_runs
from tests.support.pages import button_keys, click, open_page
from tests.support.run_content import living_status


def test_a_run_learns_from_the_examples_and_draw_uses_it(taught, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    assert run.recipe().starts_from == taught.id
    (example,) = load_drawings(run.examples_path, DIGITS)
    np.testing.assert_allclose(np.concatenate(example.strokes), np.concatenate(drawn), atol=0.01)
    assert page.button(key="learn").disabled
    before = file.load(taught.model_path)
    hand_runs.begin(run, before, num_flips=2)
    page.run()
    assert "**2 of 3,537 bits** have flipped." in [text.value for text in page.markdown]
    run.live_path.unlink()
    hand_runs.finish(run, before, num_flips=3)
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == run.id
    assert "**3 of 3,537 bits** have flipped." in [text.value for text in page.markdown]


def test_learning_can_be_stopped_and_the_network_stays(taught, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(living_status())
    assert "stop-learning" not in button_keys(open_page("draw")), "only who has started it can stop it"
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
    taught, drawn, known, launched, state
):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    run.write_status(Status(state))
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == taught.id
    # It is resumed, and finishes, while Train is open.
    hand_runs.finish(run, file.load(taught.model_path))
    assert page.run().session_state[session.CHOSEN_RUN] == run.id
    assert "use-learnt" not in button_keys(page)


def test_another_tab_shows_the_learning_and_is_offered_the_network(taught, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    (run,) = launched
    before = file.load(taught.model_path)
    hand_runs.begin(run, before, num_flips=2)
    other = open_page("draw")
    run.write_status(living_status())
    texts = [shown.get("progress")[0].proto.text for shown in (page.run(), other.run())]
    assert texts == ["Learning your hand", "Learning a hand"]
    assert "**2 of 3,537 bits** have flipped." in [text.value for text in other.markdown]
    # The other tab's own drawings may be learnt, too, and it keeps its network until its visitor decides.
    assert not click(other, "right").button(key="learn").disabled
    hand_runs.finish(run, before)
    other.run()
    assert other.session_state[session.CHOSEN_RUN] == taught.id
    assert click(other, "use-learnt").session_state[session.CHOSEN_RUN] == run.id
    assert "use-learnt" not in button_keys(other)


def test_own_network_is_shown_although_somebody_elses_hand_is_being_learnt(taught, drawn, known, launched):
    page = click(click(open_page("draw"), "right"), "learn")
    click(click(open_page("draw"), "right"), "learn")
    own, others = launched
    assert others.status().state in ACTIVE
    hand_runs.finish(own, file.load(taught.model_path), num_flips=3)
    page.run()
    assert page.session_state[session.CHOSEN_RUN] == own.id
    page.run()
    assert "**3 of 3,537 bits** have flipped." in [text.value for text in page.markdown]


def test_learning_that_ended_before_is_not_shown(taught, drawn, known, launched):
    click(click(open_page("draw"), "right"), "learn")
    hand_runs.finish(launched[0], file.load(taught.model_path))
    assert not [text for text in open_page("draw").markdown if "flipped" in text.value]
