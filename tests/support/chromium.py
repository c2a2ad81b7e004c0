"""The system's Chromium, without a screen."""

import shutil

from playwright.sync_api import Browser, Playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, since root (in CI) has none; without what would look for a network.
FLAGS = (
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


def launch(playwright: Playwright, patience_ms: int = PATIENCE_MS) -> Browser:
    """A running Chromium; whoever expects something of its pages waits so long for it.

    Raises:
        FileNotFoundError: if there is none on the PATH.
    """
    expect.set_options(timeout=patience_ms)
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise FileNotFoundError(f"no browser: none of {', '.join(NAMES)} is on the PATH")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)
