"""Starts a server of the app with its own folder of runs."""

import itertools
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bnn.runs.run import Run
from tests.support import waiting
from tests.support.project import PROJECT
from tests.support.trainers import end_trainers

# The longest time that a server may take to start on a busy machine.
START_SECONDS = 120.0
# Opens addresses without a proxy. `urlopen` would read the proxy's address from the environment, where a test
# may have set it for the server.
_WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


# The ports that the servers of one pytest worker try, one after the other. They are all below those that
# systems give to outgoing connections (from 32768 on in Linux): such a connection of another worker could
# take the port while the server starts, or starts again.
_FIRST_PORT, _PORTS_PER_WORKER, _NUM_WORKERS = 20_000, 500, 24
_numbers = itertools.count(os.getpid())


def _free_port() -> int:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _NUM_WORKERS
    for number in itertools.islice(_numbers, _PORTS_PER_WORKER):
        port = _FIRST_PORT + worker * _PORTS_PER_WORKER + number % _PORTS_PER_WORKER
        with socket.socket() as free, suppress(OSError):
            free.bind(("", port))
            return port
    raise RuntimeError(f"none of worker {worker}'s {_PORTS_PER_WORKER} ports is free")


class Server:
    """`streamlit run` on a free port, with its own folder of runs.

    Args:
        folder: the folder for the runs and the log.
        app: the script to run.
        options: more options of `streamlit run`.
        base_path: the path below which the app is served, such as "/lab".
        host: the host in the server's address. The server must listen on it.
    """

    def __init__(
        self,
        folder: Path,
        app: Path | str = "app.py",
        options: Sequence[str] = (),
        base_path: str = "",
        host: str = "localhost",
    ):
        self.app, self.options, self.base_path = str(app), options, base_path
        self.runs_root = folder / "runs"
        self.log_path = folder / "server.log"
        self.port = _free_port()
        self.url = f"http://{host}:{self.port}{base_path}"
        self.start()

    def start(self):
        """Starts the server and waits until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", self.app, "--server.port", str(self.port)]
        if self.base_path:
            command += ["--server.baseUrlPath", self.base_path]
        environment = {**os.environ, "BNN_RUNS_DIR": str(self.runs_root)}
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options, "--server.headless", "true", "--server.fileWatcherType", "none"],
                cwd=PROJECT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            waiting.until(self._is_healthy, "the server", START_SECONDS)
        except AssertionError as error:
            self.kill()
            error.add_note(f"The server's log:\n{self.log()}")
            raise

    def stop(self):
        """Ends the server. Trainings that it has started go on."""
        self.process.terminate()
        self.process.wait(timeout=60)

    def kill(self):
        """Kills the server without giving it a chance to clean up."""
        self.process.kill()
        self.process.wait(timeout=60)

    def log(self):
        """Returns everything that the server has printed."""
        return self.log_path.read_text("utf-8", "replace")

    def tracebacks(self):
        """Returns the tracebacks in the log, except those about browsers that have disconnected."""
        _, *tracebacks = self.log().split("Traceback (most recent call last)")
        return [text for text in tracebacks if "starlette.websockets.WebSocketDisconnected" not in text]

    def runs(self):
        """Returns the runs in the server's folder, the newest first."""
        folders = sorted(self.runs_root.glob("*-*"), reverse=True)
        return [Run(folder.name, folder) for folder in folders]

    def end_trainers(self):
        """Kills all trainers that are still at work in the server's folder of runs."""
        end_trainers(self.runs())

    def memory_maps(self):
        """Returns the text of /proc/PID/maps, which lists the files in the server's memory.

        Returns "" on a system that has no such file.
        """
        maps = Path(f"/proc/{self.process.pid}/maps")
        return maps.read_text() if maps.exists() else ""

    def _is_healthy(self):
        assert self.process.poll() is None, "the server has ended"
        try:
            with _WITHOUT_PROXY.open(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
