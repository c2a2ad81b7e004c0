"""The guided tour: its cards are short, and a button starts it again."""

from types import SimpleNamespace

from pages.shared import session, tour


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

    tour = SimpleNamespace(arrived=None)


def test_run_of_a_card_is_shown_on_evaluate_until_the_next_card(monkeypatch):
    state = _State({session.EVALUATE_RUN: "quick"})
    monkeypatch.setattr(tour.st, "session_state", state)
    (number,) = [number for number, card in enumerate(tour.CARDS) if card.run]
    for arrived, shown in (
        (number - 1, "quick"),
        *((nonsense, "quick") for nonsense in ("x", None, 99, -1, [0], 1.5)),
        (number, tour.CARDS[number].run),
        (number + 1, None),
        (number + 1, None),
    ):
        state.tour.arrived = arrived
        tour._arrive()
        assert state.get(session.EVALUATE_RUN) == shown, arrived
    assert state[session.INSIDE_STEP] == tour.CARDS[number + 1].chapter
