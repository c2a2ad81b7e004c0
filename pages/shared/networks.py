"""Networks kept in memory, and what the first drawing needs."""

import logging
from pathlib import Path
from threading import Thread

import numpy as np
import streamlit as st

from bnn.runs.run import Run
from bnn.system.processes import allow_open_files
from pages.shared.canvas import CANVAS_SIDE
from pages.shared.run_picker import runs_with_network

# Streamlit has four open for each visitor and three for each of up to 128 who have left; macOS starts with 256 in all.
MAX_OPEN_FILES = 1024


def network(run: Run):
    """The run's packed network; errors as of `load_network`."""
    return load_network(run.model_path)


def load_network(path: Path):
    """The packed network in that file, kept in memory until the file changes.

    Raises:
        ValueError: if it is damaged.
        OSError: if it cannot be read.
    """
    stat = path.stat()
    return _load(str(path), stat.st_mtime_ns, stat.st_size)


@st.cache_resource(max_entries=64, show_spinner=False)
def _load(path, mtime_ns, size):
    from bnn.engine import file

    return file.load(Path(path))


def drawn_digit(objects: list):
    """The drawing and its digit, a `Drawing`, of what the canvas reports."""
    from bnn.drawing import canvas, preprocessing

    return preprocessing.digit_from_strokes(canvas.strokes_from_canvas(objects, CANVAS_SIDE))


def warm_up() -> Thread:
    """Compiles and loads, in the background, what the first drawing needs; called once per server."""
    allow_open_files(MAX_OPEN_FILES)
    thread = Thread(target=_warm_up, daemon=True)
    thread.start()
    return thread


def _warm_up():
    # Imported here: Numba takes most of a second, and the page should not wait for it.
    from bnn.drawing import preprocessing
    from bnn.engine import answer, file, inference

    try:
        drawn = preprocessing.digit_from_strokes([np.array([[0.0, 0.0], [5.0, 9.0]])])
        for run in runs_with_network()[:1]:
            network = file.load(run.model_path)
            inference.warm_up(network)
            answer.read(network, drawn.digit)
    except (ValueError, OSError):
        # The page says so itself, as soon as someone draws.
        logging.getLogger("one_bit_lab").exception("warming up failed")
