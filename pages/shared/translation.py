"""Keeps pages true that the browser translates (translation.js)."""

from pathlib import Path

from streamlit.components.v2 import component

_translation = component("one_bit_lab_translation", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def follow_translation() -> None:
    """Lets translated texts change with the page. Once a run, before anything else."""
    _translation(key="translation", height=1)
