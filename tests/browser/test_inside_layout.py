"""The chapters of the Inside page fit into wide and narrow windows, and work with fingers and the Tab key."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from pages.inside.chapters import CHAPTERS
from pages.inside.chapters.moments import moments
from tests.support import chromium, looks, waiting
from tests.support.inside_browser import TOP_ON_PAGE, open_chapter

pytestmark = pytest.mark.browser

# Lists the parts that reach beyond the window's right edge, so that the page would scroll sideways or hide
# them. The strip of chapters is left out, because it can be swiped.
_CUT_OFF = """
() => [...document.querySelector("[data-testid=stMainBlockContainer]")
  .querySelectorAll(":is(button, input, img, h1, h3, p, figure)")]
  .filter(part => !part.closest(".st-key-inside-contents [role=radiogroup]"))
  .filter(part => part.checkVisibility({ visibilityProperty: true }))
  .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
  .map(part => part.tagName + " " + part.textContent.slice(0, 30))
"""
# Lists the Streamlit columns and the pictures whose left or right edge is not on a line of the page's grid,
# which has twelve columns with gaps of 2rem.
_BESIDE_THE_GRID = """() => {
  const { left, width } = document.querySelector(".st-key-inside-head").getBoundingClientRect()
  const gap = 2 * parseFloat(getComputedStyle(document.documentElement).fontSize)
  const columnAndGap = (width + gap) / 12
  const isOnGrid = pixels => Math.abs(pixels - columnAndGap * Math.round(pixels / columnAndGap)) <= 2
  const main = document.querySelector("[data-testid=stMain]")
  return [...main.querySelectorAll("[data-testid=stColumn], .inside-row figure")]
    .filter(part => part.checkVisibility() && part.offsetWidth)
    .map(part => [part.textContent.slice(0, 30), part.getBoundingClientRect()])
    .filter(([, box]) => !isOnGrid(box.left - left) || !isOnGrid(box.right + gap - left))
    .map(([text]) => text)
}"""
# Lists the marks "right" and "wrong" that a line break separates from their sentence, so that they begin a
# line.
_ALONE = """
() => [...document.querySelectorAll(".judgement > *")].filter(mark => {
  const sentence = document.createRange(), { left, top, bottom } = mark.getBoundingClientRect()
  sentence.selectNodeContents(mark.closest("p"))
  const parts = [...sentence.getClientRects()]
  return !parts.some(part => part.left < left - 1 && part.top < bottom && part.bottom > top)
}).map(mark => mark.textContent)
"""


def test_no_chapter_scrolls_sideways_or_has_text_that_breaks_a_rule(shared_page):
    page = shared_page("inside?run=quick&digit=m0")
    for chapter in CHAPTERS:
        open_chapter(page, chapter)
        # The legend names purple where bits flip.
        flips = chapter in ("neuron", "learning", "break")
        expect(page.locator(".st-key-inside-legend").get_by_text("purple")).to_have_count(int(flips))
        looks.check_text_in_both_themes(page, f"in {chapter!r}")
        for width, height in chromium.WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            chromium.wait_for_frames(page)
            what = f"what is cut off in {chapter!r} at {width} x {height}"
            waiting.until_equal(lambda: page.evaluate(_CUT_OFF), [], what)
            what = f"marks that begin a line in {chapter!r} at {width} x {height}"
            waiting.until_equal(lambda: page.evaluate(_ALONE), [], what)
            looks.wait_until_text_is_right(page, f"in {chapter!r} at {width} x {height}")
            if width > 1100:
                what = f"what is beside the grid in {chapter!r} at {width} x {height}"
                waiting.until_equal(lambda: page.evaluate(_BESIDE_THE_GRID), [], what)


# What is wrong with the focused element; "" if it has a ring and its middle is in sight, and "BODY" or "MAIN"
# if the focus has left all elements.
_FAULT_OF_FOCUS = """() => {
  const host = document.activeElement
  let part = host
  while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement
  const name = `${part.tagName} ${part.ariaLabel ?? part.innerText}`.slice(0, 40)
  if (part.matches("body, main")) return part.tagName
  // In a select box, the focus is in the input, but the ring is around its parent.
  const ringed = [part, part.parentElement].filter(Boolean).map(each => getComputedStyle(each))
  const hasRing = style => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2
  if (!ringed.some(hasRing)) return `no ring: ${name}`
  const { left, right, top, bottom } = part.getBoundingClientRect()
  const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
  return host.contains(seen) || seen?.contains(host) ? "" : `out of sight: ${name}`
}"""


# Returns a list with one number: how far the focused part is below the top of the page, in pixels. If the
# focus is outside the chapter, the list is empty.
_TOPS_OF_FOCUS = """() => {
  const part = document.activeElement
  const page = document.querySelector("[data-testid=stMain]")
  return part.closest('[class*="st-key-chapter-"]') ? [part.getBoundingClientRect().top + page.scrollTop] : []
}"""


@pytest.mark.parametrize(
    "chapter, width, height", [("neuron", 390, 844), ("way", 1280, 720), ("way", 390, 844)]
)
def test_every_stop_of_the_tab_key_has_a_ring_and_is_in_sight(open_in_window, chapter, width, height):
    page = open_in_window("quick", chapter, width, height)
    chromium.wait_for_network(page)
    page.locator(".st-key-inside-clear button").focus()
    faults, tops = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        chromium.wait_for_frames(page)
        found = page.evaluate(_FAULT_OF_FOCUS)
        if found in ("BODY", "MAIN"):
            break
        faults.append(found)
        tops += page.evaluate(_TOPS_OF_FOCUS)
    assert len(faults) >= 12
    assert [fault for fault in faults if fault] == []
    if chapter == "neuron":
        # The focus goes down the page. Parts in one row may begin at slightly different heights.
        assert all(top > above - 48 for above, top in itertools.pairwise(tops)), tops


# Returns the largest share of a tile's height or width that its mark takes.
_LARGEST_MARK = """
() => Math.max(...[...document.querySelectorAll(".grid .tile")].filter(tile => tile.textContent).map(tile => {
  const range = document.createRange()
  range.selectNodeContents(tile)
  const mark = parseFloat(getComputedStyle(tile).fontSize)
  return Math.max(mark / tile.clientHeight, range.getBoundingClientRect().width / tile.clientWidth)
}))
"""


# The buttons that choose the network, and the list that chooses the layer.
_CHOICES = (".st-key-neuron-tiles [role=radiogroup]", ".st-key-inside_layer")


def test_marks_fit_into_their_tiles_and_nothing_moves_when_the_network_changes(open_in_window):
    page = open_in_window("shipped", "neuron", 1280, 844)
    tops = {1280: set(), 820: set()}
    for button, num_grids in (("Chosen network", 12), ("One bit per pixel", 3)):
        page.get_by_role("radio", name=button).click()
        expect(page.locator(".grid")).to_have_count(num_grids)
        for width in (1280, 820, 390):
            page.set_viewport_size({"width": width, "height": 844})
            chromium.wait_for_frames(page)
            waiting.until(lambda: page.evaluate(_LARGEST_MARK) <= 1, f"the marks to fit at {width}")
            if width in tops:
                tops[width].add(tuple(page.locator(part).evaluate(TOP_ON_PAGE) for part in _CHOICES))
    assert {width: len(found) for width, found in tops.items()} == {1280: 1, 820: 1}, tops


@pytest.mark.parametrize("width, height", [(1280, 720), (820, 1180)])
def test_nothing_moves_while_a_training_is_shown(shared_page, width, height):
    # Early in the training, the answers to this digit name one, two or three candidates. Their length must
    # not move anything.
    page = shared_page("inside?step=learning&run=quick&digit=m18", width, height)
    page.get_by_role("slider").first.press("Home")
    page.wait_for_url(re.compile("epoch=b0(&|$)"))
    parts = (
        ".st-key-learning-answer .bars",
        ".st-key-learning-weights img",
        ".st-key-learning-accuracy svg.marks",
    )
    seen = set()
    names = list(moments(store.find("quick")))[:8]
    for name in names:
        if name != names[0]:
            page.get_by_role("slider").first.press("ArrowRight")
            page.wait_for_url(re.compile(f"epoch={name}(&|$)"))
        chromium.wait_until_complete(page)
        seen.add(tuple(page.locator(part).bounding_box()["y"] for part in parts))
    assert names[-1] == "3"
    assert len(seen) == 1


# For a moment, marks the answer beside a neuron as unsure, and then as that of a blind network, which gives
# the same answer to everything. Returns three values: the bar's colour while the answer is unsure, the app's
# colour for unsure answers, and the opacity of the bars while the network is blind.
_LOOKS_OF_DOUBT = """chapter => {
  const name = chapter.querySelector(".answer-name"), fill = chapter.querySelector(".bars .best .fill")
  const probe = fill.appendChild(document.createElement("i"))
  probe.style.color = "var(--wrong)"
  name.classList.add("unsure")
  const colours = [getComputedStyle(fill).backgroundColor, getComputedStyle(probe).color]
  name.classList.replace("unsure", "blind")
  const opacity = getComputedStyle(chapter.querySelector(".outcome .bars")).opacity
  name.classList.remove("blind")
  probe.remove()
  return [...colours, opacity]
}"""


def test_bars_beside_a_neuron_are_orange_if_unsure_and_pale_if_the_network_is_blind(open_in_window):
    neuron = open_in_window("shipped", "neuron").locator(".st-key-neuron")
    bar, wrong, opacity = neuron.evaluate(_LOOKS_OF_DOUBT)
    assert bar == wrong
    assert opacity == "0.75"
