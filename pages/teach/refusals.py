"""Keeps the error of a button or a field until the page shows it.

A callback of a fragment must not show anything itself: Streamlit would put it at the top of the page.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.shared import errors

_REFUSAL = "teach_refusal"
_log = logging.getLogger("one_bit_lab")


@contextmanager
def refusals() -> Iterator[None]:
    """Keeps a `ValueError` or `OSError` as a sentence."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.info("refused on the Teach page: %s", error)
        st.session_state[_REFUSAL] = errors.sentence(error)


def show_refusal() -> None:
    """Shows the sentence once, if there is one."""
    if _REFUSAL in st.session_state:
        st.error(st.session_state.pop(_REFUSAL))
