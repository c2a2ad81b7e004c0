"""Callbacks do nothing if Streamlit has already forgotten the component that sent the message."""

from types import SimpleNamespace

import pytest
import streamlit as st

from pages.audience import tiles
from pages.inside import picker
from pages.inside.chapters import damage_weights, flipped_weights, way
from pages.shared import address, tour
from pages.shared.messages import message
from pages.teach import desk

CALLBACKS = {
    "drawing on Teach": desk._receive,
    "example on Teach": desk._remove,
    "card of the tour": tour._arrive,
    "move within a page": lambda: address.move("inside", None),
    "picture on Inside": lambda: picker._pick("picture", None, None, None),
    "button that breaks": damage_weights.flip_more,
    "weight": flipped_weights.take,
    "window": way._take_shape_of_window,
}


@pytest.fixture
def state(monkeypatch):
    """The session, in which no component has a value."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


@pytest.mark.parametrize("name", CALLBACKS)
def test_callback_of_a_forgotten_component_raises_no_error(state, name):
    CALLBACKS[name]()


def test_wall_without_its_component_chooses_no_tile(state, monkeypatch):
    calls, chosen = {}, []
    monkeypatch.setattr(tiles, "_tiles", lambda **arguments: calls.update(arguments))
    tiles.show_tiles([], None, chosen.append)
    calls["on_chosen_change"]()
    assert chosen == [None]


def test_shape_of_the_window_stays_if_its_component_is_forgotten(state):
    state[way._IS_TALL] = True
    way._take_shape_of_window()
    assert state[way._IS_TALL]


def test_message_is_none_if_the_component_has_sent_no_such_value(state):
    state["desk"] = SimpleNamespace(removed=3)
    assert message("desk", "removed") == 3
    assert message("desk", "drawn") is None
