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


def state_line(
    state: str, name: str, words: str, details: str, result: str = "", is_blind: bool = False
) -> None:
    """Shows a run's name and state in a line, and its details, if any, in the line below.

    If there is a result, it takes the place of the details, and the details follow the state in the first
    line.

    Args:
        state: a key of `STATE_WORDS`. It decides the colour of the dot.
        name: what the run is called.
        words: the state in words.
        details: more information. May be empty.
        result: what the run has reached, in a sentence. May be empty.
        is_blind: whether the run's network is blind: it gives the same answer to every image. Its dot is
            grey, because it has learnt nothing.
    """
    # In a narrow window, the details after the state are cut off. The tooltip ("title") shows them whole.
    note = html.escape(details)
    after = f' <small class="quiet" title="{note}">{note}</small>' if result else ""
    shown, css_class = (result, "result") if result else (details, "details quiet")
    below = f'<p class="{css_class}">{html.escape(shown)}</p>'
    blind = " blind" if is_blind else ""
    st.html(
        f'<div class="status{blind}"><p><b>{html.escape(name)}</b>'
        f' <span class="state {state}">{html.escape(words)}</span>{after}</p>{below}</div>'
    )
