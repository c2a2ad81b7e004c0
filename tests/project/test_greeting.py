"""When the server starts, it prints the app's address, without asking any host on the internet."""

import socketserver
import threading

import pytest

from tests.support.app_server import Server

pytestmark = pytest.mark.slow


class _Proxy(socketserver.ThreadingTCPServer):
    """Takes the place of a proxy to the internet, and records the requests that it gets."""

    def __init__(self):
        self.requests = []
        super().__init__(("127.0.0.1", 0), _RecordRequest)


class _RecordRequest(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.requests.append(self.rfile.readline())


@pytest.fixture
def requests(monkeypatch):
    """The list of requests that the server makes to hosts on the internet."""
    with _Proxy() as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_address[1]}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "localhost,127.0.0.1")
        yield proxy.requests
        proxy.shutdown()


@pytest.mark.parametrize("address", ["localhost", "0.0.0.0"])
def test_server_prints_the_apps_address_without_using_the_internet(tmp_path, requests, address):
    server = Server(tmp_path, options=["--server.address", address])
    server.stop()
    assert f"One-Bit Lab: http://localhost:{server.port}/" in server.log()
    assert ("On other devices on this network: http://" in server.log()) == (address == "0.0.0.0")
    assert "external" not in server.log()
    assert requests == []
