"""Shows the state of a run in words."""

import html

import streamlit as st

STATE_WORDS = {
    "queued": "waiting",
    "running": "training",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
    "interrupted": "interrupted",
}


def state_line(state: str, name: str, words: str, details: str) -> None:
    """Shows a run's state in a line, and details below it. Without details, their line stays empty.

    Args:
        state: a key of `STATE_WORDS`. It decides the colour of the dot.
        name: what the run is called.
        words: the state in words.
        details: more information. May be empty.
    """
    st.html(
        f'<div class="status"><p><b>{html.escape(name)}</b>'
        f' <span class="state {state}">{html.escape(words)}</span></p>'
        f'<p class="details quiet">{html.escape(details)}</p></div>'
    )
