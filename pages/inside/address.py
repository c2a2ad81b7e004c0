"""Reads and writes the address of the Inside page, so that it links to exactly what the visitor sees.

Opening another chapter adds an entry to the browser's history, see pages/shared/address.js.
"""

import re
from collections.abc import Collection, Mapping

import streamlit as st

from bnn.runs.run import Run
from pages.inside import digit_choice, keys, missing_digit
from pages.shared import address, session
from pages.shared.address import Parameter

_PAGE = "inside"
_MAX_DIGITS = 4
# Session key: the parameters whose values are read from the address after a move.
_KNOWN = "inside_moves_known"
# Session key: the same parameters, plus run and digit, which only a new session reads from the address.
_ALL_KNOWN = "inside_all_known"
# Decimals of the percentage of flipped weights in a link. A network has at most 20 million weights
# (`bnn.recipes.checks`), so six decimals are enough to give the exact number of flipped weights.
NUM_DECIMALS = 6


def read(parameters: Mapping[str, Parameter], chapters: Collection[str], run_ids: Collection[str]) -> None:
    """Copies the values in the address to the session, when the visitor comes to the page for the first time.

    After that, the page writes the address. Values that are not allowed are ignored. Numbers are not
    compared with the network, so they may be too large for it.

    Args:
        parameters: parameters that a link may have besides chapter, run and digit, by name.
        chapters: names of the chapters.
        run_ids: runs that the visitor can choose.
    """
    # The run comes before the digit, because the digit is looked up in the data set of the run.
    known = {
        "step": _chapter(chapters),
        "run": address.run_parameter(session.CHOSEN_RUN, run_ids),
        "digit": Parameter(keys.DIGIT, lambda text: _digit(text, run_ids)),
        **parameters,
    }
    st.session_state[_ALL_KNOWN] = known
    address.read(_PAGE, known)


def is_in_link(name: str) -> bool:
    """Returns whether the link with which the visitor came gave an allowed value for this parameter."""
    return address.is_in_link(_PAGE, name)


def _chapter(chapters: Collection[str]) -> Parameter:
    return Parameter(keys.CHAPTER, lambda text: text if text in chapters else None)


def follow(chapter: str, run: Run) -> None:
    """Reruns the whole page if the visitor has left this chapter or chosen another run.

    Chapters that are fragments call this function first. Otherwise, a click in the fragment, or the Back
    button of the browser, could choose another chapter or run and rerun only the fragment.
    """
    if (st.session_state[keys.CHAPTER], st.session_state[session.CHOSEN_RUN]) != (chapter, run.id):
        st.rerun()


def write(parameters: Mapping[str, Parameter] | None = None) -> None:
    """Writes the chapter, the run, the digit and these parameters of the chapter to the address.

    Each rerun calls this, also after an error: without it, the browser's Back and Forward would do nothing.
    """
    state = st.session_state
    values = {name: state.get(parameter.key) for name, parameter in (parameters or {}).items()}
    values = {
        name: number_text(value) if isinstance(value, float) else value for name, value in values.items()
    }
    query = link(state[keys.CHAPTER], values)
    address.write(_PAGE, query, _follow_address)


def link(chapter: str, values: Mapping[str, object]) -> str:
    """Returns the link to a chapter with these values, for the run and the digit of the visitor.

    A link with the CSS class "to-chapter" keeps the visitor's session, see pages/shared/address.js.
    """
    texts = {
        "step": chapter,
        "run": address.run_for_link(st.session_state[session.CHOSEN_RUN]),
        "digit": digit_choice.name_in_link(st.session_state[keys.DIGIT]),
        **values,
    }
    return address.query_string(texts)


def follow_moves(parameters: Mapping[str, Parameter], chapters: Collection[str]) -> None:
    """Lets Back, Forward and links to chapters open the chapter in the address, with these parameters.

    Run and digit stay as they are: they belong to the page, and not to one of its chapters. Only a new
    session also takes them from the address, see address.js.
    """
    st.session_state[_KNOWN] = {"step": _chapter(chapters), **parameters}


def _follow_address(texts: Mapping[str, str], is_new_session: bool) -> None:
    known = st.session_state[_KNOWN]
    if is_new_session:
        known = st.session_state[_ALL_KNOWN]
        # If the address names the visitor's drawing, and the page already shows it, the drawing stays.
        if texts.get("digit") == digit_choice.name_in_link(st.session_state[keys.DIGIT]):
            known = {name: parameter for name, parameter in known.items() if name != "digit"}
    address.take_over(texts, known)


def whole_number(text: str) -> int | None:
    """Returns the whole number from 0 to 9999 that the text holds, or None."""
    return int(text) if re.fullmatch(rf"\d{{1,{_MAX_DIGITS}}}", text, re.ASCII) else None


def signed_number(text: str) -> int | None:
    """Returns the whole number from -9999 to 9999 that the text holds, or None."""
    number = whole_number(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def percentage(text: str) -> float | None:
    """Returns the number from 0 to 100 that the text holds, with at most NUM_DECIMALS decimals, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return round(number, NUM_DECIMALS) if 0 <= number <= 100 else None


def number_text(value: float) -> str:
    """Returns a number as it is written to the address: 0.5 as "0.5" and 30.0 as "30"."""
    return f"{value:.{NUM_DECIMALS}f}".rstrip("0").rstrip(".")


def _digit(text: str, run_ids: Collection[str]) -> str | None:
    if text in ("", digit_choice.DRAWING):
        return None
    if not digit_choice.is_there(text):
        # A name like "t7" belongs to a run. If that run is missing, the page already says so.
        is_run_there = st.session_state.get(session.CHOSEN_RUN) in (None, *run_ids)
        if is_run_there or not text.startswith("t"):
            missing_digit.note(text)
        return None
    return text
