"""A server of the app with runs of its own, and a browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
import waiting

from bnn.runs import Run
from bnn.status import ACTIVE

PROJECT = Path(__file__).parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, since root (in CI) has none; without what would look for a network.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A machine that is busy with training is slow to answer.
PATIENCE_MS = 60_000


class Server:
    """`streamlit run` on a free port, with its own folder of runs."""

    def __init__(self, folder: Path, app: Path | str = "app.py"):
        self.app = str(app)
        self.runs_root = folder / "runs"
        self.log_path = folder / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.start()

    def start(self):
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", self.app, "--server.port", str(self.port)]
        environment = {**os.environ, "BNN_RUNS_DIR": str(self.runs_root)}
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.headless", "true", "--server.fileWatcherType", "none"],
                cwd=PROJECT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        waiting.until(self._is_healthy, f"the server; its log:\n{self.log()}")

    def stop(self):
        """End it, and nothing else."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def kill(self):
        """End it without a chance to say goodbye."""
        self.process.kill()
        self.process.wait(timeout=30)

    def log(self):
        """What it has printed."""
        return self.log_path.read_text("utf-8", "replace")

    def tracebacks(self):
        """What went wrong in it, but for browsers that left while Streamlit was still greeting them."""
        _, *found = self.log().split("Traceback (most recent call last)")
        return [text for text in found if "starlette.websockets.WebSocketDisconnected" not in text]

    def runs(self):
        """The runs made through it, the newest first."""
        folders = sorted(self.runs_root.glob("*-*"), reverse=True)
        return [Run(folder.name, folder) for folder in folders]

    def end_trainers(self):
        """End what is still being trained in its folder of runs."""
        for run in self.runs():
            status = run.status()
            if status.state in ACTIVE and status.pid:
                psutil.Process(status.pid).kill()

    def memory_maps(self):
        """Names of the files that its process has loaded; empty where the system does not tell."""
        maps = Path(f"/proc/{self.process.pid}/maps")
        return maps.read_text() if maps.exists() else ""

    def _is_healthy(self):
        assert self.process.poll() is None, self.log()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@pytest.fixture(scope="session")
def chromium():
    """Path of the system's Chromium; the test is skipped without one, or fails where one is required."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    missing = f"no browser: none of {', '.join(CHROMIUM_NAMES)} is on the PATH"
    if os.environ.get("ONE_BIT_LAB_REQUIRE_BROWSER"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser(chromium):
    """A running Chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A server for all tests of a module; at its end, it must have logged no traceback."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
    server.end_trainers()
    assert server.tracebacks() == []


@pytest.fixture
def open_page(browser, server):
    """Function: path and context options -> a browser page there, its first run done."""
    contexts = []

    def open_page(path="", width=1280, height=720, tour="off", **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        # On a first visit the guided tour would lie over what is looked for.
        page.goto(f"{server.url}/{path}{'&' if '?' in path else '?'}tour={tour}")
        page.locator("h1").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
