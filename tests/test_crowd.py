"""Many at once on one server: the quick part of `python -m tests.endurance 5 6`."""

import asyncio

import numpy as np
import psutil
import pytest

from tests.endurance import crowd
from tests.endurance.ground import Server, objects_of, some_digit
from tests.endurance.visitor import Visitor

pytestmark = pytest.mark.slow

# It was 330 with Streamlit's collection of garbage after every answer, and is 35 without; here with room for a busy
# machine, on which processor time is dearer, too.
MOST_MS_PER_DRAWING = 150


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server; at its end it must have logged no traceback."""
    server = Server(tmp_path_factory.mktemp("crowd"))
    yield server
    server.end_trainers()
    server.stop()
    assert server.tracebacks() == []


def test_everybody_gets_the_answer_to_the_own_drawing(server):
    waits = asyncio.run(crowd.draw_together(server.url, num_visitors=5, seconds=5))
    assert len(waits) >= 5


def test_drawing_costs_the_server_little(server):
    milliseconds = asyncio.run(_processor_ms_per_drawing(server, 20))
    assert milliseconds < MOST_MS_PER_DRAWING


async def _processor_ms_per_drawing(server, num_drawings):
    rng, process = np.random.default_rng(0), psutil.Process(server.process.pid)
    async with Visitor(server.url) as visitor:
        await visitor.open()
        for number in range(num_drawings + 1):
            if number == 1:
                # The first one compiles or loads the engine.
                before = sum(process.cpu_times()[:2])
            await crowd.draw(visitor, objects_of(some_digit(rng))[:1])
            await visitor.clear()
        await visitor.until(visitor.is_at_rest, "the last Clear")
    return 1000 * (sum(process.cpu_times()[:2]) - before) / num_drawings


def test_runs_started_at_the_same_moment_train_one_after_another(server, monkeypatch):
    monkeypatch.setenv("BNN_RUNS_DIR", str(server.runs_root))
    asyncio.run(crowd.start_together(server.url, 3))
