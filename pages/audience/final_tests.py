"""Measures runs on the test set in the background, one after another, for the leaderboard."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

import streamlit as st

from bnn.runs.run import Run
from pages.shared import networks


def final_test(run: Run) -> Future[dict[str, Any]]:
    """Returns a future with the result of the run's test. Starts the test if it was not started before.

    The result is also kept in the run; see `Run.test`. All visitors share the test of a network's file. A
    test that has failed is not tried again.

    Raises:
        OSError: if the run has no network.
    """
    return _final_tests().get(networks.file_version(run.model_path), run)


class _FinalTests:
    """The tests since the server started, by version of the network's file. Only one runs at a time."""

    def __init__(self) -> None:
        self._futures: dict[tuple, Future[dict[str, Any]]] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1)

    def get(self, version: tuple, run: Run) -> Future[dict[str, Any]]:
        """Returns a future with the result of this version's test. Starts the test if there is none."""
        # Imported here because it imports Numba, which takes most of a second.
        from bnn.analysis import final_test

        with self._lock:
            if version not in self._futures:
                self._futures[version] = self._pool.submit(final_test.write_test, run)
            return self._futures[version]


@st.cache_resource(show_spinner=False)
def _final_tests() -> _FinalTests:
    return _FinalTests()
