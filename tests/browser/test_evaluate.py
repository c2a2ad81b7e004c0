"""The Evaluate page in a browser: nothing moves when its numbers arrive, and its matrix can be clicked on."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.analysis import metrics
from bnn.data import mnist
from bnn.engine import file
from bnn.engine.verdict import certainty_text
from bnn.runs import store
from tests.support import chromium, waiting

pytestmark = pytest.mark.browser

# What the shipped network makes of the test digits, and how many of their zeros it reads right.
MATRIX = np.array(store.find(None).test()["confusion_matrix"])
NUM_ZEROS = str(MATRIX[0, 0])
COUNTS = ".st-key-matrix-place svg.marks text"
# Records every text shown as accuracy and, before every repaint, the place of each part of the page.
WATCH = """() => {
  const parts = [".figures", ".st-key-matrix-place svg.marks", ".st-key-cell_drawn", ".st-key-cell_read",
                 ".st-key-images", ".table", ".st-key-download-digits"]
  window.seen = { accuracies: [], places: [] }
  const note = (list, value) => { if (!list.includes(value)) list.push(value) }
  const place = part => {
    const box = document.querySelector(part)?.getBoundingClientRect()
    return part + (box ? [box.left, box.top, box.width, box.height].map(Math.round).join(" ") : " is gone")
  }
  const read = () => note(seen.accuracies, document.querySelector(".figures .value")?.textContent)
  const look = () => {
    for (const part of parts) note(seen.places, place(part))
    requestAnimationFrame(look)
  }
  read()
  look()
  new MutationObserver(read).observe(document, { subtree: true, childList: true, characterData: true })
}"""

# Lists the visible counts that are too small, or too wide for their cells.
TIGHT_COUNTS = """() => {
  const cell = document.querySelector(".st-key-matrix-place .mark-rect path").getBBox()
  const counts = [...document.querySelectorAll(".st-key-matrix-place .mark-text.role-mark text")]
    .filter(count => count.textContent && count.getAttribute("opacity") !== "0")
  if (counts.length < 20) return [`only ${counts.length} counts`]
  return counts.filter(count => count.getComputedTextLength() > cell.width - 4
    || parseFloat(getComputedStyle(count).fontSize) < 13).map(count => count.textContent)
}"""


@pytest.fixture
def page(shared_page):
    """The Evaluate page with the shipped network's answers."""
    return _wait_until_complete(shared_page("evaluate"))


def _wait_until_complete(page):
    # Only one count is above 1,100: that of the 1s read as 1.
    expect(page.locator(COUNTS).filter(has_text=re.compile(r"^1,1\d\d$")).first).to_be_visible()
    expect(page.locator(".st-key-images img").first).to_be_visible()
    chromium.wait_until_complete(page)
    return page


def test_numbers_of_another_network_arrive_without_moving_anything(open_page, add_run):
    """When another network is chosen, the old numbers disappear at once. The new ones take their places."""
    # Copies of large networks: measuring these takes long enough for the placeholders to be seen.
    runs = {"a": "record", "b": "best", "c": "record"}
    for name, source in runs.items():
        add_run(source, f"20261101-100000-{name}")
    page, before = open_page("evaluate"), "99.64\u00a0%"
    page.get_by_text("For experts", exact=True).click()
    for name, accuracy, width in (
        ("a", "99.57\u00a0%", 1280),
        ("b", "99.44\u00a0%", 820),
        ("c", "99.57\u00a0%", 390),
    ):
        chromium.resize(page, width, 1400)
        _wait_until_complete(page)
        # Opening the section below has scrolled the page. If the test scrolled it back, all parts would move.
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        page.evaluate(WATCH)
        option = page.get_by_role("option").filter(has_text=f"{name}, 1 Nov")
        chromium.choose(page.locator(".stSelectbox").first, option)
        expect(page.locator(".figures .value").first).to_have_text(accuracy)
        page.wait_for_url(f"**/evaluate?run=20261101-100000-{name}&tour=off")
        _wait_until_complete(page)
        assert page.evaluate("seen.accuracies") == [before, "…", accuracy], width
        # Each of the seven parts was seen in one place only, and was never missing.
        assert page.evaluate("seen.places.slice(7)") == [], width
        before = accuracy


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_cells_are_square_and_a_row_of_images_is_cut_only_where_the_box_fades(shared_page, width, height):
    page = shared_page("evaluate?run=quick", width, height)
    _wait_until_complete(page)
    cell = page.locator(".st-key-matrix-place .mark-rect path").first

    def is_right():
        box = cell.bounding_box()
        # On a tablet, a finger can press each cell.
        return box and abs(box["width"] - box["height"]) < 1 and (width != 820 or box["width"] >= 44)

    waiting.until(is_right, f"the cells to be square and large enough at {width} x {height}")
    waiting.until_equal(lambda: page.evaluate(TIGHT_COUNTS), [], "the tight counts")
    has_more = page.locator(".st-key-images").evaluate("box => box.scrollHeight > box.clientHeight")
    # Where there is room, all counts are shown, even those with a comma.
    hidden = page.locator('.st-key-matrix-place .mark-text.role-mark text[opacity="0"]').filter(has_text=",")
    expect(hidden).to_have_count(0 if width >= 820 else 3)
    expected = re.compile("gradient") if has_more else "none"
    expect(page.locator(".st-key-images")).to_have_css("mask-image", expected)


def test_click_on_a_cell_shows_its_images(page):
    texts = page.get_by_test_id("stHtml")
    cell = page.locator(COUNTS).filter(has_text=NUM_ZEROS).first
    cell.click()
    expect(texts.get_by_text("read as 0 (right)")).to_be_visible()
    # The same cell can be clicked on again after another cell was chosen in the lists beside the matrix.
    chromium.wait_until_complete(page)
    option = page.get_by_role("option", name="8", exact=True)
    chromium.choose(page.locator(".st-key-cell_drawn .stSelectbox"), option)
    expect(texts.get_by_text("read as 0.")).to_be_visible()
    chromium.wait_until_complete(page)
    cell.click()
    expect(texts.get_by_text("read as 0 (right)")).to_be_visible()


# Lists the images and captions that are wider than the button that contains them.
TOO_WIDE = """() => [...document.querySelectorAll(".st-key-mistakes button")].flatMap(button => {
  const place = button.getBoundingClientRect(), content = document.createRange()
  content.selectNodeContents(button.querySelector("p"))
  const { left, right } = content.getBoundingClientRect()
  return left < place.left || right > place.right ? [`${button.innerText}: ${left} to ${right}`] : []
})"""


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_images_of_right_answers_and_their_captions_have_room(page, width, height):
    chromium.resize(page, width, height)
    _wait_until_complete(page)
    # The cell of the ones is clicked first, because an earlier test may have chosen the cell of the zeros.
    for count, digit in ((re.compile(r"^1,1\d\d$"), 1), (NUM_ZEROS, 0)):
        page.locator(COUNTS).filter(has_text=count).first.click()
        expect(page.get_by_test_id("stHtml").get_by_text(f"read as {digit} (right)")).to_be_visible()
    chromium.wait_until_complete(page)
    expect(
        page.locator(".st-key-mistakes button").filter(has_text=">\u00a099\u00a0% sure").first
    ).to_be_visible()
    waiting.until_equal(lambda: page.evaluate(TOO_WIDE), [], "what is too wide")


def test_cells_are_described_to_screen_readers(page):
    cells = page.locator(".st-key-matrix-place .mark-rect path[aria-label]")
    expect(cells.first).to_have_attribute("aria-label", f"the digit is 0, read as 0: {NUM_ZEROS} images")
    # Screen readers skip the counts in the cells, because the labels of the cells already contain them.
    expect(page.locator(".st-key-matrix-place .counts_marks")).to_have_attribute("aria-hidden", "true")


def test_matrix_follows_a_theme_that_changes_while_the_page_is_open(page):
    counts = page.locator(COUNTS).filter(has_text=re.compile(r"^1,1\d\d$"))
    counts.first.click()
    outline = page.locator(".st-key-matrix-place .outline_marks path")
    for theme, ink in (("light", "rgb(17, 17, 19)"), ("dark", "rgb(245, 245, 246)")):
        page.emulate_media(color_scheme=theme)
        expect(counts.first).to_have_css("fill", ink)
        expect(outline).to_have_css("stroke", ink)


def test_click_on_a_mistake_shows_it_on_inside(open_page):
    # The page first shows the images of the most frequent mistake, the surest first.
    mistakes = MATRIX - np.diag(np.diag(MATRIX))
    label, prediction = np.unravel_index(mistakes.argmax(), mistakes.shape)
    evaluation = metrics.evaluate(file.load(store.find(None).model_path), mnist.test())
    images = evaluation.examples(label, prediction)
    page = _wait_until_complete(open_page("evaluate", 390, 844))
    buttons, box = page.locator(".st-key-mistakes button"), page.locator(".st-key-images")
    expect(buttons).to_contain_text([certainty_text(float(evaluation.confidences[i])) for i in images])
    # On a phone, the box has room for three rows of images, so nothing is cut off. The rows and the text have
    # the same left edge.
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight")
    left = chromium.box(page, ".two-lines")["x"]
    assert buttons.locator("img").first.bounding_box()["x"] == pytest.approx(left, abs=1)
    buttons.first.click()
    expect(page.get_by_role("heading", name="Inside")).to_be_visible()
    expect(page.get_by_role("combobox", name="Digit", exact=True)).to_have_value(
        f"Test digit {images[0]}: {label}"
    )
