"""Recognises the second click of a double click.

After a click on a button such as Remove, the next item takes the place of the removed one, with its button
under the pointer. The second click must not remove that item, too.
"""

import math
import time

import streamlit as st

# Operating systems count two clicks within half a second as a double click.
DOUBLE_CLICK_SECONDS = 0.5


def is_second_click(place: str) -> bool:
    """Returns whether this click came soon after another click on a button of the same kind.

    "Soon" means in less than `DOUBLE_CLICK_SECONDS`. Call this function exactly once for each click, because
    it notes the time.

    Args:
        place: the name of the kind of button, such as "remove-sign".
    """
    key, now = f"clicked-{place}", time.monotonic()
    before = st.session_state.get(key, -math.inf)
    st.session_state[key] = now
    return now - before < DOUBLE_CLICK_SECONDS
