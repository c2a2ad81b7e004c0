"""Errors as sentences on a page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from bnn.system.errors import error_text
from pages.shared.text import plain

_log = logging.getLogger("one_bit_lab")


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows an expected error as one sentence on the page; the traceback goes to the log."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.exception("shown on the page as one sentence")
        st.error(sentence(error))


def sentence(error: Exception) -> str:
    """An error as one sentence of Markdown."""
    text = error_text(error)
    return plain(text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else "."))
