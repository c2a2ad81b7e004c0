"""The guided tour: its cards are short, and a button starts it again."""

from pages.shared import tour
from tests.support.pages import click, open_page


def test_tour_has_at_most_seven_cards_that_fit_a_phone():
    assert len(tour.CARDS) <= 7
    assert all(len(text) <= 180 for _, _, text, _ in tour.CARDS)


def test_button_starts_the_tour_again(make_run):
    make_run()
    assert click(open_page("inside"), "tour-again").session_state.tour_invited == 1
