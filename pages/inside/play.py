"""Shows a Play button. After a click on it, the fragment around the button takes one step after another.

The fragment stops at the last step, or when the visitor clicks Pause or leaves the chapter. It calls these
functions, as in chapter 4::

    def show(...):
        # `run_every` of a fragment cannot change, so each state (playing or not) has its own fragment.
        st.fragment(_show, run_every=play.interval(KEY, SECONDS))(..., play.is_playing(KEY))

    def _show(..., was_playing):
        play.step(KEY, SECONDS, move_on)  # first, before the widgets that show the step
        play.button(KEY)
        play.follow(KEY, was_playing)     # last
"""

import time
from collections.abc import Callable

import streamlit as st


def is_playing(key: str) -> bool:
    """Returns whether the fragment is playing: the visitor clicked Play, and it has not stopped since.

    It also stops when the visitor leaves its chapter or the page.
    """
    # Streamlit forgets the state of a button as soon as a rerun of the page does not show it.
    if _button_key(key) not in st.session_state:
        st.session_state.pop(_since_key(key), None)
    return st.session_state.get(_since_key(key)) is not None


def interval(key: str, seconds: float) -> float | None:
    """Returns the seconds between two reruns of the fragment, or None if it is not playing."""
    return seconds if is_playing(key) else None


def step(key: str, seconds: float, move_on: Callable[[], bool]) -> None:
    """Calls `move_on` if the fragment is playing and the last step was more than `seconds` / 2 ago.

    Stops playing if `move_on` returns False.
    """
    if not is_playing(key):
        return
    since, now = st.session_state[_since_key(key)], time.monotonic()
    # The browser's timer is not exact, so half of the time is enough. A click on another widget also reruns
    # the fragment. If this rerun comes too early, it takes no step.
    if now - since > seconds / 2:
        st.session_state[_since_key(key)] = now if move_on() else None


def button(key: str) -> None:
    """Shows the button "Play", or "Pause" while it is playing."""
    playing = is_playing(key)
    st.button(
        "Pause" if playing else "Play",
        key=_button_key(key),
        icon=":material/pause:" if playing else ":material/play_arrow:",
        on_click=_toggle,
        args=(key,),
        width=110,
    )


def follow(key: str, was_playing: bool) -> None:
    """Reruns the page if playing has started or stopped. The page then needs another fragment."""
    if is_playing(key) != was_playing:
        st.rerun()


def _toggle(key: str) -> None:
    st.session_state[_since_key(key)] = None if is_playing(key) else time.monotonic()


def _since_key(key: str) -> str:
    return f"{key}-since"


def _button_key(key: str) -> str:
    return f"{key}-button"
