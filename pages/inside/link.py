"""The state of the Inside page in its address: who opens the link sees the same."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from pages.inside import digit_choice

# What goes along with a link but is no state of the page.
OTHERS = ("tour", "nav")
_HIGHEST = 9999
MAX_REMEMBERED = 50

# `st.query_params` would make each pick a page to go back to; so the address is replaced here.
_address = st.components.v2.component(
    "one_bit_lab_address",
    js="""
export default function ({ data }) {
  // Not over the address of a page that was turned to since.
  if (!/\\/inside\\/?$/.test(location.pathname) || location.search === data.search) return
  const chapter = search => new URLSearchParams(search).get("step")
  // What was clicked on may lie far down in its chapter; the next one is read from its beginning.
  if (chapter(location.search) && chapter(location.search) !== chapter(data.search))
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0)
  history.replaceState(history.state, "", location.pathname + data.search + location.hash)
}
""",
)


def read(steps: list[str], run_ids: list[str]) -> None:
    """Takes the state from the address, where it is not one that was taken or written before.

    What makes no sense is left out; what the network does not have is brought into range by who uses it.
    """
    found = {name: value for name, value in st.query_params.items() if name not in OTHERS}
    # A click may come with an address that is a moment old: it must not undo what was done since.
    if not found or found in st.session_state.get("inside_links", []):
        return
    _remember(found)
    parsed = {}
    for name, text in found.items():
        if name in _FIELDS:
            key, parse = _FIELDS[name]
            parsed[key] = parse(text)
    allowed = {"inside_step": steps, "draw_run": run_ids}
    for key, value in parsed.items():
        if value is not None and value in allowed.get(key, [value]):
            st.session_state[key] = value


def write(*names: str) -> None:
    """Puts the state into the address: step, run and digit, and of the others those named."""
    values = {name: _text(name) for name in ("step", "run", "digit", *names)}
    values = {name: text for name, text in values.items() if text}
    others = {name: st.query_params[name] for name in OTHERS if name in st.query_params}
    _remember(values)
    _address(key="address", data=dict(search=f"?{urlencode(values | others)}"), height=1)


def _remember(values):
    known = st.session_state.get("inside_links", [])
    if values not in known[-1:]:
        st.session_state.inside_links = [*known[-MAX_REMEMBERED:], values]


def _text(name):
    value = st.session_state.get(_FIELDS[name][0])
    if name == "digit":
        return digit_choice.digit_in_link(value)
    return "" if value is None else str(value)


def _number(text):
    return int(text) if text.isdecimal() and len(text) <= len(str(_HIGHEST)) else None


def _signed(text):
    number = _number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def _decimal(text):
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None


def _tries(text):
    return (
        text
        if len(text) <= 200 and re.fullmatch(r"[a-z]+(_-?\d{1,3}(\.\d)?){1,12}", text, re.ASCII)
        else None
    )


def _digit(text):
    try:
        digit_choice.digit(text)
    except ValueError:
        return None
    return text if text != "drawing" else None


_FIELDS: dict[str, tuple[str, Callable]] = {
    "step": ("inside_step", str),
    "run": ("draw_run", str),
    "digit": ("inside_digit", _digit),
    "white": ("inside_white", _number),
    "layer": ("inside_layer", _number),
    "filter": ("inside_filter", _number),
    "row": ("inside_row", _number),
    "column": ("inside_column", _number),
    "epoch": ("inside_epoch", _number),
    "flips": ("inside_flips", _decimal),
    "noise": ("inside_noise", _number),
    "turn": ("inside_turn", _signed),
    "right": ("inside_right", _signed),
    "down": ("inside_down", _signed),
    "tried": ("inside_curve", _tries),
}
