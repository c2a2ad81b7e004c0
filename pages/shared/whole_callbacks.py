"""Lets each press and each choice take effect, although the next one follows at once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

import streamlit as st
from streamlit.runtime.state.safe_session_state import SafeSessionState

_Method = TypeVar("_Method", bound=Callable[..., None])


def let_callbacks_finish() -> None:
    """Changes Streamlit 1.67, so that a new message from the browser does not end a callback early.

    While Streamlit calls callbacks, it looks for a newer message at each access to `st.session_state`. If
    there is one, it drops the rest of the callback, and the press is lost. See
    https://github.com/streamlit/streamlit/issues/10578, and what Streamlit's developers plan in
    https://github.com/streamlit/streamlit/pull/16763. The setting `runner.fastReruns = false` in
    .streamlit/config.toml is the other half: with it, one message is handled after the other.

    Other versions of Streamlit stay as they are.
    """
    if st.__version__.startswith("1.67."):
        SafeSessionState.on_script_will_rerun = _uninterrupted(SafeSessionState.on_script_will_rerun)


def _uninterrupted(method: _Method) -> _Method:
    """Returns the method, changed so that it does not look for messages."""

    @wraps(method)
    def changed(state: SafeSessionState, *args: object, **kwargs: object) -> None:
        look_for_message = state._yield_callback
        # An ordinary assignment would set a value in the session.
        object.__setattr__(state, "_yield_callback", lambda: None)
        try:
            method(state, *args, **kwargs)
        finally:
            object.__setattr__(state, "_yield_callback", look_for_message)

    return cast("_Method", changed)
