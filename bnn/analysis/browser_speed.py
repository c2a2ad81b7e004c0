"""How fast the engine in WebAssembly reads a digit, measured in a headless browser on this computer."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bnn.engine.portable import script

# The headless shell comes first: it is Chromium without windows, and opens a page in less time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# The browser must use neither the internet nor a graphics card.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT_SECONDS = 120
_RESULT = re.compile(r'<pre id="result">([^<]*)</pre>')
# `--dump-dom` waits for a classic script before it prints the HTML, but not for a module.
# A browser's clock may be coarse (0.1 ms), so the script times batches of digits, of about 20 ms or more.
_PAGE = """<!doctype html><pre id="result"></pre><script>
{engine}
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
const build = BUILDS.map(bytesOf).find(bytes => WebAssembly.validate(bytes))
const network = loadNetwork(new WebAssembly.Module(build), bytesOf("{network}"))
const images = bytesOf("{images}")
const numImages = images.length / (SIDE * SIDE)
let next = 0
const read = count => {{
  const start = performance.now()
  for (let i = 0; i < count; i++, next = (next + 1) % numImages)
    network.scores(images.subarray(next * SIDE * SIDE, (next + 1) * SIDE * SIDE))
  return (performance.now() - start) / 1000
}}
let size = 1
while (read(size) < 0.02) size *= 2
const seconds = Array.from({{ length: {num_batches} }}, () => read(size) / size)
document.getElementById("result").textContent = JSON.stringify(seconds)
</script>
"""
_NUM_BATCHES = 40


@dataclass(frozen=True)
class BrowserSpeed:
    """The speed and the size of the engine in WebAssembly.

    Args:
        seconds: for each batch, the mean time for one digit, from pixels to scores.
        engine_bytes: size of the engine and its script.
    """

    seconds: list[float]
    engine_bytes: int


def find_browser() -> str | None:
    """Returns the path of a browser that can run without a window, or None if none is installed."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def measure(network: bytes, images: np.ndarray) -> BrowserSpeed:
    """Returns how fast a browser reads digits with a packed network.

    Args:
        network: content of the packed file.
        images: digits to read, (n, 28, 28) uint8.

    Raises:
        ValueError: if no browser is installed, or the browser cannot be run or gives no result.
    """
    browser = find_browser()
    if browser is None:
        raise ValueError(f"no browser is installed: none of {', '.join(BROWSERS)}")
    engine = script.module()
    page = _PAGE.format(
        engine=engine, network=_base64(network), images=_base64(images.tobytes()), num_batches=_NUM_BATCHES
    )
    match = _RESULT.search(_html_after_script(browser, page))
    if not match or not match[1]:
        raise ValueError(f"{browser} gave no result")
    return BrowserSpeed(json.loads(match[1]), len(engine.encode()))


def _html_after_script(browser: str, page: str) -> str:
    """Returns the HTML of a page after its script has run."""
    # As root, Chromium runs only without its sandbox. The page is this project's own, so it needs no sandbox.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, "--no-sandbox"] if is_root else FLAGS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "page.html"
        path.write_text(page, "utf-8")
        command = [
            browser,
            "--headless",
            *flags,
            f"--user-data-dir={folder}/profile",
            "--dump-dom",
            path.as_uri(),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ValueError(f"{browser} could not be run: {type(error).__name__}") from error
    return done.stdout


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
