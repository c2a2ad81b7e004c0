"""The exported page, opened from a file without any network connection."""

import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.data.dataset import MAX_CLASSES
from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file
from bnn.export.html import to_html
from bnn.runs import store
from bnn.runs.names import MAX_NAME_LENGTH
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from tests.support import chromium, drawing_hand

pytestmark = pytest.mark.browser
CANVAS = "#canvas"
NO_ANSWER = "No answer from the wall. See if your drawing is there, or press again."


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The file URL of the shipped network's exported page."""
    return _write_page(tmp_path_factory.mktemp("export"))


def _write_page(folder, run=None, **options):
    path = folder / "network.html"
    path.write_text(to_html(run or store.find(None), **options), "utf-8")
    return path.as_uri()


@pytest.fixture
def open_export(new_page, address):
    """A function that opens the exported page.

    The test fails if the page has an error or requests another file.
    """
    requests, errors = [], []

    def open_export(width=1280, height=720, script="", first_words="draw", **options):
        page = new_page(width, height, offline=True, **options)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(address)
        expect(page.locator("#digit")).to_have_text(first_words)
        return page

    yield open_export
    assert set(requests) <= {address}
    assert errors == []


def test_each_drawn_digit_is_read(open_export):
    page = open_export()
    for digit in drawing_hand.DIGITS:
        drawing_hand.draw(page, digit, CANVAS)
        expect(page.locator("#answer")).to_have_attribute("data-digit", str(digit))
        expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
        chromium.wait_for_frames(page)
        assert float(page.locator("#microseconds").inner_text().replace(",", "").removesuffix("\u00a0µs")) > 0
        page.locator("#clear").click()
        expect(page.locator("#answer")).to_have_attribute("data-state", "empty")


@pytest.mark.parametrize(
    "clock, shown",
    [
        # The clock has steps of 1 ms, and the network takes 0.05 ms.
        ("() => Math.floor(0.05 * numCalls++)", "50\u00a0µs"),
        # The network takes half a second, so it is timed once.
        ("() => 500 * numCalls++", "500,000\u00a0µs"),
        ("() => 7", "–"),
    ],
    ids=["coarse clock", "slow network", "clock that stands still"],
)
def test_time_for_a_digit_is_right_for_every_clock_and_speed(open_export, clock, shown):
    page = open_export()
    # The page reads the clock once after each call of the network, so `numCalls` counts these calls.
    page.evaluate(f"window.numCalls = 0, performance.now = {clock}, null")
    drawing_hand.draw(page, 1, CANVAS)
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    chromium.wait_for_frames(page)
    expect(page.locator("#microseconds")).to_have_text(shown)


def test_page_and_python_give_the_same_answer(open_export):
    """Python's engine reads the pixels shown on the page and computes the same bars."""
    page = open_export()
    drawing_hand.draw(page, 2, CANVAS)
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    chromium.wait_for_frames(page)
    rgba = page.evaluate(
        "[...document.getElementById('pixels').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    pixels = np.array(rgba, np.uint8).reshape(28, 28, 4)[..., 0]
    found = answer.read(file.load(store.find(None).model_path), pixels)
    widths = page.eval_on_selector_all(".bars .fill", "all => all.map(bar => parseFloat(bar.style.width))")
    # The page rounds the widths of the bars to 0.1 %.
    np.testing.assert_allclose(widths, 100 * found.probabilities, atol=0.06)


def test_digit_can_be_drawn_with_the_keyboard(open_export):
    page = open_export()
    page.locator(CANVAS).focus()
    for key in (*["ArrowUp"] * 12, " ", *["ArrowDown"] * 24, " "):
        page.keyboard.press(key)
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    # A Mac sends this for its key "delete".
    page.keyboard.press("Backspace")
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")
    # Python reads a straight line downwards as a 1, too.
    assert (
        answer.read(
            file.load(store.find(None).model_path),
            digit_from_strokes([np.array([[160.0, 64.0], [160.0, 256.0]])]).digit,
        ).label
        == 1
    )


def test_palm_neither_ends_the_stroke_nor_draws(open_export):
    page = open_export()
    box = drawing_hand.canvas_box(page, CANVAS)
    x, top, bottom = box["x"] + box["width"] / 2, box["y"] + 40, box["y"] + box["height"] - 40
    palm = (x + 100, bottom)
    page.mouse.move(x, top)
    page.mouse.down()
    page.evaluate(
        """([clientX, clientY]) => {
          for (const kind of ["pointerdown", "pointermove", "pointerup"]) {
            const about = { pointerId: 77, pointerType: "touch", isPrimary: true, clientX, clientY }
            canvas.dispatchEvent(new PointerEvent(kind, about))
          }
        }""",
        palm,
    )
    page.mouse.move(x, bottom, steps=10)
    page.mouse.up()
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    ink = """([x, y]) => {
      const { left, top, width } = canvas.getBoundingClientRect()
      const place = [x - left, y - top].map(value => (value * canvas.width) / width)
      return canvas.getContext("2d").getImageData(...place, 1, 1).data[0]
    }"""
    places = [(x, top), (x, bottom), palm]
    assert [page.evaluate(ink, place) for place in places] == [255, 255, 0]
    # A palm that touches before the pen draws nothing, either.
    page.locator("#clear").click()
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")
    drawing_hand.palm_then_pen(page, palm, (x, top), (x, bottom))
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    assert [page.evaluate(ink, place) for place in places] == [255, 255, 0]


@pytest.mark.parametrize(
    "script",
    [
        "delete window.WebAssembly",
        "WebAssembly.compile = () => Promise.reject(new Error('not allowed'))",
        # Chrome before 114 compiles the engine, but does not start it at once.
        "WebAssembly.Instance = function () { throw new RangeError('larger than 4 kB') }",
    ],
)
def test_browser_that_runs_no_webassembly_says_so(open_export, script):
    script += "; console.error = error => { window.reported = String(error) }"
    page = open_export(script=script, first_words="This browser cannot run the network. Try another one.")
    assert "Error" in page.evaluate("reported")


def test_nothing_reaches_beyond_the_screen(open_export):
    page = open_export()
    drawing_hand.draw(page, 3, CANVAS)
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    for width, height in ((320, 568), (390, 844), (820, 1180), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        chromium.wait_for_frames(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        clipped = page.evaluate(
            "[...document.querySelectorAll('main *')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth)"
            ".map(e => e.className || e.tagName)"
        )
        assert [name for name in clipped if name not in ("track", "fill")] == [], width


@pytest.mark.parametrize("can_send", [False, True])
def test_phone_shows_canvas_answer_and_buttons_without_scrolling(new_page, tmp_path, can_send):
    """The first size is a whole screen. The others are what the toolbars of a phone's browser leave."""
    page = new_page(has_touch=True, is_mobile=True)
    page.goto(_write_page(tmp_path, can_send=can_send))
    if can_send:
        # A page that was opened from a file has no server, so it hides this button.
        page.locator("#send").evaluate("button => { button.hidden = false }")
        page.locator("#sent").evaluate("(sent, text) => { sent.textContent = text }", NO_ANSWER)
    for width, height in ((390, 844), (390, 664), (360, 560), (844, 390), (568, 320)):
        page.set_viewport_size({"width": width, "height": height})
        # A 1 is drawn and read with the fewest moves.
        drawing_hand.draw(page, 1, CANVAS)
        expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
        page.evaluate("scrollTo(0, 0)")
        # Windows up to 600 pixels high show only the first bars.
        bars = [".bars li >> nth=9"] * (height > 600)
        for part in (CANVAS, "#clear", "#digit", "#after", *bars, *["#send"] * can_send):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        # Clear, a long answer, and a message about a sent drawing are in sight together.
        page.locator("#digit").evaluate(
            "digit => Object.assign(digit, { className: 'digit several', textContent: 'dog or cat?' })"
        )
        if can_send:
            page.locator("#sent").evaluate("(sent, text) => { sent.textContent = text }", NO_ANSWER)
        for part in ("#clear", "#digit", *["#sent"] * can_send):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        page.locator("#clear").click()
        expect(page.locator("#answer")).to_have_attribute("data-state", "empty")


def test_many_classes_and_a_long_name_leave_the_answer_in_sight(new_page, random_network, tmp_path):
    names = tuple(f"sign {number}" for number in range(MAX_CLASSES))
    run = Run("many", tmp_path / "many")
    shutil.copytree(store.find("quick").folder, run.folder)
    write_atomically(run.model_path, file.to_bytes(random_network(stages=(), class_names=names)))
    write_atomically(run.folder / "name.txt", "N" * MAX_NAME_LENGTH)
    page = new_page()
    page.goto(_write_page(tmp_path, run))
    expect(page.locator("#bars li")).to_have_count(MAX_CLASSES)
    for width, height in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("#digit")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == width
