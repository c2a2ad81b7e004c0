"""Reads and writes the address of the Inside page, so that it links to exactly what the visitor sees.

`bind="query-params"` of Streamlit 1.67 is not enough. If Python changes a value (after a click in a picture,
Play or Forward), Streamlit adds an entry to the browser's history, so "back" would undo each of these steps.
Here only a new chapter is an entry, see address.js.
`st.query_params` adds entries as well, on purpose (https://github.com/streamlit/streamlit/pull/16831). A
bound widget also leaves its default out of the address and writes the label of an option. Default and label
may be different when somebody opens the link.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.components.v2 import component

from bnn.runs.names import is_name
from pages.inside import digit_choice, keys
from pages.shared import session

# Parameters that stay in the address although this page does not use them.
KEPT = ("tour", "nav")
_MAX_DIGITS = 4
_READ = "inside_address_read"
# How often the visitor had gone back or forward within the page when the server last heard of it.
_NUM_MOVES = "inside_moves"
# The values that Back and Forward take over from the address.
_KNOWN = "inside_moves_known"
_MAX_LENGTH = 4000

_address = component("one_bit_lab_address", js=(Path(__file__).parent / "address.js").read_text("utf-8"))


@dataclass(frozen=True)
class Value:
    """A value in the address.

    Args:
        key: Key of the value in the visitor's session.
        parse: Turns the text in the address into the value. Returns None for a text that is not allowed.
    """

    key: str
    parse: Callable[[str], object]


def read(values: Mapping[str, Value], chapters: Collection[str], run_ids: Collection[str]) -> None:
    """Copies the values in the address to the session, in the first run of the visit only.

    After that, the page writes the address. Values that are not allowed are ignored. A number may still be
    too large for the network.

    Args:
        values: Values that a link may hold besides chapter, run and digit, by parameter name.
        chapters: Names of the chapters.
        run_ids: Runs that the visitor can choose.
    """
    if st.session_state.get(_READ):
        # In a rerun, the address may be older than the session. The session is right.
        return
    st.session_state[_READ] = True
    known = {
        "step": _chapter(chapters),
        # For a run that does not exist, the page says so.
        "run": Value(session.DRAW_RUN, lambda text: text if text in run_ids or is_name(text) else None),
        "digit": Value(keys.DIGIT, _digit),
        **values,
    }
    _take_over(st.query_params.to_dict(), known)


def _chapter(chapters: Collection[str]) -> Value:
    return Value(keys.CHAPTER, lambda text: text if text in chapters else None)


def _take_over(texts: Mapping[str, str], known: Mapping[str, Value]) -> None:
    for name, text in texts.items():
        if name in known and (value := known[name].parse(text)) is not None:
            st.session_state[known[name].key] = value


def follow(chapter: str) -> None:
    """Runs the whole page if the visitor has left this chapter. A chapter that is a fragment calls it first.

    A click or a move back within a fragment only runs the fragment again.
    """
    if st.session_state[keys.CHAPTER] != chapter:
        st.rerun()


def write(values: Mapping[str, Value] | None = None) -> None:
    """Writes the chapter, the run, the digit and these values of the chapter to the address."""
    state = st.session_state
    found = {name: state.get(value.key) for name, value in (values or {}).items()}
    data = {"search": link(state[keys.CHAPTER], found), "answered": state.get(_NUM_MOVES, 0)}
    _address(key="address", data=data, height=1, on_move_change=_move)


def link(chapter: str, values: Mapping[str, object]) -> str:
    """Returns the link to a chapter with these values, for the run and the digit of the visitor.

    A link of the class "to-chapter" keeps the visitor's session, see address.js.
    """
    texts = {
        "step": chapter,
        "run": st.session_state[session.DRAW_RUN],
        "digit": digit_choice.name_in_link(st.session_state[keys.DIGIT]),
        **values,
    }
    texts = {name: str(text) for name, text in texts.items() if text not in (None, "")}
    kept = {name: st.query_params[name] for name in KEPT if name in st.query_params}
    return f"?{urlencode(texts | kept)}"


def follow_moves(values: Mapping[str, Value], chapters: Collection[str]) -> None:
    """Lets the browser's Back and Forward open the chapter of the entry, with the values of `values`.

    Run and digit stay as they are: they belong to the page, and not to one of its chapters.
    """
    st.session_state[_KNOWN] = {"step": _chapter(chapters), **values}


def _move() -> None:
    # The value comes from the browser and may be anything.
    move = st.session_state.address.move
    if isinstance(move, dict) and isinstance(move.get("search"), str) and isinstance(move.get("number"), int):
        texts = dict(parse_qsl(move["search"][:_MAX_LENGTH].removeprefix("?")))
        _take_over(texts, st.session_state[_KNOWN])
        st.session_state[_NUM_MOVES] = move["number"]


def whole_number(text: str) -> int | None:
    """Returns the whole number from 0 to 9999 that the text holds, or None."""
    return int(text) if re.fullmatch(rf"\d{{1,{_MAX_DIGITS}}}", text, re.ASCII) else None


def signed_number(text: str) -> int | None:
    """Returns the whole number from -9999 to 9999 that the text holds, or None."""
    number = whole_number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def percentage(text: str) -> float | None:
    """Returns the number from 0 to 100 that the text holds, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 100 else None


def _digit(text: str) -> str | None:
    try:
        digit_choice.digit(text)
    except ValueError:
        return None
    return text if text != digit_choice.DRAWING else None
