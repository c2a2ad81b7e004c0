"""Starts the system's Chromium without a window."""

from playwright.sync_api import Browser, Page, Playwright, expect

from bnn.analysis import browser_speed

# There is no sandbox, because Chromium refuses to use one as root (in CI).
FLAGS = ("--no-sandbox", *browser_speed.FLAGS)
# A browser may wait this long for an element, because a machine that trains a network answers slowly.
PATIENCE_MS = 60_000


def launch(playwright: Playwright, patience_ms: int = PATIENCE_MS) -> Browser:
    """Start Chromium, and let `expect` wait up to `patience_ms` for its pages.

    Raises:
        FileNotFoundError: if no browser is on the PATH.
    """
    expect.set_options(timeout=patience_ms)
    path = browser_speed.find_browser()
    if path is None:
        raise FileNotFoundError(f"no browser: none of {', '.join(browser_speed.BROWSERS)} is on the PATH")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def wait_until_sent(page: Page) -> None:
    """Wait until the server has sent the whole page. Until then, parts of the page may still move."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
