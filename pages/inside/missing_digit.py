"""Says on the Inside page that the digit in the link does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.inside import keys
from pages.shared.text import escaped

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

# Session key: a sentence, and the name of the digit that is shown instead (None until it is chosen).
_MISSING = "inside_digit_missing"


def note(name: str) -> None:
    """Keeps, for `show`, that there is no digit with this name (see `pages.inside.digit_choice`)."""
    words = f"There is no digit {escaped(name[:20])}."
    if name.startswith("z"):
        words = "The drawing in this link is damaged."
    st.session_state[_MISSING] = f"{words} Another digit is shown instead.", None


def show(place: DeltaGenerator) -> None:
    """Shows the sentence, until the visitor chooses another digit.

    Args:
        place: where to show it. The digit that is shown instead must already be chosen.
    """
    sentence, substitute = st.session_state.get(_MISSING, ("", None))
    if not sentence:
        return
    shown = st.session_state[keys.DIGIT]
    if substitute in (None, shown):
        st.session_state[_MISSING] = sentence, shown
        place.warning(sentence)
    else:
        del st.session_state[_MISSING]
