"""Keeps the latest uploads, counted over all visitors.

Streamlit keeps a visitor's files and session for an hour after the tab was closed. An upload and its data set
can take 300 MB, so the app keeps only the latest MAX_UPLOADS and drops older ones at once. A visitor who
still needs a dropped file must upload it again.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from bnn.data.dataset import DataSet

MAX_UPLOADS = 10

_lock = threading.Lock()
# The uploads that are kept, the oldest first. With weak references, an upload is freed when its visitor's
# session ends.
_alive: list[weakref.ref[Upload]] = []


class Upload:
    """A file that a visitor has uploaded, and what was read from it.

    Args:
        file_id: Streamlit's id of the file.
        name: the name of the file.
        result: the data set, or why the file is refused; None if the upload was dropped.
        remove_file: a function that removes the file from Streamlit's memory.
    """

    def __init__(
        self, file_id: str, name: str, result: DataSet | str, remove_file: Callable[[], object]
    ) -> None:
        self.file_id, self.name = file_id, name
        self.result: DataSet | str | None = result
        self._remove_file = remove_file

    @property
    def is_dropped(self) -> bool:
        """Whether the app no longer has the file."""
        return self.result is None

    def drop(self) -> None:
        """Removes the file and its data set from memory."""
        self.result = None
        self._remove_file()


def read(uploaded: UploadedFile) -> Upload:
    """Returns an upload with the data set in the file, or with the reason why the file is refused.

    If there are now more than MAX_UPLOADS uploads, the oldest ones are dropped.
    """
    from bnn.data import files

    try:
        result = files.parse(uploaded.getvalue(), uploaded.name)
    except ValueError as error:
        # Only the message is kept: the exception's traceback would keep the content of the file in memory.
        result = str(error)
    upload = Upload(uploaded.file_id, uploaded.name, result, _remover(uploaded.file_id))
    for old in _add(upload):
        old.drop()
    return upload


def _remover(file_id: str) -> Callable[[], object]:
    """Returns a function that removes a file of this visitor from Streamlit's memory."""
    context = get_script_run_ctx()
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return lambda: None
    return partial(context.uploaded_file_mgr.remove_file, context.session_id, file_id)


def _add(upload: Upload) -> list[Upload]:
    """Adds an upload and returns those that must be dropped."""
    with _lock:
        _alive.append(weakref.ref(upload))
        alive = [old for ref in _alive if (old := ref()) is not None and not old.is_dropped]
        _alive[:] = map(weakref.ref, alive[-MAX_UPLOADS:])
        return alive[:-MAX_UPLOADS]
