"""The guided tour: its cards are short, and a card's run is shown only as long as the card."""

from types import SimpleNamespace

import pytest

from bnn.analysis import savings
from bnn.runs.run import Run
from pages.shared import session, tour
from tests.support.project import PROJECT


def test_tour_has_at_most_seven_cards_that_fit_a_phone():
    assert len(tour.CARDS) <= 7
    assert all(len(card.text) <= 180 for card in tour.cards(has_drawing=True))


def test_cards_say_your_digit_only_if_the_visitor_has_drawn_one():
    with_drawing, without = (" ".join(card.text for card in tour.cards(has_one)) for has_one in (True, False))
    assert "your own digit" in with_drawing
    assert "your digit" in with_drawing
    assert "your" not in without


class _State(dict):
    """A session in which the browser has reported a card."""

    def __init__(self, values):
        super().__init__(values, tour=SimpleNamespace(arrived=None))
        self.tour = self["tour"]


def _run_shown(at, before):
    """Returns the run that is shown with the card at this index: the card's own, otherwise `before`."""
    return (at < len(tour.CARDS) and tour.CARDS[at].run) or before


def test_card_that_says_what_was_lost_shows_a_network_with_a_better_twin():
    (card,) = [card for card in tour.CARDS if "Lost: some right answers" in card.text]
    run = Run(card.run, PROJECT / "bnn" / "runs" / "shipped" / card.run)
    test, twin = run.test(), savings.twin_accuracy(run)
    assert twin is not None
    assert test["accuracy"] < twin


@pytest.mark.parametrize("before", ["own", None])
@pytest.mark.parametrize("run", ["quick", "report", "shipped"])
def test_run_of_a_card_is_shown_until_the_next_card(monkeypatch, run, before):
    choice = session.CHOSEN_RUN
    state = _State({choice: before} if before else {})
    monkeypatch.setattr(tour.st, "session_state", state)
    (index,) = [index for index, card in enumerate(tour.CARDS) if card.run == run]
    earlier, later = (_run_shown(at, before) for at in (index - 1, index + 1))
    # Each pair is a card that the browser reports, and the run that is shown after the report.
    for arrived, shown in (
        (index - 1, earlier),
        *((nonsense, before) for nonsense in ("x", None, 99, -1, [0], 1.5)),
        (index, tour.CARDS[index].run),
        (len(tour.CARDS), before),
        (index, tour.CARDS[index].run),
        (index + 1, later),
        (index + 1, later),
        (len(tour.CARDS), before),
    ):
        state.tour.arrived = arrived
        tour._arrive()
        assert state.get(choice) == shown, arrived
    assert choice in state or before is None


def test_run_that_the_visitor_chooses_during_a_card_stays(monkeypatch):
    state = _State({session.CHOSEN_RUN: "own"})
    monkeypatch.setattr(tour.st, "session_state", state)
    (state.tour.arrived,) = [n for n, card in enumerate(tour.CARDS) if card.run == "quick"]
    tour._arrive()
    state[session.CHOSEN_RUN] = "best"
    state.tour.arrived += 1
    tour._arrive()
    assert state[session.CHOSEN_RUN] == "best"


def test_run_of_a_card_is_not_shown_on_another_page(monkeypatch):
    state = _State({session.CHOSEN_RUN: "own"})
    monkeypatch.setattr(tour.st, "session_state", state)
    monkeypatch.setattr(tour, "_tour", lambda **options: None)
    (state.tour.arrived,) = [n for n, card in enumerate(tour.CARDS) if card.run == "quick"]
    tour._arrive()
    tour.tour("inside")
    assert state[session.CHOSEN_RUN] == "quick"
    tour.tour("draw")
    assert state[session.CHOSEN_RUN] == "own"
