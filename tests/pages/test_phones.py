"""Phones get the network that the presenter has chosen for them, whatever other pages and tabs show."""

import re

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates

from bnn.runs import store
from pages.shared import app_address, pocket
from tests.support.pages import begin_new_session, click, open_page, picker

pytestmark = pytest.mark.usefixtures("presenter")


@pytest.fixture
def two_runs(make_run):
    """Two runs, the newer one first. Pages choose the newer one at first, but phones get the older one."""
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


def test_choice_on_audience_changes_what_phones_get_and_other_tabs_follow(two_runs):
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


def test_outdated_switch_in_another_tab_does_not_change_what_phones_get(make_run):
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


def test_opening_audience_keeps_the_chosen_network_if_the_phones_network_was_deleted(two_runs, make_run):
    second, first = two_runs
    newest = make_run(run_id="third")
    store.delete(first)
    page = open_page("audience", chosen_run=second.id)
    assert picker(page, "phones_run").value == page.session_state.chosen_run == second.id
    assert offered_id() == first.id
    # If nothing is chosen on the other pages, Audience shows the newest run, but does not choose it there.
    page = open_page("audience").run()
    assert picker(page, "phones_run").value == newest.id
    assert "chosen_run" not in page.session_state


def test_switch_counts_although_its_rerun_of_the_page_was_ended_early(make_run):
    """After such a rerun, the switch is on, but phones are not yet let in."""
    make_run()
    page = open_page("audience")
    page.session_state["phones"] = True
    page.run()
    assert pocket.is_open()
    assert page.toggle(key="phones").value


def test_tab_of_a_server_that_was_started_again_shows_that_phones_are_shut_out(make_run):
    make_run()
    page = open_page("audience")
    page.toggle(key="phones").set_value(True).run()
    assert pocket.is_open()
    pocket.shut_out()
    # The tab sends what it shows to a new session.
    what_it_shows = begin_new_session(page)
    page._run(what_it_shows)
    assert not pocket.is_open()
    assert not page.toggle(key="phones").value
    page.toggle(key="phones").set_value(True).run()
    assert pocket.is_open()


def test_tab_of_a_server_that_was_started_again_does_not_choose_what_phones_get(two_runs):
    second, first = two_runs
    page = open_page("audience")
    picker(page, "phones_run").set_value(second.id).run()
    what_it_shows = begin_new_session(page)
    pocket.let_in(first)
    for _ in range(2):
        page._run(what_it_shows)
        assert offered_id() == picker(page, "phones_run").value == first.id


@pytest.mark.parametrize("name", ["draw", "audience"])
def test_browser_that_gets_only_the_second_rerun_does_not_shut_phones_out(two_runs, name):
    """Such a browser shows the value that the second rerun sends, or the default, and sends it later."""
    page = open_page(name)
    page._run(WidgetStates())
    switch = page.toggle(key="phones")
    switch.set_value(switch.proto.value if switch.proto.set_value else switch.proto.default).run()
    assert pocket.is_open()


def test_tab_whose_address_phones_cannot_open_can_shut_them_out(make_run, monkeypatch):
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: False)
    run = make_run()
    page = open_page("draw")
    assert not page.toggle
    pocket.let_in(run)
    page.run()
    captions = [caption.value for caption in page.caption]
    assert not any("cannot reach this app" in caption or "Scan the code" in caption for caption in captions)
    page.toggle(key="phones").set_value(False).run()
    assert not pocket.is_open()
    assert not page.toggle
    assert any("cannot reach this app" in caption.value for caption in page.caption)
    # Another tab lets phones in again.
    pocket.let_in(run)
    page.run()
    assert pocket.is_open()


def test_presenter_can_try_another_address_of_this_computer(two_runs, monkeypatch):
    monkeypatch.setattr(app_address, "_passed_over", [])
    monkeypatch.setattr(app_address, "_specific_address", lambda: None)
    monkeypatch.setattr(app_address, "_addresses_in_use", lambda: ["192.0.2.8", "192.0.2.9"])
    page = open_page("audience")
    before = address_in_sight(page)
    click(page, f"pass-over-{app_address.address_for_phones()}")
    assert address_in_sight(page) != before
    assert app_address.address_for_phones() in address_in_sight(page)


def address_in_sight(page):
    """Returns the line with the address for phones."""
    return next(text.value for text in page.caption if "Scan the code" in text.value)


def test_address_is_shown_letter_by_letter(make_run, monkeypatch):
    monkeypatch.setattr(pocket, "_TOKEN", "_ZLBOG_q7_-1w")
    address = app_address.address_for_phones() + pocket.let_in(make_run())
    caption = address_in_sight(open_page("draw"))
    shown = re.sub("<.*?>", "", re.search(r"\[(.*)\]\(", caption)[1])
    # In Markdown, underscores without a backslash can be emphasis.
    assert not re.search(r"(?<!\\)_", shown)
    assert re.sub(r"\\(.)", r"\1", shown) == address


def test_phones_have_the_same_address_when_they_are_let_in_again(make_run):
    run = make_run()
    address = pocket.let_in(run)
    token = address.rpartition("/")[2]
    assert pocket.network_at(token)
    pocket.shut_out()
    assert pocket.network_at(token) is None
    assert pocket.let_in(run) == address
