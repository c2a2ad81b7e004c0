"""What the server says when it starts, and that it asks nobody on the internet for it."""

import socketserver
import threading

import pytest

from tests.support.app_server import Server

pytestmark = pytest.mark.slow


class _Proxy(socketserver.ThreadingTCPServer):
    """Stands where a proxy to the internet would; notes what it is asked for."""

    def __init__(self):
        self.requests = []
        super().__init__(("127.0.0.1", 0), _Note)


class _Note(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.requests.append(self.rfile.readline())


@pytest.fixture
def requests(monkeypatch):
    """What the server asks of hosts on the internet."""
    with _Proxy() as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_address[1]}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "localhost,127.0.0.1")
        yield proxy.requests
        proxy.shutdown()


@pytest.mark.parametrize("address", ["localhost", "0.0.0.0"])
def test_server_says_where_the_app_is_and_asks_nobody(tmp_path, requests, address):
    server = Server(tmp_path, options=["--server.address", address])
    server.stop()
    assert f"One-Bit Lab: http://localhost:{server.port}/" in server.log()
    assert ("On other devices in this network: http://" in server.log()) == (address == "0.0.0.0")
    assert "external" not in server.log()
    assert requests == []
