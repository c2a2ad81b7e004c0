"""Pages on which the browser answers while the pen moves: how to open them, and scripts for them."""

import base64
import io

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand

ANSWER = ".st-key-answer .answer"
# The part of the answer that screen readers say, unless it is busy.
STATUS = f"{ANSWER} [role=status]"

# Puts an answer in place of the one that the page shows, as React does when the server's answer to an earlier
# stroke arrives. While the pen is down, the page must undo this before the next frame. Returns the state of
# the answer that is then on the page.
LATE_ANSWER = """async answer => {
  const place = document.querySelector(answer).parentElement
  const late = document.querySelector(answer).cloneNode(true)
  late.dataset.state = "unknown"
  place.replaceChildren(late)
  await Promise.resolve()
  return document.querySelector(answer).dataset.state
}"""

# Replaces the row of pictures in the same way, by a copy whose pictures are empty. Returns the source of the
# row's third picture (the 28x28 digit) after the page has had the chance to undo this.
LATE_PICTURES = """async strip => {
  const place = document.querySelector(strip).parentElement
  const late = document.querySelector(strip).cloneNode(true)
  for (const picture of late.querySelectorAll("img")) picture.src = "data:,"
  place.replaceChildren(late)
  await Promise.resolve()
  return document.querySelectorAll(`${strip} img`)[2].getAttribute("src")
}"""

# Notes each answer of the browser that does not name the class with the longest bar. (When the pen rests, an
# answer that is not sure names several classes.)
NOTE_DISAGREEMENTS = """() => {
  window.disagreements = []
  const look = () => {
    const bars = [...document.querySelectorAll(".st-key-answer .bar")]
    const lengths = bars.map(bar => parseFloat(bar.querySelector(".fill").style.width))
    const named = lengths.filter((_, i) => bars[i].classList.contains("best"))
    if (named.length && Math.max(...named) < Math.max(...lengths)) disagreements.push([named, lengths])
    requestAnimationFrame(look)
  }
  look()
}"""
# Notes in every frame the words that stand above the answer's digit, such as "so far".
NOTE_WORDS = """() => {
  window.notedWords = []
  const look = () => {
    notedWords.push(document.querySelector(".st-key-answer .words")?.textContent)
    requestAnimationFrame(look)
  }
  look()
}"""
# Looks in every frame at the large answer and the source of the 28x28 digit. Notes both when either changes.
NOTE_ANSWERS = """() => {
  window.notedAnswers = []
  const look = () => {
    const text = document.querySelector(".st-key-answer .answer")?.innerText
    const source = document.querySelectorAll(".st-key-stages .strip img")[2]?.src
    const [lastText, lastSource] = notedAnswers.at(-1) ?? []
    if (text !== lastText || source !== lastSource) notedAnswers.push([text, source])
    requestAnimationFrame(look)
  }
  look()
}"""
# Holds back all messages to the server until `releaseMessages()` is called. `releaseMessages(number)` sends
# only the first `number` messages in `heldMessages`, and holds back all others.
HOLD_MESSAGES = """() => {
  const { send } = WebSocket.prototype
  window.heldMessages = []
  WebSocket.prototype.send = function (message) { heldMessages.push([this, message]) }
  window.releaseMessages = (number = Infinity) => {
    if (number === Infinity) WebSocket.prototype.send = send
    for (const [socket, message] of heldMessages.splice(0, number)) send.call(socket, message)
  }
}"""
# Lets messages reach the server again, in case a test has failed while it held them back.
RELEASE_MESSAGES = """() => {
  window.isServerCutOff = false
  window.releaseMessages?.()
}"""


def open_draw(open_page, **options):
    """Opens the Draw page, waits until the browser has loaded the network, and returns the page."""
    page = open_page(**options)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    chromium.wait_for_network(page)
    chromium.wait_for_frames(page)
    return page


def with_empty_canvas(page):
    """Returns the Draw page with an empty canvas, whatever an earlier test has left."""
    # A test that has failed can have left the mouse button pressed, and messages to the server held back.
    page.mouse.up()
    page.evaluate(RELEASE_MESSAGES)
    # A test can have left the page.
    if page.locator("h1").inner_text() != "Draw a digit":
        page.get_by_role("link", name="Draw").first.click()
        expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
        chromium.wait_until_complete(page)
    drawing_hand.clear(page)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.canvas_box(page)
    chromium.wait_until_complete(page)
    return page


def expect_answer_while_drawing(page):
    """Waits until the page shows an answer while the pen is still down."""
    expect(page.locator(STATUS)).to_have_attribute("aria-busy", "true")


def pixels(source):
    """Returns the grey values of a picture in a data URL, (height, width) uint8."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("L"))
