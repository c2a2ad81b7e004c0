"""Shows a select box whose options may get other labels."""

from collections.abc import Mapping
from typing import Literal, TypeVar

import streamlit as st

_Option = TypeVar("_Option")


def select(
    label: str,
    options: Mapping[_Option, str],
    key: str,
    help: str,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """Shows a select box that keeps its choice when the labels of the options change.

    The labels change when the visitor chooses another network. In Streamlit 1.67 the browser stores a choice
    by its label, so it would send an old label that no longer exists. To prevent this, the choice is set
    again, but only after the labels have changed. Setting it in every rerun would undo a choice that
    the visitor makes during the rerun.

    Args:
        label: text above the box.
        options: the options and their labels.
        key: key of the choice in the session. The choice must be one of the options.
        help: text of the help icon.
        width: width of the box in pixels, or "stretch".
    """
    labels_key = f"{key}-labels"
    if st.session_state.get(labels_key) != dict(options):
        st.session_state[labels_key] = dict(options)
        st.session_state[key] = st.session_state[key]
    st.selectbox(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=key,
        help=help,
        filter_mode=None,
        persist_state="session",
        width=width,
    )
