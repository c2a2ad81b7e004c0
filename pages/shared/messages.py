"""Reads what a component sends from the browser."""

import streamlit as st


def message(key: str, name: str) -> object:
    """Returns what a component has sent last, or None. For callbacks, which are called before the page runs.

    It is None if Streamlit has already forgotten the component when it calls the callback. This may happen if
    the visitor follows a link right after the press that the message is about.

    Args:
        key: key of the component.
        name: name of the value, as in `on_..._change`. It comes from the browser and may be anything.
    """
    return getattr(st.session_state.get(key), name, None)
