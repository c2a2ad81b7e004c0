"""The game on the Audience page: drawings are judged one after another, and the network is fooled or not."""

import math
import re

import pytest

from pages.audience import game
from pages.audience.wall import MAX_TILES, UNREADABLE
from pages.shared import clicks
from tests.support.page_content import shown, words
from tests.support.pages import click, open_page

pytestmark = pytest.mark.usefixtures("presenter")


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """The next drawing comes as soon as one is judged, so that no test waits."""
    monkeypatch.setattr(game, "RESULT_SECONDS", 0.0)


def judged(page, number, verdict):
    return click(page, f"judge-{number}-{verdict}")


def test_oldest_drawing_is_judged_first(put):
    first, second = put(3, 8)
    page = open_page("audience")
    assert page.button(key=f"judge-{first}-0")
    page = judged(page, first, 3)
    assert page.button(key=f"judge-{second}-0")
    page = judged(page, second, 3)
    # No drawing is left to judge: the last one stays, with its result.
    assert f'alt="drawing {second}"' in shown(page)
    assert any("it is 3" in text.value for text in page.markdown)
    page = click(page, f"hide-{second}")
    assert "Nothing more to judge." in words(page)


def test_score_says_which_drawings_it_counts(put):
    numbers = put(1, 1, 1, 1)
    page = open_page("audience")
    for number, verdict in zip(numbers, (1, 7, UNREADABLE), strict=False):
        page = judged(page, number, verdict)
    assert re.search(r"2 +tried +1 +fooled it", words(page))
    caption = page.caption[-1].value
    assert "1\u00a0undecided" in caption
    assert "1\u00a0that nobody could read" in caption
    assert "read differently, or not at all" in caption


@pytest.mark.parametrize("is_blind", [False, True])
def test_drawings_can_be_saved_as_soon_as_people_have_read_one(put, wall, is_blind):
    first, second = put(1, 1, is_blind=is_blind)
    page = judged(open_page("audience"), first, UNREADABLE)
    assert wall.strokes_file() == ""
    assert page.get("download_button")[0].disabled
    page = judged(page, second, 7)
    assert '"7"' in wall.strokes_file()
    assert not page.get("download_button")[0].disabled


def test_drawing_that_newer_ones_have_replaced_cannot_be_saved(put, wall):
    (first,) = put(1)
    page = judged(open_page("audience"), first, 7)
    put(*[1] * MAX_TILES)
    assert (wall.score().num_tried, wall.strokes_file()) == (1, "")
    assert page.run().get("download_button")[0].disabled


def test_heading_speaks_of_the_newest_drawings_only_if_the_wall_has_dropped_one(put):
    put(*[1] * MAX_TILES)
    page = open_page("audience")
    assert f"{MAX_TILES} drawings" in [text.value for text in page.markdown]
    put(1)
    assert f"the newest {MAX_TILES} drawings" in [text.value for text in page.run().markdown]


def test_chosen_drawing_is_judged_next_and_can_be_judged_again(put, wall):
    first, second = put(1, 1)
    page = judged(open_page("audience"), first, 7)
    page.session_state.chosen_tile = first
    page.run()
    assert f'alt="drawing {first}"' in shown(page)
    assert any("it is 7" in text.value for text in page.markdown)
    page = judged(page, first, 1)
    assert wall.score().num_fooled == 0
    assert f'alt="drawing {second}"' in shown(page)


def test_buttons_are_disabled_while_the_result_is_shown(put, monkeypatch):
    monkeypatch.setattr(game, "RESULT_SECONDS", 600.0)
    first, _ = put(1, 1)
    page = judged(open_page("audience"), first, 7)
    assert f'alt="drawing {first}"' in shown(page)
    buttons = [button for button in page.button if button.key.startswith("judge")]
    assert len(buttons) == 11
    assert all(button.disabled for button in buttons)


def test_unusable_choice_from_the_browser_is_ignored(put, monkeypatch):
    (number,) = put(1)
    state = {}
    monkeypatch.setattr(game.st, "session_state", state)
    for value in ("<b>", None, [1], {"number": 1}, -1, 10**30, 0.5):
        game.choose(value)
        assert game.shown_tile().number == number


def test_class_names_on_buttons_are_escaped(put):
    names = (*"ABCDEFGHIJ", "*x*", "<b>")
    (number,) = put(11, class_names=names)
    page = open_page("audience")
    labels = [button.label for button in page.button if button.key.startswith(f"judge-{number}-")]
    assert labels == [*"ABCDEFGHIJ", r"\*x\*", r"\<b\>", "nobody can read it"]
    assert "&lt;b&gt;" in shown(page)
    assert "<b><b>" not in shown(page)


def test_drawing_can_be_hidden(put, wall, monkeypatch):
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_SECONDS", math.inf)
    first, second = put(1, 2)
    page = click(open_page("audience"), f"hide-{first}")
    assert [tile.number for tile in wall.tiles()] == [second]
    assert f'alt="drawing {second}"' in shown(page)
    # The second click of a double click hides nothing.
    page = click(page, f"hide-{second}")
    assert [tile.number for tile in wall.tiles()] == [second]
    page = click(page, f"put-back-{first}")
    assert [tile.number for tile in wall.tiles()] == [second, first]


def test_the_only_drawing_can_be_put_back_after_it_was_hidden(put, wall):
    (only,) = put(1)
    page = click(open_page("audience"), f"hide-{only}")
    assert not wall.tiles()
    click(page.run(), f"put-back-{only}")
    assert [tile.number for tile in wall.tiles()] == [only]


@pytest.mark.parametrize(
    "answer, text",
    [
        (dict(certainty=0.9), "The network reads 3 90 % sure"),
        (dict(certainty=0.3), "The network says no digit I know"),
        (dict(certainty=0.5), "The network says not sure: 3?"),
        (dict(certainty=0.9, is_blind=True), "The network reads 3 says 3 to everything"),
    ],
)
def test_game_says_what_the_network_reads_in_the_words_of_the_verdict(put, wall, answer, text):
    put(3, **answer)
    assert re.sub(r"<[^>]+>|\s", " ", game._picture(wall.tiles()[0])).split() == text.split()
