"""The page that the app gives to phones, alone: what it asks the app, what it says, and what it keeps."""

import pytest
from playwright.sync_api import expect

from bnn.export.html import to_html
from bnn.runs import store
from tests.support import chromium, waiting

pytestmark = pytest.mark.browser
# Counts the changes of the answer, which a screen reader reads out.
COUNT_CHANGES = """() => {
  window.numChanges = 0
  new MutationObserver(changes => (numChanges += changes.length))
    .observe(document.getElementById("answer"), { childList: true, characterData: true, subtree: true })
}"""
# Keys that draw a line from top to bottom.
LINE = [*["ArrowUp"] * 12, " ", *["ArrowDown"] * 24, " "]
# Counts the values in the colour of the pen's mark.
MARK = """canvas =>
  canvas.getContext("2d").getImageData(0, 0, 640, 640).data.filter(value => value === 162).length"""


@pytest.fixture
def phone(new_page):
    """The page that the app gives to phones, the methods of its requests, and the headers of the answers.

    While the headers name no network, the app offers the page's own.
    """
    page, methods, headers = new_page(), [], {}
    html = to_html(store.find("quick"), can_send=True)

    def answer(route):
        methods.append(route.request.method)
        status = 201 if route.request.method == "POST" else 200
        route.fulfill(status=status, body=html, content_type="text/html", headers=headers)

    page.route("**", answer)
    page.clock.install()
    page.goto("http://localhost/pocket")
    expect(page.locator("#digit")).to_have_text("draw")
    methods.clear()
    return page, methods, headers


def press(page, *keys):
    page.locator("#canvas").focus()
    for key in keys:
        page.keyboard.press(key)
    chromium.wait_for_frames(page)


def test_moves_of_the_lifted_pen_ask_the_app_nothing(phone):
    page, methods, _ = phone
    press(page, "ArrowUp", "ArrowLeft", "Delete", "ArrowUp")
    assert methods == []
    # The page shows where the pen is.
    assert page.locator("#canvas").evaluate(MARK)
    press(page, *LINE)
    press(page, "Delete")
    waiting.until_equal(lambda: page.evaluate("true") and methods, ["HEAD"], "the requests")


def test_moves_of_the_lifted_pen_leave_answer_and_time_as_they_are(phone):
    page, *_ = phone
    press(page, *LINE)
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    chromium.wait_for_frames(page)
    page.evaluate(COUNT_CHANGES)
    page.locator("#microseconds").evaluate("time => (time.textContent = 'not measured again')")
    press(page, "ArrowRight", "ArrowUp")
    assert page.evaluate("numChanges") == 0
    expect(page.locator("#microseconds")).to_have_text("not measured again")


def test_unchanged_words_of_the_answer_are_not_set_again(phone):
    page, *_ = phone
    page.evaluate(COUNT_CHANGES)
    page.locator("#clear").click()
    chromium.wait_for_frames(page)
    assert page.evaluate("numChanges") == 0


def test_drawing_on_the_wall_is_not_sent_again_after_the_page_has_loaded_itself_again(phone):
    page, _, headers = phone
    press(page, *LINE)
    page.locator("#send").click()
    expect(page.locator("#sent")).to_have_text("It is on the wall. Draw another one.")
    # The page loads itself again only when it may send the next drawing.
    page.clock.fast_forward(2000)
    headers["X-Network"] = "another network"
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#sent")).to_have_text("Another network was chosen. It reads your drawings now.")
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    chromium.wait_for_frames(page)
    expect(page.locator("#send")).to_be_disabled()
    # The next stroke begins a new drawing. Two lines are no digit.
    press(page, *["ArrowRight"] * 8, *LINE)
    expect(page.locator("#send")).to_be_enabled()
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
