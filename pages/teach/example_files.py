"""Lets the visitor download, upload and delete the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from bnn.drawing.stroke_files import MAX_FILE_LENGTH
from bnn.system.commands import typed_command
from bnn.system.errors import error_text
from pages.shared import session
from pages.shared.confirmation import confirmation
from pages.shared.refusals import refusals
from pages.teach import teaching
from pages.teach.lesson import Lesson, lesson, replace_lesson
from pages.teach.lesson_files import lesson_in

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_UPLOAD = "examples-file"
# Number of the box for uploads. A new number makes a new, empty box.
_BOX = "examples-box"
# The words about the opened file, until the page has shown them.
_OPENED = "examples-opened"
# Every file that can be read may be uploaded. Some mice report a thousand points a second, so the drawings of
# a visitor can have more than 10 MB.
MAX_UPLOAD_MEGABYTES = MAX_FILE_LENGTH // 1_000_000


def example_files() -> None:
    """Says how long drawings are kept, and shows a box to download, delete and upload them."""
    mine = lesson()
    st.caption(
        "Your drawings are deleted within an hour after you close or reload this page, or when this device"
        " has slept for an hour. Teach also saves them with the new run. Everybody who can open this app can"
        " open them there, until the run is deleted."
    )
    with st.expander("Download, open or delete the drawings", key="example-files"):
        with st.container(horizontal=True):
            _download_button()
            confirmation(
                "Delete all drawings",
                "Delete your drawings and the runs that have learnt from them, for good? Of the runs from"
                " before a reload or a restart of the app, only the newest is deleted.",
                "Yes, delete them",
                "delete-examples",
                _delete,
                # Removed drawings can still be put back, so they can be deleted, too.
                disabled=not (mine.examples or mine.removed or st.session_state.get(session.TAUGHT_RUNS)),
            )
        uploaded = st.file_uploader(
            "Open a file of examples",
            type=["jsonl", "gz"],
            key=_box(),
            on_change=_open_or_ask,
            max_upload_size=MAX_UPLOAD_MEGABYTES,
            help="A file downloaded here, or other pen strokes with the names of the signs as labels.",
        )
        if uploaded is not None:
            _ask()
        if words := st.session_state.pop(_OPENED, ""):
            st.caption(words)


def _download_button() -> None:
    st.download_button(
        "Download the examples",
        # Streamlit calls the function in a thread without a session, so the lesson is looked up here.
        lesson().to_file,
        file_name="signs.jsonl",
        mime="application/jsonl",
        key="download-examples",
        on_click=lesson().keep,
        icon=":material/download:",
        disabled=not lesson().examples,
        help="Pen strokes as JSON, one drawing per line."
        f" `{typed_command()} train symbols --data signs.jsonl` learns from it.",
    )


def _ask() -> None:
    """Asks whether the file in the box may replace drawings that would then be lost."""
    st.markdown("The drawings in the file replace those on this page. Open the file?")
    with st.container(horizontal=True):
        st.button("Cancel", key="do-not-open", on_click=_empty_box)
        st.button("Yes, open it", key="open-examples", on_click=_open)


def _box() -> str:
    return f"{_UPLOAD}-{st.session_state.get(_BOX, 0)}"


def _empty_box() -> None:
    st.session_state[_BOX] = st.session_state.get(_BOX, 0) + 1


def _open_or_ask() -> None:
    if lesson().is_kept and not lesson().removed:
        _open()


def _open() -> None:
    uploaded = st.session_state.get(_box())
    if uploaded is None:
        # The box was emptied, or this is the second click of a double click.
        return
    _empty_box()
    with refusals(session.LESSON):
        opened, num_left_out = _lesson_in(uploaded)
        opened.keep()
        opened.is_from_file = True
        replace_lesson(opened)
        words = f"{len(opened.examples)} examples of {len(opened.signs)} signs were opened."
        # A toast shown in this callback of a fragment would replace the style sheet of the page.
        st.session_state[_OPENED] = words + (f" {num_left_out} did not fit." if num_left_out else "")


def _lesson_in(uploaded: UploadedFile) -> tuple[Lesson, int]:
    """Returns the lesson in a file, and the number of drawings left out.

    Raises:
        ValueError: if the file cannot be read, or has too few or too many signs.
    """
    try:
        return lesson_in(uploaded.getvalue(), uploaded.name, lesson())
    except ValueError as error:
        raise ValueError(f"this file cannot be used: {error_text(error)}") from error


def _delete() -> None:
    lesson().delete_examples()
    with refusals(session.LESSON):
        teaching.delete_runs()
