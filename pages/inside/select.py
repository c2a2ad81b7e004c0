"""A box for choosing among options whose labels may change."""

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
    """Shows a box that keeps its choice, also when another network gives the options other labels.

    In Streamlit 1.67 the browser knows a choice by its label. After a change of labels it would send the old
    label, which is no option any more, so the choice has to be set again. This must not happen in every run:
    it would undo what the visitor has chosen since the run began.

    Args:
        label: What is chosen.
        options: The options and their labels.
        key: Where the session keeps the choice, which must be one of the options.
        help: What is shown on hover.
        width: Width of the box in pixels, or "stretch".
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
