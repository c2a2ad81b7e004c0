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
    """Shows a run's state in a line, and details below it. Without details, their line stays empty.

    A result takes the place of the details, which then follow the state.

    Args:
        state: a key of `STATE_WORDS`. It decides the colour of the dot.
        name: what the run is called.
        words: the state in words.
        details: more information. May be empty.
        result: what the run has reached, in a sentence. May be empty.
        is_blind: whether the run's network is blind. Its dot is grey, because it has learnt nothing.
    """
    # In a narrow window, the details behind the state are cut off. The title then shows them whole.
    note = html.escape(details)
    after = f' <small class="quiet" title="{note}">{note}</small>' if result else ""
    shown, css_class = (result, "result") if result else (details, "details quiet")
    below = f'<p class="{css_class}">{html.escape(shown)}</p>'
    blind = " blind" if is_blind else ""
    st.html(
        f'<div class="status{blind}"><p><b>{html.escape(name)}</b>'
        f' <span class="state {state}">{html.escape(words)}</span>{after}</p>{below}</div>'
    )
