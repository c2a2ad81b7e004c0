"""Errors as sentences on a page. Tracebacks go to the server's log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from bnn.system.errors import error_text
from pages.shared.text import plain

_log = logging.getLogger("one_bit_lab")


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows an expected error, of a file or a value, as one sentence; the rest of the page stays as it is."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.exception("shown on the page as one sentence")
        st.error(sentence(error))


def show_unexpected(error: Exception) -> bool:
    """Shows that there was an unexpected error; for `st.App(on_script_error=...)`.

    Streamlit has logged its traceback.

    Returns:
        True: Streamlit shows nothing of its own.
    """
    st.error(
        f"Something went wrong on this page ({type(error).__name__}). Reload it to go on;"
        " the server’s log has the details."
    )
    return True


def sentence(error: BaseException) -> str:
    """Returns an error as one sentence of Markdown."""
    text = error_text(error)
    return plain(text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else "."))
