"""A Play button: once pressed, its fragment of the page moves on by itself, until Pause or its end.

A fragment uses it in four steps, as chapters 2 and 4 do::

    def show(...):
        # Another fragment for each state, since `run_every` cannot change within one.
        st.fragment(_show, run_every=play.interval(KEY, SECONDS))(..., play.is_playing(KEY))

    def _show(..., was_playing):
        play.step(KEY, SECONDS, move_on)  # first, before the widgets that show where it is
        play.button(KEY)
        play.follow(KEY, was_playing)     # last
"""

import time
from collections.abc import Callable

import streamlit as st


def is_playing(key: str) -> bool:
    """Returns whether Play was pressed, and it has not come to its end yet."""
    return st.session_state.get(_since_key(key)) is not None


def interval(key: str, seconds: float) -> float | None:
    """Returns how often the fragment runs by itself, in seconds; None if it does not play."""
    return seconds if is_playing(key) else None


def step(key: str, seconds: float, move_on: Callable[[], bool]) -> None:
    """Moves on if it plays and about `seconds` have passed. It ends where `move_on` returns False."""
    since, now = st.session_state.get(_since_key(key)), time.monotonic()
    # The browser's timer is not exact, and a click on something else runs the fragment between two steps.
    if since is not None and now - since > seconds / 2:
        st.session_state[_since_key(key)] = now if move_on() else None


def button(key: str) -> None:
    """Shows the button: Play, or Pause while it plays."""
    playing = is_playing(key)
    st.button(
        "Pause" if playing else "Play",
        key=f"{key}-button",
        icon=":material/pause:" if playing else ":material/play_arrow:",
        on_click=_toggle,
        args=(key,),
        width=110,
    )


def follow(key: str, was_playing: bool) -> None:
    """Runs the page again if its fragment was made for the other state."""
    if is_playing(key) != was_playing:
        st.rerun()


def _toggle(key: str) -> None:
    st.session_state[_since_key(key)] = None if is_playing(key) else time.monotonic()


def _since_key(key: str) -> str:
    return f"{key}-since"
