"""Shows a select box whose options may get other labels."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

import streamlit as st

from pages.shared.labelled_choice import keep_choice

_Option = TypeVar("_Option")


def select(
    label: str,
    options: Mapping[_Option, str],
    key: str,
    help: str,
    width: int | Literal["stretch"] = "stretch",
    on_change: Callable[[], None] | None = None,
) -> None:
    """Shows a select box that keeps its choice when the labels of the options change.

    The labels change when the visitor chooses another network.

    Args:
        label: text above the box.
        options: the options and their labels.
        key: key of the choice in the session. The choice must be one of the options.
        help: text of the help icon.
        width: width of the box in pixels, or "stretch".
        on_change: called when the visitor has chosen, before the page reruns.
    """
    keep_choice(key, options)
    st.selectbox(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=key,
        help=help,
        filter_mode=None,
        persist_state="session",
        width=width,
        on_change=on_change,
    )
