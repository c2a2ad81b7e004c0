"""The lifeline, a script on every page, helps a page that is empty, disconnected or without its session."""

import random
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bnn.engine.portable import script
from pages.shared import lifeline, live
from tests.support import chromium
from tests.support.app_server import Server
from tests.support.signs import draw

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EMPTY_WINDOW = "document.getElementById('root').replaceChildren()"
CONNECTED = '[data-test-connection-state="CONNECTED"]'
EMPTY_PAGE = """<script>
  window.pressed = []
  onclick = event => (pressed.push(event.target.pathname), event.preventDefault())
</script>
<div data-testid="stApp" data-test-script-state="notRunning">
  <header>
    <a data-testid="stTopNavLink" href="/">Draw</a><a data-testid="stTopNavLink" href="/teach">Teach</a>
  </header><div data-testid="stMain"></div>
</div>"""
EMPTY_MAIN = "document.querySelector('[data-testid=stMain]').replaceChildren()"
FILL_MAIN = "document.querySelector('[data-testid=stMain]').textContent = 'Teach'"

CUT_OFF = """() => {
  window.isOld = true
  document.querySelector("[data-testid=stApp]").dataset.testConnectionState = "DISCONNECTED_FOREVER"
}"""

_LEAVING = script.joined(live.LEAVING)
UNSAVED = f"() => {{ {_LEAVING}; askBeforeLeaving('teach', () => true) }}"


def empty(page, how):
    """Runs the script `how`, which empties the page, as soon as the lifeline watches the page."""
    page.wait_for_function("window.oneBitLabLifeline")
    assert page.evaluate(f"() => ({how}, document.querySelectorAll('h1').length)") == 0


def test_empty_and_disconnected_page_is_reloaded(open_page):
    # Each page of the app has a lifeline, as test_layout.py checks. Audience is the one that loads fastest.
    page = open_page("audience")
    empty(page, EMPTY_MAIN)
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_function("window.oneBitLabLifeline")
    # The lifeline reloads a page at most every 20 seconds, so its memory is cleared here.
    page.evaluate("sessionStorage.clear()")
    # At an unattended stand, nobody would answer the question whether to leave unsaved drawings.
    questions = []
    page.on("dialog", lambda question: (questions.append(question.type), question.accept()))
    page.locator("h1").click()
    page.evaluate(UNSAVED)
    page.evaluate(CUT_OFF)
    page.wait_for_function("!window.isOld", polling=100)
    expect(page.locator("h1")).to_be_visible()
    assert questions == []


def test_page_that_stays_empty_is_first_opened_again_without_a_reload(new_page):
    page = new_page()
    page.clock.install(time=0)
    page.route("**/*", lambda route: route.fulfill(body=EMPTY_PAGE, content_type="text/html"))
    page.goto("http://localhost/teach")
    code = Path(lifeline.__file__).with_suffix(".js").read_text("utf-8")
    page.add_script_tag(content=code.replace("export default function ", "window.start = function "))
    # From now on, time passes only in `run_for`.
    page.clock.pause_at(3600)
    page.evaluate("start({ setTriggerValue() {} })")
    # Between two pages, the main part is empty for a moment.
    page.clock.run_for(1_000)
    page.evaluate(FILL_MAIN)
    page.clock.run_for(4_000)
    page.evaluate(EMPTY_MAIN)
    page.clock.run_for(1_000)
    assert page.evaluate("pressed") == []
    # A visitor who has pressed a link needs time to get to the other page, so the lifeline waits again.
    page.get_by_role("link", name="Draw").click()
    page.clock.run_for(1_000)
    assert page.evaluate("pressed") == ["/"]
    page.clock.run_for(1_000)
    assert page.evaluate("pressed") == ["/", "/teach"]
    # The link has brought the content back.
    page.evaluate(FILL_MAIN)
    page.clock.run_for(8_000)
    assert page.evaluate("pressed") == ["/", "/teach"]
    # This time, the link brings nothing back, so the page is reloaded.
    page.evaluate(EMPTY_MAIN)
    page.clock.run_for(4_000)
    page.wait_for_function("!pressed.length")


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """A server behind a base path, and a page for it."""
    server = Server(tmp_path_factory.mktemp("server"), base_path="/lab")
    page = chromium.new_page(browser)
    yield server, page
    page.context.close()
    server.stop()
    assert server.tracebacks() == []


def test_empty_window_is_reloaded_behind_a_base_path(lab):
    server, page = lab
    chromium.visit(page, f"{server.url}/teach?tour=off")
    empty(page, EMPTY_WINDOW)
    expect(page.locator("h1")).to_be_visible()


def test_teach_works_after_the_server_was_restarted(lab):
    server, page = lab
    chromium.visit(page, f"{server.url}/teach?tour=off")
    thumbs, hint = page.locator(".desk .thumb"), page.locator(".desk .hint")
    expect(hint).to_contain_text("Draw: heart.")
    # Everything on this page is in a fragment. The new session knows the fragment only after the whole page
    # has run.
    restart(server, page)
    draw(page, "heart", random.Random(1))
    expect(thumbs).to_have_count(1)
    picture = thumbs.locator("img").get_attribute("src")
    # The server loses the first drawing, and gets the second when the connection returns.
    restart(server, page, meanwhile=lambda: draw(page, "heart", random.Random(2)))
    expect(hint).to_contain_text("What was not saved is gone.")
    expect(thumbs).to_have_count(1)
    expect(thumbs.locator("img")).not_to_have_attribute("src", picture)
    draw(page, "heart", random.Random(3))
    expect(hint).to_contain_text("Draw: heart.")
    expect(thumbs).to_have_count(2)


def restart(server, page, meanwhile=lambda: None):
    """Restarts the server, and waits until the page has noticed both its end and its return."""
    server.stop()
    expect(page.locator(CONNECTED)).to_have_count(0)
    meanwhile()
    server.start()
    expect(page.locator(CONNECTED)).to_have_count(1)
