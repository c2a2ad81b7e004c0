"""Reads and writes the address of a page, so that it links to what the visitor sees.

`bind="query-params"` of Streamlit 1.67 is not enough. If Python changes a value (after a click in a picture,
Play or Forward), Streamlit adds an entry to the browser's history, and the Back button would undo these
steps one by one. Here, only a new chapter of Inside adds an entry, see address.js.
`st.query_params` adds entries as well, on purpose (https://github.com/streamlit/streamlit/pull/16831). A
bound widget also leaves its default out of the address, and writes the label of an option. Defaults and
labels may have changed by the time somebody opens the link.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.components.v2 import component

from bnn.runs import store
from bnn.runs.names import is_name
from pages.shared import session
from pages.shared.messages import message

# Parameters that stay in the address although the page does not use them.
_KEPT = ("tour", "nav")
_RUN = "run"
# Session key: a random text, by which the browser notices that the session is new.
_SESSION = "address_session"
# Session key: how many of the visitor's moves the server has answered, see `write`.
_NUM_MOVES = "address_moves"
_MAX_LENGTH = 4000

_address = component("one_bit_lab_address", js=(Path(__file__).parent / "address.js").read_text("utf-8"))


@dataclass(frozen=True)
class Parameter:
    """A parameter of an address.

    Args:
        key: key of its value in the visitor's session.
        parse: turns the text in the address into the value. Returns None for a text that is not allowed.
    """

    key: str
    parse: Callable[[str], object]


def run_parameter(key: str, run_ids: Collection[str]) -> Parameter:
    """Returns the parameter "run". It allows the ids of these runs, and all texts that could be an id.

    If there is no run with that id, `run_picker` says so.
    """
    return Parameter(key, lambda text: text if text in run_ids or is_name(text) else None)


def read(page: str, known: Mapping[str, Parameter]) -> None:
    """Copies the values in the address to the session, when the visitor comes to the page for the first time.

    After that, the page writes the address. Values that are not allowed are ignored.

    Args:
        page: name of the page in the address; "" for the first page.
        known: the parameters that a link may have, by name.
    """
    if _is_read(page):
        # In a rerun, the address may be older than the session. The session is right.
        return
    st.session_state[_read_key(page)] = take_over(st.query_params.to_dict(), known)


def is_in_link(page: str, name: str) -> bool:
    """Returns whether the link with which the visitor first came gave an allowed value for this parameter."""
    return name in st.session_state.get(_read_key(page), ())


def read_run(page: str, key: str) -> None:
    """Copies the run in the address of a page to the session, on the first visit of the page.

    Args:
        page: name of the page in the address; "" for the first page.
        key: key of the run's id in the visitor's session.
    """
    # Looking up all runs takes time, so reruns of the page do not do it.
    if not _is_read(page):
        read(page, _known_run(key))


def write_run(page: str, key: str, usual: str | None = store.DEFAULT_RUN) -> None:
    """Writes the chosen run to the address of a page, unless the page usually shows this run.

    While a card of the tour shows a run, this writes the visitor's own choice, as `run_for_link` returns it.

    Args:
        page: name of the page in the address; "" for the first page.
        key: key of the run's id in the visitor's session.
        usual: id of the run that the page shows if the address names none; None if that may be any run.
    """

    def follow(texts: Mapping[str, str], _: bool) -> None:
        if run_id := texts.get(_RUN) or usual:
            take_over({_RUN: run_id}, _known_run(key))

    linked_run = run_for_link(st.session_state[key])
    write(page, query_string({_RUN: None if linked_run == usual else linked_run}), follow)


def run_for_link(run_id: str) -> str | None:
    """Returns the run that belongs in a link when this run is shown.

    While a card of the tour shows a run, this is the visitor's earlier choice, or None. If the card's run
    were in the link, it would become the visitor's choice after a reload.
    """
    _, tour_run, earlier_choice = st.session_state.get(session.TOUR_CHOICE) or (None, None, None)
    return earlier_choice if run_id == tour_run else run_id


def take_over(texts: Mapping[str, str], known: Mapping[str, Parameter]) -> list[str]:
    """Copies the known and allowed values to the session, and returns the names of their parameters.

    The values are parsed in the order of `known`, whatever their order in the address. When a value is
    parsed, the session already has the values before it.
    """
    allowed = []
    for name, parameter in known.items():
        if name in texts and (value := parameter.parse(texts[name])) is not None:
            st.session_state[parameter.key] = value
            allowed.append(name)
    return allowed


def query_string(values: Mapping[str, object]) -> str:
    """Returns the part of an address from the question mark on: these values, and those that always stay.

    It is "" if there are none. The values None and "" are left out.
    """
    texts = {name: str(value) for name, value in values.items() if value not in (None, "")}
    kept = {name: st.query_params[name] for name in _KEPT if name in st.query_params}
    return f"?{query}" if (query := urlencode(texts | kept)) else ""


def write(
    page: str,
    query: str,
    follow: Callable[[Mapping[str, str], bool], None] | None = None,
    is_remembered: bool = False,
) -> None:
    """Writes the address of a page.

    Args:
        page: name of the page in the address; "" for the first page.
        query: the address from the question mark on, as `query_string` returns it.
        follow: called when the browser asks the page to show what its address names. It gets the texts in
            the address, by parameter, and whether the session is new. If it is new, the server was restarted
            or had forgotten the visitor. Otherwise, the visitor has gone back or forward, or clicked a link
            to a chapter. None if the page answers no such moves.
        is_remembered: whether a new session is asked, when the visitor comes back to the page, for the run in
            the link or, without one, for what the page showed last.
    """
    state = st.session_state
    data = {
        "page": page,
        "search": query,
        "session": state.setdefault(_SESSION, secrets.token_hex(8)),
        "canMove": follow is not None,
        "isRemembered": is_remembered,
        "answered": state.get(_NUM_MOVES, 0),
    }
    _address(
        key=key(page), data=data, height=1, on_move_change=lambda: move(page, follow) if follow else None
    )


def move(page: str, follow: Callable[[Mapping[str, str], bool], None]) -> None:
    """Calls `follow`, as `write` describes it, for the newest move of the visitor on a page."""
    # The value comes from the browser and may be anything.
    sent = message(key(page), "move")
    if not (isinstance(sent, dict) and isinstance(sent.get("search"), str)):
        return
    # The browser repeats a move until it knows of the answer. With the repeated move, Streamlit sends the
    # values that the widgets had before the answer. So the move is followed again, unless the visitor has
    # pressed something since then: that choice stays.
    number = sent.get("number")
    is_repeated = number == st.session_state.get(_NUM_MOVES)
    if isinstance(number, int) and (not is_repeated or sent.get("isNewest") is True):
        texts = dict(parse_qsl(sent["search"][:_MAX_LENGTH].removeprefix("?")))
        follow(texts, sent.get("isForNewSession") is True)
        st.session_state[_NUM_MOVES] = number


def key(page: str) -> str:
    """Returns the key of the component that writes the address of a page."""
    return f"address-{page}"


def _known_run(key: str) -> dict[str, Parameter]:
    return {_RUN: run_parameter(key, [run.id for run in store.all_runs()])}


def _is_read(page: str) -> bool:
    return _read_key(page) in st.session_state


def _read_key(page: str) -> str:
    return f"{key(page)}-read"
