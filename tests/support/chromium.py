"""The system's Chromium, run headless."""

import shutil

from playwright.sync_api import Browser, Playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox, since Chromium refuses one for root (in CI); nothing that looks for a network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A machine that is training is slow to answer.
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
