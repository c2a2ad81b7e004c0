"""Helps a page that Streamlit leaves empty, disconnected or without its session (see lifeline.js)."""

from pathlib import Path

from streamlit.components.v2 import component

_lifeline = component("one_bit_lab_lifeline", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def lifeline() -> None:
    """Starts the script that watches the page. Called once in every rerun, before any other element."""
    _lifeline(key="lifeline", height=1)
