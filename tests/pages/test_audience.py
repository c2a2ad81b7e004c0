"""The Audience page without a browser: who sees it, the game, and what the presenter can do to the wall."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from bnn.data.dataset import DIGITS
from bnn.engine.answer import Answer
from bnn.runs import store
from pages.audience import game, tiles
from pages.audience.wall import UNREADABLE, wall
from pages.shared import app_address, pocket
from tests.support.page_content import shown, words
from tests.support.pages import click, open_page, picker
from tests.support.project import PROJECT

STROKES = [np.array([[1.0, 2.0], [3.0, 4.0]])]


@pytest.fixture(autouse=True)
def empty_wall():
    """The server's wall, empty before and after each test."""
    wall.clear()
    yield
    wall.clear()
    wall.is_paused = False
    pocket.shut_out()


@pytest.fixture(autouse=True)
def presenter(monkeypatch):
    """The presenter's browser; the next drawing comes at once, so that no test waits."""
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: True)
    monkeypatch.setattr(game, "RESULT_SECONDS", 0.0)


@pytest.fixture
def put(make_run):
    """A function that puts a drawing on the wall for each of these answers of the network."""
    make_run()

    def put(*labels, class_names=DIGITS, certainty=0.9, is_blind=False):
        for label in labels:
            others = (1 - certainty) / (len(class_names) - 1)
            probabilities = np.full(len(class_names), others, np.float32)
            probabilities[label] = certainty
            answer = Answer(label, probabilities, (label,), class_names, is_blind)
            wall.add("phone", STROKES, "data:,", answer)
        return [tile.number for tile in wall.tiles()][::-1]

    return put


def test_page_invites_with_one_sentence_until_a_drawing_comes(put):
    page = open_page("audience")
    assert "Scan the code, draw a digit, and press Show mine" in re.sub(" +", " ", words(page))
    assert [button.label for button in page.button] == []
    put(7)
    page.run()
    assert "Show mine" not in words(page)
    assert "**People read it as**" in [text.value for text in page.markdown]
    click(page, "clear-yes-0")
    assert "Show mine" in words(page)


def test_paused_wall_without_drawings_can_be_resumed(put):
    wall.is_paused = True
    click(open_page("audience"), "pause-True")
    assert not wall.is_paused


def judged(page, number, verdict):
    return click(page, f"judge-{number}-{verdict}")


def test_page_without_any_run_says_what_to_do():
    page = open_page("audience")
    assert len(page.info) == 1
    assert not page.error


def test_only_the_presenter_sees_it(make_run, monkeypatch):
    make_run()
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: False)
    page = open_page("audience")
    assert "on the computer that runs the app" in page.info[0].value
    assert not page.toggle
    assert not page.button


@pytest.mark.parametrize("is_here, last", [(True, "Audience"), (False, "Evaluate")])
def test_only_the_presenter_has_a_link_to_it(is_here, last, monkeypatch):
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: is_here)
    site = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60).run()
    assert [link.title for link in site.session_state.pages][-1] == last


def test_oldest_drawing_is_judged_first(put):
    first, second = put(3, 8)
    page = open_page("audience")
    assert page.button(key=f"judge-{first}-0")
    page = judged(page, first, 3)
    assert page.button(key=f"judge-{second}-0")
    page = judged(page, second, 3)
    # Nothing is left to judge: the last one stays, with its result.
    assert f'alt="drawing {second}"' in shown(page)
    assert any("it is 3" in text.value for text in page.markdown)
    page = click(page, f"hide-{second}")
    assert "Nothing to judge" in words(page)


def test_count_says_what_it_counts(put):
    numbers = put(1, 1, 1, 1)
    page = open_page("audience")
    for number, verdict in zip(numbers, (1, 7, UNREADABLE), strict=False):
        page = judged(page, number, verdict)
    assert re.search(r"2 +tried +1 +fooled it", words(page))
    caption = page.caption[-1].value
    assert "1 undecided" in caption
    assert "1 that nobody could read" in caption
    assert "read differently, or not at all" in caption


def test_chosen_drawing_is_judged_next_and_can_be_judged_again(put):
    first, second = put(1, 1)
    page = judged(open_page("audience"), first, 7)
    page.session_state.chosen_tile = first
    page.run()
    assert f'alt="drawing {first}"' in shown(page)
    assert any("it is 7" in text.value for text in page.markdown)
    page = judged(page, first, 1)
    assert wall.score().num_fooled == 0
    assert f'alt="drawing {second}"' in shown(page)


def test_result_stays_for_a_moment_in_which_a_second_click_judges_nothing(put, monkeypatch):
    monkeypatch.setattr(game, "RESULT_SECONDS", 600.0)
    first, _ = put(1, 1)
    page = judged(open_page("audience"), first, 7)
    assert f'alt="drawing {first}"' in shown(page)
    buttons = [button for button in page.button if button.key.startswith("judge")]
    assert len(buttons) == 11
    assert all(button.disabled for button in buttons)


def test_choice_from_the_browser_may_be_anything(put, monkeypatch):
    (number,) = put(1)
    state = {}
    monkeypatch.setattr(game.st, "session_state", state)
    for value in ("<b>", None, [1], {"number": 1}, -1, 10**30, 0.5):
        game.choose(value)
        assert game.shown_tile().number == number


def test_other_class_names_are_buttons_as_text(put):
    names = (*"ABCDEFGHIJ", "*x*", "<b>")
    (number,) = put(11, class_names=names)
    page = open_page("audience")
    labels = [button.label for button in page.button if button.key.startswith(f"judge-{number}-")]
    assert labels == [*"ABCDEFGHIJ", r"\*x\*", r"\<b\>", "nobody can read it"]
    assert "&lt;b&gt;" in shown(page)
    assert "<b><b>" not in shown(page)


def test_drawing_can_be_hidden(put):
    first, second = put(1, 2)
    page = click(open_page("audience"), f"hide-{first}")
    assert [tile.number for tile in wall.tiles()] == [second]
    assert f'alt="drawing {second}"' in shown(page)


def test_wall_can_be_cleared_and_paused(put):
    put(1, 2)
    page = open_page("audience")
    page = click(page, "pause-False")
    assert wall.is_paused
    page = click(page, "pause-True")
    assert not wall.is_paused
    click(page, "clear-yes-0")
    assert wall.tiles() == []


def test_phones_are_let_in_here_too(make_run):
    make_run()
    page = open_page("audience")
    assert not pocket.is_open()
    page.toggle(key="phones").set_value(True).run()
    assert pocket.is_open()
    page.toggle(key="phones").set_value(False).run()
    assert not pocket.is_open()


@pytest.fixture
def two_runs(make_run):
    """Phones are let in and get the second of these runs, which no page shows first."""
    first, second = make_run(run_id="first"), make_run(run_id="second")
    assert [run.id for run in store.all_runs()] == ["second", "first"]
    pocket.let_in(first)
    return second, first


def says_that_phones_have_another(page):
    return any("Phones have another network: first." in text.value for text in page.markdown)


def offered_id():
    offer = pocket.offer()
    return offer and offer[0].id


@pytest.mark.parametrize("name", ["draw", "audience"])
def test_opening_a_page_does_not_change_what_phones_get(two_runs, name):
    _, first = two_runs
    page = open_page(name)
    page.run()
    assert offered_id() == first.id
    if name == "audience":
        assert picker(page, "phones_run").value == first.id


def test_choice_on_this_page_changes_what_phones_get_and_other_tabs_follow(two_runs):
    second, first = two_runs
    page, other = open_page("audience"), open_page("audience")
    picker(page, "phones_run").set_value(second.id).run()
    assert offered_id() == second.id
    other.run()
    assert offered_id() == second.id
    assert picker(other, "phones_run").value == second.id
    picker(other, "phones_run").set_value(first.id).run()
    assert offered_id() == first.id


def test_run_chosen_on_another_page_does_not_reach_phones(two_runs):
    second, first = two_runs
    page = open_page("audience")
    page.session_state.chosen_run = second.id
    page.run()
    assert offered_id() == first.id
    assert picker(page, "phones_run").value == first.id


def test_draw_says_that_phones_have_another_network_and_a_button_gives_them_this_one(two_runs):
    second, _ = two_runs
    page = open_page("draw")
    assert says_that_phones_have_another(page)
    click(page, f"offer-{second.id}")
    assert offered_id() == second.id
    assert not says_that_phones_have_another(page)


def test_switch_in_a_tab_that_still_shows_it_off_does_not_change_what_phones_get(make_run):
    first, _ = make_run(run_id="first"), make_run(run_id="second")
    page = open_page("draw")
    pocket.let_in(first)
    page.toggle(key="phones").set_value(True).run()
    assert offered_id() == first.id
    assert page.toggle(key="phones").value


def test_phones_keep_a_deleted_network_until_the_presenter_chooses(two_runs):
    second, first = two_runs
    page = open_page("audience")
    store.delete(first)
    page.run()
    assert says_that_phones_have_another(page)
    assert offered_id() == first.id
    click(page, f"offer-{second.id}")
    assert offered_id() == second.id


def test_switch_counts_although_its_rerun_of_the_page_was_ended_early(make_run):
    """The switch was then moved, but none of its callbacks has finished."""
    make_run()
    page = open_page("audience")
    page.session_state["phones"] = True
    page.run()
    assert pocket.is_open()
    assert page.toggle(key="phones").value


def test_damaged_network_is_one_sentence_beside_the_wall(make_run, put):
    put(1)
    for run in store.all_runs():
        run.model_path.write_bytes(b"no network")
    page = open_page("audience")
    assert not page.error
    page.toggle(key="phones").set_value(True).run()
    assert not page.exception
    assert len(page.error) == 1
    assert "damaged" in page.error[0].value
    assert not pocket.is_open()
    assert not page.toggle(key="phones").value
    assert "The network reads" in words(page)


@pytest.mark.parametrize(
    "label, candidates, text", [(3, (3,), "3"), (3, (3, 5), "3 or 5?"), (3, (3, 5, 8), "3, 5 or 8?")]
)
def test_tile_says_what_the_network_reads(put, label, candidates, text):
    certainty = 0.9 if len(candidates) == 1 else 0.5
    probabilities = np.zeros(10, np.float32)
    probabilities[label] = certainty
    wall.add("phone", STROKES, "data:,", Answer(label, probabilities, candidates))
    content = tiles._content(wall.tiles()[0])
    assert (content["answer"], content["certainty"]) == (text, f"{100 * certainty:.0f} %")
    assert content["isSure"] == (len(candidates) == 1)


@pytest.mark.parametrize(
    "answer, text, certainty",
    [
        (dict(certainty=0.3), "no digit I know", ""),
        (dict(certainty=0.3, class_names=tuple("ABCDE")), "nothing I know", ""),
        (dict(certainty=0.9, is_blind=True), "3", ""),
        (dict(certainty=0.999), "3", "> 99 %"),
    ],
)
def test_tile_shows_no_certainty_beside_an_answer_that_is_no_class(put, answer, text, certainty):
    put(3, **answer)
    content = tiles._content(wall.tiles()[0])
    assert (content["answer"], content["certainty"]) == (text, certainty)


@pytest.mark.parametrize(
    "verdict, text", [(None, ""), (3, "read right"), (7, "fooled: it is 7"), (UNREADABLE, "unreadable")]
)
def test_tile_says_what_people_read(put, verdict, text):
    (number,) = put(3)
    if verdict is not None:
        wall.judge(number, verdict)
    assert tiles._content(wall.tile(number))["verdict"] == text


@pytest.mark.parametrize(
    "answer, text",
    [
        (dict(certainty=0.9), "The network reads 3 90 % sure"),
        (dict(certainty=0.3), "The network says no digit I know"),
        (dict(certainty=0.5), "The network says not sure: 3?"),
        (dict(certainty=0.9, is_blind=True), "The network reads 3 says 3 to everything"),
    ],
)
def test_game_says_what_the_network_reads_in_the_words_of_the_verdict(put, answer, text):
    put(3, **answer)
    assert re.sub(r"<[^>]+>|\s", " ", game._picture(wall.tiles()[0])).split() == text.split()
