"""The address of the Inside page: a link to exactly what the visitor sees.

`bind="query-params"` of Streamlit 1.67 cannot do this. What the visitor changes replaces the address, but
what Python changes (after a click in a picture, Play, Forward) adds an entry to the browser's history, so
that "back" no longer leaves the page. `st.query_params` does the same, and is meant to
(https://github.com/streamlit/streamlit/pull/16831). A bound widget also leaves its default out of the address
and names an option by its label; both may be different when the link is opened.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2 import component

from pages.inside import digit_choice, keys
from pages.shared import session

# Parameters that stay in the address, though they say nothing about this page.
KEPT = ("tour", "nav")
_MAX_DIGITS = 4
_READ = "inside_address_read"

_address = component(
    "one_bit_lab_address",
    js="""
export default function ({ data }) {
  // The visitor may have turned to another page since: leave its address alone.
  if (!/\\/inside\\/?$/.test(location.pathname) || location.search === data.search) return
  const chapter = search => new URLSearchParams(search).get("step")
  // A new chapter is read from its beginning, wherever in the old one the visitor clicked.
  if (chapter(location.search) && chapter(location.search) !== chapter(data.search))
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0)
  history.replaceState(history.state, "", location.pathname + data.search + location.hash)
}
""",
)


@dataclass(frozen=True)
class Value:
    """A value in the address.

    Args:
        key: Where the visitor's session keeps it.
        parse: Returns the value of a text, or None if the text makes no sense.
    """

    key: str
    parse: Callable[[str], object]


def read(values: Mapping[str, Value], chapters: Collection[str], run_ids: Collection[str]) -> None:
    """Takes what the address says into the session, once: from then on, the page writes the address.

    Leaves out what makes no sense. Numbers may still be out of range for the network.

    Args:
        values: What a link may hold beside chapter, run and digit, by name.
        chapters: Names of the chapters.
        run_ids: Runs that can be looked at.
    """
    if st.session_state.get(_READ):
        # A rerun may come with an address that is a moment old.
        return
    st.session_state[_READ] = True
    known = {
        "step": Value(keys.CHAPTER, lambda text: text if text in chapters else None),
        "run": Value(session.DRAW_RUN, lambda text: text if text in run_ids else None),
        "digit": Value(keys.DIGIT, _digit),
        **values,
    }
    for name, text in st.query_params.items():
        if name in known and (value := known[name].parse(text)) is not None:
            st.session_state[known[name].key] = value


def write(values: Mapping[str, Value] | None = None) -> None:
    """Puts chapter, run and digit into the address, and these values of the chapter."""
    state = st.session_state
    texts = {
        "step": state[keys.CHAPTER],
        "run": state[session.DRAW_RUN],
        "digit": digit_choice.name_in_link(state[keys.DIGIT]),
        **{name: state.get(value.key) for name, value in (values or {}).items()},
    }
    texts = {name: str(text) for name, text in texts.items() if text not in (None, "")}
    kept = {name: st.query_params[name] for name in KEPT if name in st.query_params}
    _address(key="address", data={"search": f"?{urlencode(texts | kept)}"}, height=1)


def whole_number(text: str) -> int | None:
    """The whole number from 0 to 9999 in a text, or None."""
    return int(text) if re.fullmatch(rf"\d{{1,{_MAX_DIGITS}}}", text, re.ASCII) else None


def signed_number(text: str) -> int | None:
    """The whole number from -9999 to 9999 in a text, or None."""
    number = whole_number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def percentage(text: str) -> float | None:
    """The number from 0 to 100 in a text, or None."""
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
