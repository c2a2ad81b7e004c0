"""Shows errors as sentences on a page. Tracebacks go to the server's log."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from bnn.runs import store
from bnn.system.errors import error_text
from pages.shared.text import escaped

_log = logging.getLogger("one_bit_lab")
# The same sentence is logged again only after this time, because some pages refresh themselves every second.
_LOG_SECONDS = 600.0
# When each sentence was logged last (`time.monotonic`).
_logged: dict[str, float] = {}


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows a `ValueError` or `OSError` as one sentence. The rest of the page still appears.

    The deletion of a run is not logged as an error, because somebody wanted it.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        text = sentence(error)
        if not _about_missing_run(error) and _is_due(text):
            _log.exception("shown on the page as one sentence")
        st.error(text)


def _is_due(text: str) -> bool:
    """Returns whether a sentence was not logged in the last `_LOG_SECONDS`. If so, notes the time."""
    now = time.monotonic()
    for old in [each for each, since in list(_logged.items()) if now - since > _LOG_SECONDS]:
        _logged.pop(old, None)
    return _logged.setdefault(text, now) == now


def show_unexpected(error: Exception) -> bool:
    """Shows in words an error that was not caught: that a run was deleted, or that something else went wrong.

    Streamlit logs the traceback, and then calls this as `on_script_error` of `st.App`.

    Returns:
        True, which tells Streamlit not to show the error itself.
    """
    st.error(
        _about_missing_run(error)
        or f"Something went wrong on this page ({type(error).__name__}). Reload the page to continue."
        " The server’s log has the details."
    )
    return True


def sentence(error: BaseException) -> str:
    """Returns the text of an error as one sentence of Markdown."""
    if missing := _about_missing_run(error):
        return missing
    text = error_text(error)
    return escaped(text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else "."))


def missing_run(name: str) -> str:
    """Returns a sentence, as Markdown, about a deleted run with this name or id."""
    return f"The run {escaped(name)} no longer exists. It was deleted."


def unknown_run(name: str) -> str:
    """Returns a sentence, as Markdown, about an id that no run has. Perhaps the run was deleted."""
    return f"There is no run {escaped(name)}. It may have been deleted."


def _about_missing_run(error: BaseException) -> str:
    """Returns a sentence if a file could not be read because its run was deleted, and otherwise ""."""
    cause: BaseException | None = error
    while cause is not None:
        if (
            isinstance(cause, FileNotFoundError)
            and isinstance(cause.filename, str | bytes)
            and (run_id := _missing_run_id(cause.filename))
        ):
            return f"{missing_run(run_id)} Choose another one."
        cause = cause.__cause__
    return ""


def _missing_run_id(filename: str | bytes) -> str:
    """Returns the id of the run to which a file belonged if this run was deleted, and otherwise ""."""
    path, root = Path(os.fsdecode(filename)), store.root()
    if root not in path.parents:
        return ""
    run_id = path.relative_to(root).parts[0]
    return "" if (root / run_id / "recipe.json").is_file() else run_id
