"""Keeps what is chosen in a box when the labels of its options change."""

from collections.abc import Mapping

import streamlit as st


def keep_choice(key: str, labels: Mapping) -> None:
    """Sets the choice in a box again if the labels have changed. It is called before the box is shown.

    In Streamlit 1.67 the browser stores a choice by its label, so it would send an old label that no longer
    exists. The choice is set only after a change: setting it in every rerun would undo a choice that the
    visitor makes during the rerun.

    Args:
        key: key of the choice in the session.
        labels: the options and their labels.
    """
    labels_key = f"{key}-labels"
    if st.session_state.get(labels_key) != dict(labels):
        st.session_state[labels_key] = dict(labels)
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]
