"""Shows errors as sentences on a page. Tracebacks go to the server's log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from bnn.system.errors import error_text
from pages.shared.text import plain

_log = logging.getLogger("one_bit_lab")


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows a `ValueError` or `OSError` as one sentence. The rest of the page still appears."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.exception("shown on the page as one sentence")
        st.error(sentence(error))


def show_unexpected(error: Exception) -> bool:
    """Shows that there was an unexpected error. Streamlit calls this as `on_script_error` of `st.App`.

    Streamlit has already logged the traceback.

    Returns:
        True, which tells Streamlit not to show the error itself.
    """
    st.error(
        f"Something went wrong on this page ({type(error).__name__}). Reload the page to continue."
        " The server’s log has the details."
    )
    return True


def sentence(error: BaseException) -> str:
    """Returns the text of an error as one sentence of Markdown."""
    text = error_text(error)
    return plain(text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else "."))
