"""A connection between browser and server that can be cut, like that of a laptop that sleeps."""

import asyncio
import threading


class Wire:
    """A TCP proxy on a free port. While cut, it passes no data on and keeps the browser's side open."""

    def __init__(self, server_port: int):
        self._server_port = server_port
        self._to_browser: set[asyncio.StreamWriter] = set()
        self._to_server: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._is_whole = asyncio.Event()
        self._is_whole.set()
        server = self._do(asyncio.start_server(self._connect, "127.0.0.1"))
        self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Stops passing data on.

        Connections to the server are closed, as the server itself would do after lost pings. Those to the
        browser stay open.
        """
        self._do(self._cut())

    def mend(self) -> None:
        """Closes the browser's old connections and passes new ones on."""
        self._do(self._mend())

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _cut(self):
        self._is_whole.clear()
        _break(self._to_server)

    async def _mend(self):
        _break(self._to_browser)
        self._is_whole.set()

    async def _connect(self, reader, writer):
        self._to_browser.add(writer)
        await self._is_whole.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("localhost", self._server_port)
        except OSError:
            # The server is down.
            writer.transport.abort()
            return
        self._to_server.add(far_writer)
        await asyncio.gather(
            self._pass_on(reader, far_writer), self._pass_on(far_reader, writer), return_exceptions=True
        )
        self._to_browser.discard(writer)
        self._to_server.discard(far_writer)

    async def _pass_on(self, reader, writer):
        try:
            while data := await reader.read(2**16):
                await self._is_whole.wait()
                writer.write(data)
        finally:
            await self._is_whole.wait()
            # The browser's connection must be closed even after a reset by the server. Otherwise, the browser
            # would wait forever.
            writer.close()


def _break(writers):
    for writer in writers:
        writer.transport.abort()
    writers.clear()
