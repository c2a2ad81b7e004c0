"""Keeps the error of a button or a field until the page shows it, where the visitor has pressed or typed.

A callback must not show anything itself: Streamlit would put it at the top of the page.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.shared import errors

_log = logging.getLogger("one_bit_lab")


@contextmanager
def refusals(place: str) -> Iterator[None]:
    """Keeps a `ValueError` or `OSError` as a sentence until `show_refusal` shows it in this place."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.info("refused (%s): %s", place, error)
        st.session_state[_key(place)] = errors.sentence(error)


def show_refusal(place: str) -> None:
    """Shows the sentence once, if there is one for this place."""
    if _key(place) in st.session_state:
        st.error(st.session_state.pop(_key(place)))


def _key(place: str) -> str:
    return f"refusal-{place}"
