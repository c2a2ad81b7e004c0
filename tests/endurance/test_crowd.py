"""Several visitors on one server: the short version of `python -m tests.endurance 5`."""

import pytest

from tests.endurance import crowd
from tests.support.app_server import Server
from tests.support.visitor import in_own_loop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server; fails at the end if it has logged a traceback."""
    server = Server(tmp_path_factory.mktemp("crowd"))
    yield server
    server.end_trainers()
    server.stop()
    assert server.tracebacks() == []


def test_every_visitor_gets_the_answer_to_their_own_drawing(server):
    waits = in_own_loop(crowd.draw_together(server.url, num_visitors=5, seconds=5))
    assert len(waits) >= 5


def test_runs_started_at_the_same_moment_train_one_after_another(server, monkeypatch):
    monkeypatch.setenv("BNN_RUNS_DIR", str(server.runs_root))
    in_own_loop(crowd.start_together(server.url, 3))
