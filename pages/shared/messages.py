"""Reads what a component sends from the browser."""

import streamlit as st


def message(key: str, name: str) -> object:
    """Returns what a component has sent last, or None. Use it in callbacks, which run before the page.

    The result is None if Streamlit has already forgotten the component when it calls the callback. This can
    happen if the visitor presses something in the component and then immediately follows a link.

    Args:
        key: key of the component.
        name: name of the value, as in `on_..._change`. It comes from the browser and may be anything.
    """
    return getattr(st.session_state.get(key), name, None)
