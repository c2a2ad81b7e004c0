"""Reloads a page that Streamlit's front end has left empty (lifeline.js)."""

from pathlib import Path

from streamlit.components.v2 import component

_lifeline = component("one_bit_lab_lifeline", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def lifeline() -> None:
    """Watches every page. Once a run, before anything else."""
    _lifeline(key="lifeline", height=1)
