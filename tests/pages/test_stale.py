"""What a page still asks for when its visitor has left it."""

import pytest

from tests.support.app_server import Server
from tests.support.visitor import Visitor, in_own_loop

pytestmark = pytest.mark.slow


class Witness(Visitor):
    """A visitor who notes which pages the server says are shown."""

    def __init__(self, url):
        super().__init__(url)
        self.pages_shown = []

    async def leave_while_canvas_reports(self):
        """From the Draw page go to the Train page, and back when it is there."""
        draw, train = self.page_hashes[""], self.page_hashes["train"]
        canvas = self._canvas().fragment_id
        await self._ask_page(train)
        # As if the browser had the new page not yet.
        self._page = draw
        await self._ask(canvas)
        self._asked = ""
        await self.until(self.is_at_rest, "the Train page")
        await self._ask_page(draw)
        await self.until(self.is_at_rest, "the Draw page")

    async def report_canvas(self):
        """What it reports when it has loaded."""
        await self._report([])
        await self.until(self.is_at_rest, "the canvas")

    async def _ask_page(self, page):
        self._page, self._values = page, {}
        await self._ask()

    def _take(self, message):
        if message.WhichOneof("type") == "new_session":
            self.pages_shown.append(message.new_session.page_script_hash)
        super()._take(message)


@pytest.fixture
def server(tmp_path):
    """A server; fails at the end if it has logged a traceback."""
    server = Server(tmp_path)
    yield server
    server.stop()
    assert server.tracebacks() == []


def test_page_that_was_left_is_not_shown_again(server):
    in_own_loop(_leave_and_return(server.url))


async def _leave_and_return(url):
    async with Witness(url) as visitor:
        await visitor.open()
        draw, train = visitor.page_hashes[""], visitor.page_hashes["train"]
        visitor.pages_shown.clear()
        for _ in range(5):
            await visitor.leave_while_canvas_reports()
        assert visitor.pages_shown == 5 * [train, draw]
        # On its own page it is answered.
        await visitor.report_canvas()
        assert visitor.pages_shown[10:] == [draw]
