"""The Audience page without a browser: who sees it, and what the presenter can do there."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bnn.engine import file
from bnn.runs import store
from bnn.system.files import write_atomically
from pages.shared import address, app_address, phones, pocket
from tests.support.page_content import shown, words
from tests.support.pages import click, open_page, picker
from tests.support.phones import START
from tests.support.project import PROJECT

pytestmark = pytest.mark.usefixtures("presenter")


def test_page_without_any_run_says_what_to_do():
    page = open_page("audience")
    assert len(page.info) == 1
    assert not page.error


def test_only_the_presenter_sees_the_page(make_run, monkeypatch):
    make_run()
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: False)
    page = open_page("audience")
    assert page.info[0].value.startswith("To show a drawing on the wall, scan the code")
    assert "on the computer that runs the app, at `http://localhost:8501/audience`" in page.info[0].value
    assert not page.toggle
    assert not page.button


@pytest.mark.parametrize("is_here, last", [(True, "Audience"), (False, "Evaluate")])
def test_only_the_presenter_has_a_link_to_the_page(is_here, last, monkeypatch):
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: is_here)
    site = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60).run()
    assert [link.title for link in site.session_state.pages][-1] == last


def test_page_invites_with_one_sentence_until_a_drawing_comes(put):
    page = open_page("audience")
    # The sentence does not say "a digit", because the network may read other signs.
    assert "Scan the code, draw, and press Show mine" in re.sub(" +", " ", words(page))
    assert [button.label for button in page.button] == []
    put(7)
    page.run()
    assert "Show mine" not in words(page)
    assert "**People read it as**" in [text.value for text in page.markdown]
    click(page, "clear-yes-0")
    assert "Show mine" in words(page)


def test_paused_wall_without_drawings_can_be_resumed(make_run, wall):
    make_run()
    wall.is_paused = True
    click(open_page("audience"), "pause-True")
    assert not wall.is_paused


def test_wall_can_be_cleared_and_paused(put, wall):
    put(1, 2)
    page = open_page("audience")
    page = click(page, "pause-False")
    assert wall.is_paused
    page = click(page, "pause-True")
    assert not wall.is_paused
    click(page, "clear-yes-0")
    assert wall.tiles() == []


def test_place_of_the_code_shows_how_the_wall_will_look_until_phones_are_let_in(make_run):
    make_run()
    page = open_page("audience")
    assert "Let phones in, and their code appears here." in words(page)
    assert shown(page).count("<figure") == 9
    page.toggle(key="phones").set_value(True).run()
    assert "<figure" not in shown(page)
    assert "their code appears here" not in words(page)


def test_app_that_phones_cannot_reach_invites_nobody_and_says_how_to_start_it(make_run, monkeypatch):
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: False)
    make_run()
    page = open_page("audience")
    assert "Phones cannot reach this app yet" in headings(page)
    assert "Scan the code" not in words(page)
    assert len(commands(page)) == 1
    assert not page.toggle
    assert shown(page).count("<figure") == 9


def test_phones_that_were_let_in_from_a_tab_with_another_address_can_be_shut_out_in_this_tab(
    make_run, monkeypatch
):
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: False)
    first, second = make_run(run_id="first"), make_run(run_id="second")
    page = open_page("audience")
    pocket.let_in(first)
    page.run()
    assert not headings(page)
    assert not commands(page)
    # The address of this tab is of no use to phones.
    assert "Scan the code" not in words(page)
    picker(page, "phones_run").set_value(second.id).run()
    assert pocket.offer()[0].id == second.id
    page.toggle(key="phones").set_value(False).run()
    assert not pocket.is_open()
    assert not page.toggle
    assert "Phones cannot reach this app yet" in headings(page)


def headings(page):
    return [heading.value for heading in page.subheader]


def commands(page):
    """Returns the commands on the page that let phones reach the app."""
    texts = [each.value.replace("`", "") for each in (*page.markdown, *page.info)]
    return [line for text in texts for line in text.splitlines() if "--server.address 0.0.0.0" in line]


@pytest.mark.parametrize("num_drawings", [0, 1])
@pytest.mark.parametrize("view", ["The wall", "Leaderboard"])
def test_each_view_says_the_same_if_phones_cannot_reach_the_app(put, monkeypatch, view, num_drawings):
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: False)
    put(*[7] * num_drawings)
    page = open_page("audience")
    page.segmented_control(key="audience-view").set_value(view).run()
    assert "Phones cannot reach this app yet" in headings(page)
    assert commands(page) == [f"{START} --server.address 0.0.0.0"]
    assert not page.toggle
    texts = [text.value for text in page.markdown]
    assert "Can you fool the network?" in texts
    assert not any("Draw on a phone" in text for text in texts)


@pytest.mark.parametrize("is_windows, python", [(False, "python3"), (True, "py")])
def test_command_uses_the_python_of_the_system_and_the_port_of_the_app(
    make_run, monkeypatch, is_windows, python
):
    monkeypatch.setattr(phones, "_IS_WINDOWS", is_windows)
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: False)
    make_run()
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: 8765 if name == "server.port" else option(name))
    page = open_page("audience")
    assert commands(page) == [f"{python} start.py --server.port 8765 --server.address 0.0.0.0"]


def test_example_of_a_wall_says_in_words_what_was_read_right_and_frames_what_has_fooled_it(make_run):
    make_run()
    judged = re.findall(r'<figure class="(.*?)">.*?<span>(\D*)\d?<', shown(open_page("audience")))
    assert len(judged) == 9
    for state, text in judged:
        assert text.strip() == ("fooled: it is" if "fooled" in state else "read right")


@pytest.mark.parametrize("can_reach", [True, False])
def test_damaged_network_is_reported_in_the_place_of_the_example(make_run, monkeypatch, can_reach):
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: can_reach)
    make_run().model_path.write_bytes(b"no network")
    page = open_page("audience")
    assert not page.exception
    assert len(page.error) == 1
    assert "not a packed network" in page.error[0].value
    assert 'class="example"' not in shown(page)
    if can_reach:
        page.toggle(key="phones").set_value(True).run()
        assert ["not a packed network" in error.value for error in page.error] == [True]
        assert words(page).count("Scan the code") == 1


def test_example_with_a_blind_network_calls_nothing_right_or_fooled(make_run, random_network):
    network = random_network(stages=(), dense=(8,), pixel_threshold=0)
    write_atomically(make_run().model_path, file.to_bytes(network))
    page = open_page("audience")
    spans = re.findall(r"<figure.*?<span>(.*?)</span>", shown(page))
    assert len(spans) == 9
    assert set(spans) == {f"says {spans[0].split()[1]} to everything"}
    assert "fooled" not in shown(page)


def test_switch_on_this_page_lets_phones_in_and_shuts_them_out(make_run):
    make_run()
    page = open_page("audience")
    assert not pocket.is_open()
    page.toggle(key="phones").set_value(True).run()
    assert pocket.is_open()
    page.toggle(key="phones").set_value(False).run()
    assert not pocket.is_open()


def test_damaged_network_is_reported_in_one_sentence_beside_the_wall(put):
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


@pytest.mark.parametrize("is_here", [True, False])
def test_browser_learns_of_a_new_session_on_this_page(make_run, monkeypatch, is_here):
    """Otherwise, the next page would show the run in its address, and not the one chosen here."""
    make_run()
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: is_here)
    component = {}
    monkeypatch.setattr(address, "_address", lambda **arguments: component.update(arguments))
    page = open_page("audience")
    data = component["data"]
    assert (data["page"], data["search"], data["canMove"]) == ("audience", "", False)
    assert data["session"] == page.session_state[address._SESSION]
