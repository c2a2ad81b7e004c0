"""The run in the address of Draw, Evaluate and Train. For Inside, see tests/pages/inside/test_links.py."""

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bnn.runs import store
from bnn.runs.names import MAX_NAME_LENGTH
from pages.shared import address as shared_address
from pages.shared import session
from tests.support.inside_page import address, value_in_address
from tests.support.pages import blocks_around, picker, report_late, widget_states
from tests.support.project import PROJECT

# The key of the run picker on each page.
CHOICES = {"draw": "chosen_run", "evaluate": "chosen_run", "train": "run_shown"}


def open_link(name, run_id):
    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=60)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    assert not page.error
    return page


@pytest.mark.parametrize("name", CHOICES)
def test_address_opens_the_page_with_its_run_and_follows_the_choice(make_run, name):
    older, newer = make_run(), make_run()
    page = open_link(name, older.id)
    assert picker(page, CHOICES[name]).value == older.id
    assert value_in_address(page, "run") == older.id
    picker(page, CHOICES[name]).select(newer.id).run()
    assert value_in_address(page, "run") == newer.id
    assert not page.warning


@pytest.mark.parametrize("name", CHOICES)
def test_new_session_shows_the_run_in_the_address_of_the_browser(make_run, monkeypatch, name):
    """Streamlit gives a new session the address with which the tab was opened.

    Since then, the address in the browser may have changed to that of another run.
    """
    older, newer = make_run(), make_run()
    component = {}
    monkeypatch.setattr(shared_address, "_address", lambda **arguments: component.update(arguments))
    open_link(name, older.id)
    assert component["data"]["canMove"]
    move = {"isForNewSession": True}
    state = {CHOICES[name]: older.id, component["key"]: SimpleNamespace(move=move)}
    monkeypatch.setattr(st, "session_state", state)
    # If the address names no run, Draw and Evaluate show the app's network, and Train keeps its run.
    no_run = older.id if name == "train" else store.DEFAULT_RUN
    for number, search, shown in ((1, "", no_run), (2, f"?tour=off&run={newer.id}", newer.id)):
        move |= {"number": number, "search": search}
        component["on_move_change"]()
        assert state[CHOICES[name]] == shown


@pytest.mark.parametrize("name", CHOICES)
def test_message_that_still_names_the_old_run_does_not_choose_it_again(make_run, name):
    """The browser sent it after a move, but before it knew of the server's answer to the move."""
    older, newer = make_run(), make_run()
    page = open_link(name, older.id)
    states = widget_states(page)
    # This is what `address.move` does for a move to the newer run.
    page.session_state[CHOICES[name]] = newer.id
    page.run()
    assert picker(page, CHOICES[name]).value == newer.id
    report_late(page, states)
    assert picker(page, CHOICES[name]).value == newer.id
    assert value_in_address(page, "run") == newer.id


@pytest.mark.parametrize("name", CHOICES)
def test_browser_that_gets_only_a_later_rerun_keeps_the_run_of_a_move(make_run, name):
    """It takes the default of the box, because Streamlit sends a value set in the session only once."""
    older, newer = make_run(), make_run()
    page = open_link(name, newer.id)
    page.session_state[CHOICES[name]] = older.id
    # The browser does not get the first of these reruns.
    page.run().run()
    box = picker(page, CHOICES[name])
    box.select_index(box.proto.default).run()
    assert picker(page, CHOICES[name]).value == older.id


def test_new_session_shows_a_run_with_a_long_id(make_run, monkeypatch):
    """The id is the name of the run's folder. If somebody renames the folder, the id may become this long."""
    run_id = "x" * (MAX_NAME_LENGTH + 1)
    make_run(run_id=run_id)
    component = {}
    monkeypatch.setattr(shared_address, "_address", lambda **arguments: component.update(arguments))
    open_link("draw", store.DEFAULT_RUN)
    move = {"number": 1, "isForNewSession": True, "search": f"?run={run_id}"}
    state = {session.CHOSEN_RUN: store.DEFAULT_RUN, component["key"]: SimpleNamespace(move=move)}
    monkeypatch.setattr(st, "session_state", state)
    component["on_move_change"]()
    assert state[session.CHOSEN_RUN] == run_id


@pytest.mark.parametrize("is_newest", [False, True])
def test_repeated_move_undoes_no_later_choice_but_old_values_of_widgets(monkeypatch, is_newest):
    """The browser repeats a move until it learns that the server has answered it.

    The repeated move comes with the values that the widgets had before the answer.
    """
    move = {"number": 1, "isForNewSession": True, "isNewest": is_newest, "search": "?run=quick"}
    monkeypatch.setattr(st, "session_state", {shared_address.key(""): SimpleNamespace(move=move)})
    followed = []
    for _ in range(2):
        shared_address.move("", lambda texts, _: followed.append(texts["run"]))
    assert followed == ["quick"] * (2 if is_newest else 1)
    followed.clear()
    move["number"] = 2
    shared_address.move("", lambda texts, _: followed.append(texts["run"]))
    assert followed == ["quick"]


@pytest.mark.parametrize("name", CHOICES)
def test_run_that_cannot_be_shown_is_named_in_one_sentence(make_run, name):
    make_run(run_id="shown")
    untrained = make_run(run_id="untrained")
    untrained.model_path.unlink()
    (warning,) = open_link(name, "nosuch").warning
    assert "There is no run nosuch. It may have been deleted." in warning.value
    if name == "train":
        assert not open_link(name, untrained.id).warning
    else:
        (warning,) = open_link(name, untrained.id).warning
        assert "The run untrained has no trained network yet" in warning.value


@pytest.mark.parametrize("name", [*CHOICES, "inside"])
def test_warning_about_a_deleted_run_is_at_the_top_of_the_page(make_run, name):
    make_run(run_id="20260131-094500-quick")
    run = make_run(run_id="20260131-094501-quick")
    store.rename(run, "Ann")
    page = open_link(name, run.id)
    assert not page.warning
    store.delete(run)
    (warning,) = page.run().warning
    assert "The run Ann no longer exists" in warning.value
    # In a column or another part of the page, the warning would be narrow or far down.
    assert set(blocks_around(page.main, warning)) == {"main", "flex_container"}


@pytest.mark.parametrize("earlier_choice", [None, "own"])
@pytest.mark.parametrize("name", ["evaluate", "inside"])
def test_run_that_only_a_card_of_the_tour_shows_is_not_in_the_address(make_run, name, earlier_choice):
    """Otherwise, a reload would make this run the visitor's own choice."""
    make_run(run_id="own")
    make_run(run_id="card")
    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=60)
    page.session_state[session.CHOSEN_RUN] = "card"
    page.session_state[session.TOUR_CHOICE] = (name, "card", earlier_choice)
    page.run()
    assert picker(page, "chosen_run").value == "card"
    assert address(page).get("run") == earlier_choice
