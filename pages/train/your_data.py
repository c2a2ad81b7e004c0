"""Lets the visitor train on a data set of their own: uploads a file, and says what was found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from bnn.system.errors import error_text
from pages.shared import pictures, session, text

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from bnn.data.dataset import DataSet

_FORMATS = (
    "Three kinds of files can be read: a `.zip` with one folder of pictures for each class; pen strokes as"
    " JSON lines (`.jsonl` or `.jsonl.gz`), where the label is the name of the class; and arrays as Keras has"
    " them (`.npz` with `x_train`, `y_train`, `x_test` and `y_test`). Each class needs at least 5 examples."
)
_STORED = (
    "The file stays in this app. It is forgotten when you close this tab, unless you press Start: then"
    " the run keeps the data until you delete the run."
)
_MAX_SAMPLES = 16


class YourData(NamedTuple):
    """What the visitor has uploaded.

    Args:
        data: The data set; None if no file was uploaded, or the file is not accepted.
        is_refused: Whether a file was uploaded that is not accepted.
    """

    data: DataSet | None
    is_refused: bool


def your_data() -> YourData:
    """Shows the uploader and what was found in the file; below it, why the file is not accepted."""
    with st.expander("Your data", key="your-data"):
        uploaded = st.file_uploader("Train on a file of your own, instead of MNIST", key="data-file")
        if uploaded is None:
            st.session_state.pop(session.UPLOADED, None)
            st.caption(_FORMATS)
            st.caption(_STORED)
            return YourData(None, is_refused=False)
        source, licence = _credit()
        try:
            data = _read(uploaded, source, licence)
        except (ValueError, OSError) as error:
            st.error(f"This file cannot be used: {text.plain(error_text(error))}.")
            return YourData(None, is_refused=True)
        _found(data)
        st.caption(_STORED)
        return YourData(data, is_refused=False)


def _credit() -> tuple[str, str]:
    left, right = st.columns([3, 2])
    source = left.text_input("Who made it", key="data-source", placeholder="Name or address", max_chars=200)
    licence = right.text_input("Licence", key="data-licence", placeholder="CC BY 4.0", max_chars=100)
    return source.strip(), licence.strip()


def _read(uploaded: UploadedFile, source: str, licence: str) -> DataSet:
    """Returns the data set in the file. The file is read again only if it or its description has changed."""
    key = (uploaded.file_id, source, licence)
    kept = st.session_state.get(session.UPLOADED)
    if kept is None or kept[0] != key:
        # Imported here because it imports Numba, which takes most of a second.
        from bnn.data import files

        with st.spinner("Reading the file …"):
            kept = key, files.parse(uploaded.getvalue(), uploaded.name, source, licence)
        st.session_state[session.UPLOADED] = kept
    return kept[1]


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
        names = text.plain(", ".join(data.class_names[_MAX_SAMPLES:]))
        st.caption(f"The other classes: {names}")
    for note in data.notes:
        st.caption(note)
