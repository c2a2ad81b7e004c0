"""Keeps a page up to date while the browser translates it (see translation.js)."""

from pathlib import Path

from streamlit.components.v2 import component

_translation = component("one_bit_lab_translation", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def follow_translation() -> None:
    """Lets translated texts change with the page. Called once in every rerun, before any other element."""
    _translation(key="translation", height=1)
