"""Prepares the server for its first visitor."""

import logging
import threading
from threading import Thread

import numpy as np

from bnn.system.processes import allow_open_files
from pages.shared.run_picker import runs_with_network

# Streamlit has four open files for each visitor, and three for each of up to 128 visitors who have left. The
# default limit of macOS is only 256.
MAX_OPEN_FILES = 1024
_THREAD_NAME = "warm-up"
_log = logging.getLogger("one_bit_lab")


def warm_up() -> Thread:
    """Starts a thread that compiles and loads everything that the first drawing needs.

    Also raises the limit of open files to `MAX_OPEN_FILES`. Call it once per process.

    Returns:
        The thread.
    """
    allow_open_files(MAX_OPEN_FILES)
    thread = Thread(target=_read_a_digit, daemon=True, name=_THREAD_NAME)
    thread.start()
    return thread


def is_under_way() -> bool:
    """Returns whether the preparation is still going on, so that a drawing would have to wait."""
    return any(thread.name == _THREAD_NAME for thread in threading.enumerate())


def _read_a_digit() -> None:
    # Imported here because importing Numba takes most of a second. The server should start before that.
    from bnn.drawing import preprocessing
    from bnn.engine import answer, file, inference

    try:
        drawn = preprocessing.digit_from_strokes([np.array([[0.0, 0.0], [5.0, 9.0]])])
        drawn.draw_steps()
        for run in runs_with_network()[:1]:
            network = file.load(run.model_path)
            inference.warm_up(network)
            answer.read(network, drawn.digit)
    except (ValueError, OSError):
        # The page shows the error when a visitor draws.
        _log.exception("warming up failed")
