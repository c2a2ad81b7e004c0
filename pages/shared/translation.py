"""Keeps a page up to date while the browser translates it (see translation.js)."""

from pathlib import Path

from streamlit.components.v2 import component

_translation = component("one_bit_lab_translation", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def follow_translation() -> None:
    """Lets the app change texts that the browser has translated.

    The new text appears, and is translated again. Call this function once in every rerun, before any other
    element.
    """
    _translation(key="translation", height=1)
