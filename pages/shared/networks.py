"""Loads packed networks and keeps them in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from bnn.recipes.layers import IMAGE_SIDE
from bnn.runs.run import Run

if TYPE_CHECKING:
    from bnn.engine.network import PackedNetwork

MAX_NETWORKS = 64
# A text is small, so a class may have this many runs without their networks being loaded again and again.
_MAX_ANSWERS = 10_000


def network(run: Run) -> PackedNetwork:
    """Returns the run's packed network. Raises the same errors as `load_network`."""
    return load_network(run.model_path)


def only_answer(run: Run) -> str | None:
    """Returns the class that a blind network names for every image; None if the network is not blind.

    Raises the same errors as `load_network`.
    """
    return _only_answer(file_version(run.model_path))


def load_network(path: Path) -> PackedNetwork:
    """Returns the packed network in that file. It is kept in memory until the file changes.

    Raises:
        ValueError: if the file is damaged.
        OSError: if the file cannot be read.
    """
    return _load(file_version(path))


def file_version(path: Path) -> tuple[str, int, int]:
    """Returns path, time of change (ns) and size (bytes) of a file. Together they identify its version."""
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


@st.cache_resource(max_entries=MAX_NETWORKS, show_spinner=False)
def _load(version: tuple[str, int, int]) -> PackedNetwork:
    from bnn.engine import file

    return file.load(Path(version[0]))


@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False)
def _only_answer(version: tuple[str, int, int]) -> str | None:
    import numpy as np

    from bnn.engine import answer

    network = _load(version)
    return (
        answer.read(network, np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)).name if network.is_blind else None
    )
