"""Every page fits into its window, shows its most important parts, and uses only the app's own fonts."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand, fonts, looks, touch, waiting

pytestmark = pytest.mark.browser

# For each page, the parts that must be visible without scrolling.
PAGES = {
    "": (".st-key-answer", '[class*="st-key-canvas"]', ".st-key-clear button", ".strip"),
    "train": (".st-key-start button",),
    "teach": (".desk canvas", ".st-key-teach button"),
    "inside": (".st-key-inside-contents",),
    "evaluate": (".stSelectbox",),
    "audience": (".st-key-invitation .stSelectbox", ".st-key-code-place", ".st-key-no-phones"),
}
# For each page, elements with texts of different kinds: headings, charts, tables, figures, buttons. Each text
# uses a font that the app brings, so that the layout is the same on every machine.
TEXTS = {
    "": ("h1", ".bars .name", ".figure .value", ".figure .label", ".st-key-clear button p"),
    "train": ("h1", ".table td", ".st-key-start button p", "svg.marks text"),
    "inside": ("h1", ".colours"),
    "evaluate": ("h1", ".figure .value", ".table td", "svg.marks text", ".stSelectbox label p"),
    "teach": ("h1",),
    "audience": (),
}
# For each page, parts side by side that begin at the same height.
BESIDE = {
    "": ((".st-key-pad-place", ".answer"), (".strip", ".st-key-samples"), (".figures", ".stSelectbox")),
    "train": ((".st-key-recipes label", ".status"), (".st-key-sight .weights", ".draw-here canvas")),
    "teach": ((".desk canvas", ".desk .sign"), (".desk .sign", ".desk .slot")),
    "inside": (),
    "evaluate": ((".st-key-matrix-place", ".st-key-cell_drawn"),),
    "audience": ((".st-key-code-place", ".st-key-no-phones"),),
}
# The canvases for drawing, which are equally wide on a large screen.
CANVASES = {"": ".st-key-pad-place", "teach": ".desk .pad"}
# Lists everything that scrolls sideways or is cut off. Tables, charts and the strip of chapters on Inside may
# scroll within their own frame.
SIDEWAYS = """
() => {
  const parts = [document.scrollingElement, document.body,
    ...document.querySelectorAll(
      "[data-testid=stApp], [data-testid=stAppViewContainer], [data-testid=stMain]")]
  const wide = parts.filter(part => {
    part.scrollLeft = 1000
    const moved = part.scrollLeft > 0
    part.scrollLeft = 0
    return moved
  })
  return [...wide.map(part => part.dataset.testid ?? part.tagName), ...cutOff()]

  // Parts that `overflow: clip` would hide: the page does not scroll, but they are cut off.
  function cutOff() {
    const inner = "[data-testid=stMainBlockContainer] :is(button, input, canvas, img, h1, h2, h3, p)"
    const scrolling = ".table, [data-testid=stVegaLiteChart], [data-testid=stDataFrame],"
      + " .st-key-inside-contents [role=radiogroup]"
    return [...document.querySelectorAll(inner)]
      .filter(part => !part.closest(scrolling) && part.checkVisibility({ visibilityProperty: true }))
      .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
      .map(part => part.tagName + " " + part.textContent.slice(0, 30))
  }
}
"""

# Scrolls to the top of the page, and returns where the title is.
PLACE_OF_TITLE = """() => {
  document.querySelector("[data-testid=stMain]").scrollTo(0, 0)
  const { x, y } = document.querySelector("h1").getBoundingClientRect()
  return [x, y]
}"""
# Returns where the samples begin, with the part beside them and without it.
TOP_OF_SAMPLES_WITHOUT_STAGES = """() => {
  const top = () => document.querySelector(".st-key-samples").getBoundingClientRect().top
  const before = top(), stages = document.querySelector(".st-key-stages")
  stages.classList.remove("st-key-stages")
  stages.hidden = true
  const without = top()
  stages.classList.add("st-key-stages")
  stages.hidden = false
  return [before, without]
}"""

# Lists the texts that should fit into one line but take two, or are cut off.
BROKEN = """
() => [...document.querySelectorAll("button p, .figure .value, .percent, .answer .words")].filter(part => {
  if (!part.checkVisibility({ visibilityProperty: true }) || part.querySelector("img")) return false
  const text = document.createRange()
  text.selectNodeContents(part)
  const isCutOff = getComputedStyle(part).overflowX !== "visible" && part.scrollWidth > part.clientWidth + 1
  return isCutOff || new Set([...text.getClientRects()].map(line => Math.round(line.top))).size > 1
}).map(part => part.textContent)
"""


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_every_window_in_its_own_fonts_and_shows_no_error(open_page, path):
    page = open_page(path, 1280, 720)
    # Every page has the script that test_lifeline.py tests.
    page.wait_for_function("window.oneBitLabLifeline")
    for selector in PAGES[path]:
        expect(page.locator(selector).first).to_be_in_viewport(ratio=1)
    if path in ("train", "evaluate"):
        # The tables are in this section, which is closed at first.
        page.get_by_text("For experts", exact=True).click()
    _check_what_is_beside(page, path)
    _check_fonts(page, TEXTS[path])
    if path == "teach":
        _refuse_a_name(page)
    looks.check_text_in_both_themes(page, f"on {path or 'draw'}")
    if path == "teach":
        # The page is in the dark theme now. The box of an error is dark, too, even in a menu.
        assert max(looks.ground_of(page.get_by_test_id("stAlertContainer"))) < 80
        page.keyboard.press("Escape")
    for width, height in chromium.WINDOWS:
        chromium.resize(page, width, height)
        waiting.until_equal(lambda: page.evaluate(SIDEWAYS), [], f"what is cut off at {width} x {height}")
        waiting.until_equal(lambda: page.evaluate(BROKEN), [], f"what is broken at {width} x {height}")
        looks.wait_until_text_is_right(page, f"at {width} x {height}")
        if width == 1920 and path in CANVASES:
            what = "the width of the canvas"
            waiting.until_equal(lambda: chromium.box(page, CANVASES[path])["width"], 520, what)
        if (path, width) == ("", 1920):
            expect(page.locator(".figure .label").first).to_be_in_viewport(ratio=1)
        if width == 820:
            # Below the navigation, the title is at the same place on every page.
            waiting.until_equal(lambda: page.evaluate(PLACE_OF_TITLE), [16, 72], "the place of the title")
    touch.check_targets(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def _check_what_is_beside(page, path):
    for parts in BESIDE[path]:
        one, other = (chromium.box(page, part)["y"] for part in parts)
        assert one == pytest.approx(other, abs=1), parts
    if path == "":
        # The section "What is gained" stands beside the box of networks, not below it.
        column = chromium.box(page, "[data-testid=stColumn]:has(.stSelectbox)")
        assert chromium.box(page, ".st-key-gained")["y"] < column["y"] + column["height"]
        # While the part beside them is missing, because it loads or the network is damaged, the samples stay.
        before, without = page.evaluate(TOP_OF_SAMPLES_WITHOUT_STAGES)
        assert before == without


def _refuse_a_name(page):
    """Opens the menu for the names of the signs, and lets it show an error."""
    page.get_by_role("button", name="Name the signs").click()
    page.get_by_label("Add a sign").fill("heart")
    page.get_by_label("Add a sign").press("Enter")
    expect(page.get_by_test_id("stAlertContentError")).to_be_visible()


def _check_fonts(page, selectors):
    for selector in selectors:
        expect(page.locator(selector).first).to_be_visible()
    chromium.wait_until_complete(page)
    for selector in selectors:
        assert fonts.fonts_of_the_machine(page, selector) == set(), selector


def test_every_link_to_a_page_is_in_sight_beside_the_name_and_phones_have_no_drawer(open_page):
    page = open_page("evaluate", 820, 1180, has_touch=True, is_mobile=True)
    links = page.get_by_test_id("stTopNavLink").filter(visible=True)
    for width, found in ((820, links), (390, page.locator(".st-key-links a"))):
        page.set_viewport_size({"width": width, "height": 1180})
        expect(found).to_have_count(6)
        for name in ("Draw", "Train", "Teach", "Inside", "Evaluate", "Audience"):
            expect(found.filter(has_text=name)).to_be_in_viewport(ratio=1)
    expect(page.locator(".brand")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_hidden()
    # The test does not tap, because on a busy machine a tap can be taken for a long press.
    found.filter(has_text="Draw").click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()


@pytest.mark.parametrize("width, height", [(390, 664), (360, 560), (844, 390), (667, 375)])
def test_phone_shows_canvas_answer_and_clear_without_scrolling(shared_page, width, height):
    """The sizes are what the toolbars of a phone's browser leave for a page, upright and in landscape."""
    page = shared_page(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": width, "height": height})
    drawing_hand.draw(page, 3)
    drawing_hand.wait_for_server(page)
    page.locator("[data-testid=stMain]").evaluate("main => { main.scrollTop = 0 }")
    for part in (drawing_hand.CANVAS, ".st-key-clear button", ".answer .digit", ".answer .words >> nth=1"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    expect(page.locator(".answer .digit")).to_have_text("3")
    # An unsure answer that names two digits fits into one line.
    font_size, height = page.locator(".answer .digit").evaluate(_SIZES_OF_AN_UNSURE_ANSWER)
    assert height < 1.5 * 1.2 * font_size
    drawing_hand.clear(page)


# For a moment, shows a copy of the answer that names two digits. Returns the font size and the height of
# these names, in pixels.
_SIZES_OF_AN_UNSURE_ANSWER = """digit => {
  const answer = digit.closest(".answer"), copy = answer.cloneNode(true)
  copy.classList.add("unsure")
  answer.after(copy)
  const unsure = { className: "digit several", textContent: "4 or 7?" }
  const text = Object.assign(copy.querySelector(".digit"), unsure)
  const sizes = [parseFloat(getComputedStyle(text).fontSize), text.clientHeight]
  copy.remove()
  return sizes
}"""


def test_answer_on_teach_is_as_large_on_short_phones_as_on_tall_ones(open_page):
    page = open_page("teach", 390, 664)
    expect(page.locator(".desk")).to_be_visible()
    # An answer appears only when a network has been taught, so the test puts an answer into the page.
    bars = '<div class="bars"><div class="bar"></div><div class="bar"></div></div>'
    answer = f'<div class="answer"><div class="digit">3</div>{bars}</div>'
    page.locator(".desk").evaluate("(desk, answer) => { desk.innerHTML = answer }", answer)
    looks_at = """() => Object.entries(
        { minHeight: ".answer", alignItems: ".answer", fontSize: ".digit", rowGap: ".bars" })
        .map(([name, part]) => getComputedStyle(document.querySelector(`.desk ${part}`))[name])"""
    for width, height in ((390, 664), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        chromium.wait_for_frames(page)
        on_short = page.evaluate(looks_at)
        page.set_viewport_size({"width": width, "height": 1000})
        chromium.wait_for_frames(page)
        assert on_short == page.evaluate(looks_at)


def test_evaluate_shows_whole_figures_on_the_smallest_phone(open_page):
    page = open_page("evaluate", 320, 568)
    page.get_by_text("For experts", exact=True).click()
    expect(page.locator(".figures").get_by_text("95 % interval")).to_be_visible()
    cut = "all => all.filter(part => part.scrollWidth > part.clientWidth).map(part => part.innerText)"
    assert page.locator(".sentence, .figure .value").evaluate_all(cut) == []


@pytest.mark.parametrize("page_path, sides", [("", (520, 384, 320)), ("inside", (120, 96, 96))])
def test_size_of_the_canvas_comes_from_a_transform(shared_page, page_path, sides):
    """With a `zoom`, older browsers would measure the canvas and the pointer in different units."""
    page = shared_page(page_path)
    for (width, height), side in zip(((1920, 1080), (1280, 720), (820, 1180)), sides, strict=True):
        chromium.resize(page, width, height)
        box = drawing_hand.canvas_box(page)
        assert (round(box["width"]), round(box["height"])) == (side, side)
        assert page.locator("canvas.upper-canvas").evaluate("canvas => canvas.currentCSSZoom") == 1
