"""Starts the system's Chromium without a window."""

import shutil

from playwright.sync_api import Browser, Playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
# There is no sandbox, because Chromium refuses to use one as root (in CI). The last flags stop background
# connections.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A browser may wait this long for an element, because a machine that trains a network answers slowly.
PATIENCE_MS = 60_000


def launch(playwright: Playwright, patience_ms: int = PATIENCE_MS) -> Browser:
    """Start Chromium, and let `expect` wait up to `patience_ms` for its pages.

    Raises:
        FileNotFoundError: if no browser is on the PATH.
    """
    expect.set_options(timeout=patience_ms)
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise FileNotFoundError(f"no browser: none of {', '.join(NAMES)} is on the PATH")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)
