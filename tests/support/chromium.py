"""Starts the system's Chromium without a window, and opens pages of the app in it."""

import itertools

from playwright.sync_api import Browser, FloatRect, Locator, Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from bnn.analysis import browser_speed
from tests.support import waiting

# There is no sandbox, because Chromium refuses to use one as root (in CI). All pages of a server share one
# process, so that a new page need not compile the front end again.
FLAGS = ("--no-sandbox", "--process-per-site", *browser_speed.FLAGS)
# With this flag, V8 reuses the scripts that the same process has compiled for an earlier page. Without it,
# other threads parse all scripts again for every page. This takes a tenth of a page's processor time. The
# benchmarks do not use this flag, because the browsers of visitors do not have it either.
KEEP_SCRIPTS = "--js-flags=--no-script-streaming"
# Stops the pulsing of the placeholders on a page that is loading. The pulsing takes as much work as drawing
# the page itself.
_STILL_PLACEHOLDERS = """document.addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style")
  style.textContent = "[data-testid=stSkeleton], [data-testid=stSkeleton] * { animation: none !important }"
  document.head.append(style)
})"""
# Notes whether the server may still answer the browser's last message. A page shows only when the answer
# arrives that it is no longer complete. The server does not answer a part of the page that it has replaced.
_NOTE_ANSWERS = """{
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (message) {
    window.answerIsDue = performance.now() + 5000
    if (!this.isHeard) this.addEventListener("message", () => window.answerIsDue = 0)
    this.isHeard = true
    send.call(this, message)
  }
}"""
# A browser may wait this long for an element, because a machine that trains a network answers slowly.
PATIENCE_MS = 60_000
# The first page of a new server may have to wait until Numba has compiled the network's functions.
COMPLETE_MS = 180_000
# Returns whether the page was complete in two successive idle moments of the browser: the server has sent the
# whole page, and the browser has loaded its components, fonts and pictures. A browser that is still drawing
# is not idle. On a busy machine it may never be idle, so after one second without an idle moment, the page is
# checked anyway. (This script returns no promise, because Playwright would not wait for a promise.)
_IS_COMPLETE = """call => {
  const isComplete = () => {
    const app = document.querySelector("[data-testid=stApp]")
    return !(window.answerIsDue > performance.now())
      && app?.dataset.testScriptState === "notRunning"
      && app.dataset.testConnectionState === "CONNECTED"
      && !app.querySelector("[data-testid=stSkeleton], [data-stale=true]")
      && document.fonts.status === "loaded"
      && [...document.images].every(image => image.complete)
  }
  if (window.waiting?.call !== call) window.waiting = { call, numMoments: 0, isIdleRequested: false }
  const waiting = window.waiting
  if (!isComplete()) waiting.numMoments = 0
  else if (!waiting.isIdleRequested) {
    waiting.isIdleRequested = true
    requestIdleCallback(() => {
      waiting.isIdleRequested = false
      waiting.numMoments = isComplete() ? waiting.numMoments + 1 : 0
    }, { timeout: 1000 })
  }
  return waiting.numMoments >= 2
}"""
# Returns the values that `_IS_COMPLETE` checks. They show what is missing if a page does not become complete.
_STATE = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  const begin = parts => [...parts].map(part => part.outerHTML.slice(0, 200))
  return {
    answerIsDue: window.answerIsDue,
    script: app?.dataset.testScriptState,
    connection: app?.dataset.testConnectionState,
    unfinished: begin(document.querySelectorAll("[data-testid=stSkeleton], [data-stale=true]")),
    fonts: document.fonts.status,
    images: begin([...document.images].filter(image => !image.complete)),
    waiting: window.waiting,
  }
}"""
# Sizes of windows: a large screen, a laptop, a tablet and a phone.
WINDOWS = ((1920, 1080), (1280, 720), (820, 1180), (390, 844))
_HAS_NETWORK = """performance.getEntriesByType("resource")
  .some(file => file.name.includes("/network/") && file.responseEnd > 0)"""
# Returns whether the visitor can leave the page without being asked.
MAY_LEAVE = "dispatchEvent(new Event('beforeunload', { cancelable: true }))"
# Numbers the calls of `wait_until_complete`, so that no call counts the idle moments of an earlier one.
_calls = itertools.count()
_POLL_MS = 20
# If a click on a list or its option takes longer than this, the browser has closed the list.
_LIST_MS = 5_000
_NUM_FRAMES = 4
_FRAMES = """numFrames => new Promise(done => {
  const wait = left => (left ? requestAnimationFrame(() => wait(left - 1)) : done())
  wait(numFrames)
})"""


def launch(playwright: Playwright, *flags: str, patience_ms: int = PATIENCE_MS) -> Browser:
    """Starts Chromium with `FLAGS` and more flags, and lets `expect` wait up to `patience_ms` for its pages.

    Raises:
        FileNotFoundError: if no browser is on the PATH.
    """
    expect.set_options(timeout=patience_ms)
    path = browser_speed.find_browser()
    if path is None:
        raise FileNotFoundError(f"no browser: none of {', '.join(browser_speed.BROWSERS)} is on the PATH")
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


def new_page(browser: Browser, width: int = 1280, height: int = 720, **options) -> Page:
    """Returns a page in a browser context of its own. By default, a wait on it takes at most PATIENCE_MS.

    Animations are off, because an endless one keeps a processor busy for as long as its page is open.
    """
    options = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce", **options}
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_STILL_PLACEHOLDERS)
    context.add_init_script(_NOTE_ANSWERS)
    return context.new_page()


def visit(page: Page, url: str) -> None:
    """Opens an address of the app and waits until the page is complete."""
    page.goto(url)
    wait_until_complete(page)


def reload(page: Page) -> None:
    """Loads the app's page again and waits until it is complete."""
    page.reload()
    wait_until_complete(page)


def follow_link(page: Page, name: str, title: str) -> None:
    """Presses the link to another page of the app, and waits until the page with this title is complete."""
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    wait_until_complete(page)


def resize(page: Page, width: int, height: int) -> None:
    """Gives the window another size, and waits until the app's page is complete in it."""
    page.set_viewport_size({"width": width, "height": height})
    wait_for_frames(page)
    wait_until_complete(page)


def wait_until_complete(page: Page) -> None:
    """Waits until the app's page is complete. Until then, its parts may still move or be replaced.

    After a press or a choice, this also waits for the result, if the server computes it.

    Raises:
        AssertionError: if the page does not become complete. The message says what is missing.
    """
    try:
        page.wait_for_function(_IS_COMPLETE, arg=next(_calls), polling=_POLL_MS, timeout=COMPLETE_MS)
    except PlaywrightTimeoutError as error:
        raise AssertionError(f"the page does not become complete: {page.evaluate(_STATE)}") from error


def choose(box: Locator, option: Locator) -> None:
    """Chooses an option in the list of a select box.

    A list closes when the page scrolls. If it closes before the option is clicked, it is opened again.
    """

    def is_chosen() -> bool:
        try:
            if not option.is_visible():
                box.click(timeout=_LIST_MS)
            option.click(timeout=_LIST_MS)
        except PlaywrightTimeoutError:
            return False
        return True

    waiting.until(is_chosen, "the option in the list", PATIENCE_MS / 1000)


def wait_for_network(page: Page) -> None:
    """Waits until the browser has loaded a packed network, with which it can read drawings itself."""
    page.wait_for_function(_HAS_NETWORK)


def wait_for_frames(page: Page) -> None:
    """Waits for a few frames, so that the page has drawn all changes that need no answer of the server."""
    page.evaluate(_FRAMES, _NUM_FRAMES)


def box(page: Page, selector: str) -> FloatRect:
    """Returns the place of the first part with this selector: x, y, width and height in pixels."""
    place = page.locator(selector).first.bounding_box()
    assert place, f"{selector} is not visible"
    return place
