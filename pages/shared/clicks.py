"""Recognises the second click of a double click, so that it does not remove the next thing, too."""

import math
import time

import streamlit as st

# Operating systems count two clicks within half a second as a double click.
DOUBLE_CLICK_SECONDS = 0.5


def is_second_click(place: str) -> bool:
    """Returns whether the visitor has clicked in this place just before. Called once for each click."""
    key, now = f"clicked-{place}", time.monotonic()
    before = st.session_state.get(key, -math.inf)
    st.session_state[key] = now
    return now - before < DOUBLE_CLICK_SECONDS
