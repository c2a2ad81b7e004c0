"""Lets the visitor train on a data set of their own: uploads a file, and says what was found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from bnn.system.errors import error_text
from pages.shared import pictures, session, text
from pages.train import uploads

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from bnn.data.dataset import DataSet

_FORMATS = (
    "Three kinds of files can be read: a `.zip` with one folder of pictures for each class; pen strokes as"
    " JSON lines (`.jsonl` or `.jsonl.gz`), where the label is the name of the class; and arrays as Keras has"
    " them (`.npz` with `x_train`, `y_train`, `x_test` and `y_test`). Each class needs at least 5 examples."
)
_STORED = (
    "The file stays in this app. It is forgotten within an hour after you close or reload this page, unless"
    " you press Start: then the run keeps the data until you delete the run."
)
_MAX_SAMPLES = 16


class YourData(NamedTuple):
    """What the visitor has uploaded.

    Args:
        data: the data set; None if no file was uploaded, or the file is not accepted.
        is_refused: whether a file was uploaded that is not accepted.
    """

    data: DataSet | None
    is_refused: bool


def your_data() -> YourData:
    """Shows the uploader and, below it, what was found in the file or why the file is not accepted."""
    with st.expander("Your data", key="your-data"):
        is_forgotten = _forget()
        # With another key, the uploader no longer shows the forgotten file.
        num = st.session_state.get(session.NUM_FORGOTTEN, 0)
        key = f"data-file-{num}" if num else "data-file"
        uploaded = st.file_uploader("Train on a file of your own, instead of MNIST", key=key)
        if is_forgotten:
            st.error("The app has forgotten your file because others have uploaded theirs. Upload it again.")
            return YourData(None, is_refused=True)
        if uploaded is None:
            st.session_state.pop(session.UPLOADED, None)
            st.caption(_FORMATS)
            st.caption(_STORED)
            return YourData(None, is_refused=False)
        source, licence = _credit()
        try:
            data = _read(uploaded, source, licence)
        except (ValueError, OSError) as error:
            st.error(f"This file cannot be used: {text.escaped(error_text(error))}.")
            return YourData(None, is_refused=True)
        _found(data)
        st.caption(_STORED)
        return YourData(data, is_refused=False)


def _credit() -> tuple[str, str]:
    left, right = st.columns([3, 2])
    source = left.text_input("Who made it", key="data-source", placeholder="Name or address", max_chars=200)
    licence = right.text_input("Licence", key="data-licence", placeholder="CC BY 4.0", max_chars=100)
    return source.strip(), licence.strip()


def _forget() -> bool:
    """Forgets the visitor's file if the app has dropped it, and returns whether it did."""
    kept = st.session_state.get(session.UPLOADED)
    if kept is None or not kept.is_dropped:
        return False
    del st.session_state[session.UPLOADED]
    st.session_state[session.NUM_FORGOTTEN] = st.session_state.get(session.NUM_FORGOTTEN, 0) + 1
    return True


def _read(uploaded: UploadedFile, source: str, licence: str) -> DataSet:
    """Returns the data set in the file. Each file is read only once, even if it is refused."""
    # Imported here because it imports Numba, which takes most of a second.
    from bnn.data import files

    kept = st.session_state.get(session.UPLOADED)
    if kept is None or kept.file_id != uploaded.file_id:
        with st.spinner("Reading the file …"):
            kept = uploads.read(uploaded)
        st.session_state[session.UPLOADED] = kept
    result = kept.result
    if result is None or isinstance(result, str):
        raise ValueError(result or "others have uploaded files since, so upload it again")
    return files.with_credit(result, source, licence)


def _found(data: DataSet) -> None:
    """Says what is in the data set, and shows an example of each class."""
    training, validation = data.train_validation()
    counts = [len(split.labels) for split in (training, validation, data.test())]
    st.markdown(
        f"**{data.num_classes} classes, {sum(counts):,} examples:** {counts[0]:,} to learn from,"
        f" {counts[1]:,} to choose the best epoch (validation), {counts[2]:,} for the test at the end."
    )
    shown = range(min(data.num_classes, _MAX_SAMPLES))
    first = [int(np.argmax(training.labels == label)) for label in shown]
    pictures.digit_grid(training.images[first], [data.class_names[label] for label in shown])
    if data.num_classes > _MAX_SAMPLES:
        names = text.escaped(", ".join(data.class_names[_MAX_SAMPLES:]))
        st.caption(f"The other classes: {names}")
    for note in data.notes:
        st.caption(note)
