"""The container's health check finds the port on which the app listens."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading

import pytest

from tests.support.project import PROJECT


class _Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/_stcore/health" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def port():
    """The port of a server that says that it is healthy."""
    with http.server.ThreadingHTTPServer(("localhost", 0), _Healthy) as server:
        threading.Thread(target=server.serve_forever).start()
        yield str(server.server_port)
        server.shutdown()


@pytest.mark.parametrize(
    "words, environment",
    [
        ("--server.port\0{}\0", {}),
        ("--server.port={}\0", {"STREAMLIT_SERVER_PORT": "1"}),
        ("", {"STREAMLIT_SERVER_PORT": "{}"}),
    ],
    ids=["argument", "argument with =", "environment"],
)
def test_health_check_finds_the_port(port, tmp_path, words, environment):
    start = tmp_path / "cmdline"
    start.write_text("streamlit\0run\0app.py\0" + words.format(port))
    command = re.search(r"^ +CMD (\[.*\])$", (PROJECT / "Dockerfile").read_text("utf-8"), re.MULTILINE)[1]
    code = json.loads(command)[-1]
    assert "'/proc/1/cmdline'" in code
    given = {name: value.format(port) for name, value in environment.items()}
    code = code.replace("'/proc/1/cmdline'", repr(str(start)))
    subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NO_PROXY": "localhost"} | given,
        check=True,
        timeout=60,
    )


def test_machines_that_only_train_have_no_check_of_the_app():
    text = (PROJECT / "docs/cluster/compose.yaml").read_text("utf-8")
    head, worker = re.split(r"^  worker:$", text, flags=re.MULTILINE)
    assert "healthcheck: {disable: true}" in worker
    assert "healthcheck" not in head
