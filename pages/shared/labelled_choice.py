"""Keeps what is chosen in a box when the labels of its options change."""

from collections.abc import Mapping

import streamlit as st


def keep_choice(key: str, labels: Mapping) -> None:
    """Sets the choice in a box again if its labels have changed. Call this before the box is shown.

    In Streamlit 1.67 the browser stores a choice by its label, so it would send an old label that no longer
    exists. The choice is set only if necessary: setting it undoes what the visitor chooses at the same
    moment.

    Args:
        key: key of the choice in the session: an option, or a list of options.
        labels: the options and their labels.
    """
    labels_key = f"{key}-labels"
    before = st.session_state.get(labels_key, {})
    st.session_state[labels_key] = dict(labels)
    if key in st.session_state:
        choice = st.session_state[key]
        chosen = choice if isinstance(choice, list) else [choice]
        if any(before.get(option) != labels.get(option) for option in chosen):
            st.session_state[key] = choice
