"""Shows the box in which visitors upload a data set of their own, and says what was found in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from bnn.system.errors import error_text
from pages.shared import pictures, session, text
from pages.train import uploads

if TYPE_CHECKING:
    from bnn.data.dataset import DataSet
    from pages.train.uploads import Upload

_FORMATS = (
    "Three kinds of files can be read: a `.zip` with one folder of pictures for each class; pen strokes as"
    " JSON lines (`.jsonl` or `.jsonl.gz`), where the label is the name of the class; and arrays as Keras has"
    " them (`.npz` with `x_train`, `y_train`, `x_test` and `y_test`). Each class needs at least 5 examples."
)
_STORED = (
    "The file stays in this app. It is forgotten within an hour after you close or reload this page, or when"
    " this device has slept for an hour. If you press Start, the run keeps the data until you delete the run."
)
_FORGOTTEN = (
    "The app has forgotten this file because others have uploaded theirs. Press Remove, and upload it again."
)
_MAX_SAMPLES = 16
_SOURCE, _LICENCE = "data-source", "data-licence"


class YourData(NamedTuple):
    """What the visitor has uploaded.

    Args:
        data: the data set; None if no file was uploaded, or the file is not accepted.
        is_refused: whether a file was uploaded that cannot be used.
    """

    data: DataSet | None
    is_refused: bool


def your_data() -> YourData:
    """Shows the uploader or, after an upload, what was found in the file or why it is not accepted.

    The file stays when the visitor goes to another page and comes back.
    """
    num = st.session_state.get(session.NUM_FORGOTTEN, 0)
    # The box opens when the visitor comes back with a file, and does not close when the file is removed.
    is_open = num > 0 or session.UPLOADED in st.session_state
    with st.expander("Your data", key="your-data", expanded=is_open):
        upload = st.session_state.get(session.UPLOADED) or _uploader(num)
        if upload is None:
            st.caption(_FORMATS)
            st.caption(_STORED)
            return YourData(None, is_refused=False)
        return _uploaded(upload)


def _uploader(num: int) -> Upload | None:
    """Shows the uploader. When a file has been uploaded, it is read, and the uploader disappears."""
    place = st.empty()
    # With another key, the uploader no longer has the file that was removed.
    key = f"data-file-{num}" if num else "data-file"
    file = place.file_uploader("Train on a file of your own, instead of MNIST", key=key)
    if file is None:
        return None
    with st.spinner("Reading the file …"):
        st.session_state[session.UPLOADED] = upload = uploads.read(file)
    place.empty()
    return upload


def _uploaded(upload: Upload) -> YourData:
    """Shows the name of the file, and what was found in the file or why it is not accepted."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{text.escaped(upload.name)}**", width="content")
        st.button(
            "Remove", key="remove-data", icon=":material/close:", on_click=_remove, help="Forget this file."
        )
    # This is read once, because the app may drop the file at any time.
    result = upload.result
    if result is None:
        # Start stays disabled until the visitor removes the file. Otherwise, it would train on MNIST instead.
        st.error(_FORGOTTEN)
        return YourData(None, is_refused=True)
    try:
        data = _with_credit(_accepted(result))
    except (ValueError, OSError) as error:
        st.error(f"This file cannot be used: {text.escaped(error_text(error))}.")
        return YourData(None, is_refused=True)
    _found(data)
    st.caption(_STORED)
    return YourData(data, is_refused=False)


def _with_credit(data: DataSet) -> DataSet:
    """Shows the fields for the data set's source and licence. Returns the data set with what they contain."""
    # Imported here because it imports Numba, which takes most of a second.
    from bnn.data import files

    left, right = st.columns([3, 2])
    source, licence = (
        place.text_input(label, key=key, placeholder=example, max_chars=most, persist_state="session")
        for place, label, key, example, most in (
            (left, "Who made it", _SOURCE, "Name or address", 200),
            (right, "Licence", _LICENCE, "CC BY 4.0", 100),
        )
    )
    return files.with_credit(data, source.strip(), licence.strip())


def _remove() -> None:
    """Forgets the visitor's file. This is the callback of the button Remove."""
    upload = st.session_state.pop(session.UPLOADED, None)
    if upload is not None:
        upload.drop()
        st.session_state[session.NUM_FORGOTTEN] = st.session_state.get(session.NUM_FORGOTTEN, 0) + 1
        st.session_state[_SOURCE] = st.session_state[_LICENCE] = ""


def _accepted(result: DataSet | str) -> DataSet:
    """Returns the data set that was read from a file.

    Raises:
        ValueError: if the file was refused.
    """
    if isinstance(result, str):
        raise ValueError(result)
    return result


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
        st.caption(text.escaped(note))
