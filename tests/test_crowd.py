"""Many at once on one server: the quick part of `python -m tests.endurance 5 6`."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.endurance import crowd
from tests.endurance.ground import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server; at its end it must have logged no traceback."""
    server = Server(tmp_path_factory.mktemp("crowd"))
    yield server
    server.end_trainers()
    server.stop()
    assert server.tracebacks() == []


def test_everybody_gets_the_answer_to_the_own_drawing(server):
    waits = _run(crowd.draw_together(server.url, num_visitors=5, seconds=5))
    assert len(waits) >= 5


def test_runs_started_at_the_same_moment_train_one_after_another(server, monkeypatch):
    monkeypatch.setenv("BNN_RUNS_DIR", str(server.runs_root))
    _run(crowd.start_together(server.url, 3))


def _run(coroutine):
    # In a thread of its own: the browser tests before it leave an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
