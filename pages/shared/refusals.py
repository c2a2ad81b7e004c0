"""Keeps the error of a button or a field until the page shows it, where the visitor has pressed or typed.

A callback must not show anything itself: Streamlit would put it at the top of the page.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.shared import errors

_log = logging.getLogger("one_bit_lab")
# How long a sentence stays in a part of a page that reruns by itself.
_SECONDS = 20.0


@contextmanager
def refusals(place: str) -> Iterator[None]:
    """Keeps a `ValueError` or `OSError` as a sentence until `show_refusal` shows it in this place."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.info("refused (%s): %s", place, error)
        st.session_state[_key(place)] = errors.sentence(error), time.monotonic()


def show_refusal(place: str | None, *, is_refreshed: bool = False) -> None:
    """Shows the sentence if there is one for this place.

    Without a sentence, its place stays empty, so that all later elements of the page keep their numbers.
    Otherwise, Streamlit's front end may fail ("'setIn' cannot be called on an ElementNode") and lose the
    page: when a rerun interrupts a fragment, the front end still gets some of its large elements. Each names
    its container by a number, and another element may have that number by then.

    Args:
        place: the place that was given to `refusals`; None if no sentence may be shown now.
        is_refreshed: whether this part of the page reruns by itself. If so, the sentence is shown for
            `_SECONDS` seconds. If not, it is shown until the next rerun.
    """
    slot = st.empty()
    if place is None:
        return
    sentence, since = st.session_state.get(_key(place), ("", 0.0))
    is_over = is_refreshed and time.monotonic() - since > _SECONDS
    if is_over or not is_refreshed:
        st.session_state.pop(_key(place), None)
    if sentence and not is_over:
        slot.error(sentence)


def _key(place: str) -> str:
    return f"refusal-{place}"
