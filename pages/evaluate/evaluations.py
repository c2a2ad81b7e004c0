"""Evaluates networks on the test images, once for each version of a network's file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from bnn.data.dataset import Split
from bnn.runs import run_data
from bnn.runs.run import Run
from pages.shared import networks

if TYPE_CHECKING:
    from bnn.analysis.metrics import Evaluation

MAX_EVALUATIONS = 16


def evaluation(run: Run) -> Future[Evaluation]:
    """Returns a future with the result of the run's evaluation.

    Starts the evaluation if the network's file was not evaluated yet. All visitors share the evaluation of a
    file. A failed evaluation is returned once, so that a page can show the error. Then it is forgotten.

    Raises:
        ValueError: if the run's network or its data file is damaged.
        OSError: if one of these files cannot be read.
    """
    version = networks.file_version(run.model_path)
    return _evaluations().get(version, networks.network(run), run_data.load(run).test)


class _Evaluations:
    """The most recently used evaluations, by version of the network's file. Only one runs at a time."""

    def __init__(self) -> None:
        self._futures: OrderedDict[tuple, Future[Evaluation]] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1)

    def get(
        self, version: tuple, network: networks.PackedNetwork, test: Callable[[], Split]
    ) -> Future[Evaluation]:
        """Returns a future with this version's evaluation, see `evaluation`. `test` loads the test images."""
        from bnn.analysis import metrics

        with self._lock:
            future = self._futures.pop(version, None)
            future = future or self._pool.submit(lambda: metrics.evaluate(network, test()))
            if not _has_failed(future):
                self._futures[version] = future
            if len(self._futures) > MAX_EVALUATIONS:
                self._futures.popitem(last=False)
            return future


def _has_failed(future: Future) -> bool:
    return future.done() and future.exception() is not None


@st.cache_resource(show_spinner=False)
def _evaluations() -> _Evaluations:
    return _Evaluations()
