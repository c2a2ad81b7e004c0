"""Where the cards of the guided tour stand in the window, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from pages.shared import tour
from tests.support import chromium, fonts, looks, waiting
from tests.support.project import PROJECT

pytestmark = pytest.mark.browser

# What is wrong with the card, or null. The subject of the card must have a ring. The card must not cover the
# subject, the other parts that it speaks of (`answers`), the head of Inside or the focus. The first line of
# the card has at most `maxCharacters`. In a large window, all cards have the same place. Neither the head of
# Inside nor a card above the page cuts a paragraph.
_WHAT_IS_WRONG = """
([maxCharacters, selector, ...answers]) => {
  const subject = [...document.querySelectorAll(selector)].find(part => part.checkVisibility())
  const card = document.querySelector("#tour:not(.folded) section")
  if (!subject || !card) return subject ? "no card" : "no subject"
  const box = subject.getBoundingClientRect(), cardBox = card.getBoundingClientRect()
  const isBeside = ({ left, right, top, bottom }) =>
    right <= cardBox.left || left >= cardBox.right || bottom <= cardBox.top || top >= cardBox.bottom
  if (box.top < 0 || box.bottom > innerHeight) return `out of sight: ${box.top} to ${box.bottom}`
  const isInSight = cardBox.top >= 0 && cardBox.bottom <= innerHeight
    && cardBox.left >= 0 && cardBox.right <= innerWidth
  if (!isInSight) return "the card is cut off"
  if (!isBeside(box)) return "the card covers its subject"
  for (const answer of answers) {
    const part = [...document.querySelectorAll(answer)].find(part => part.checkVisibility())
    if (!part) return `no ${answer}`
    const partBox = part.getBoundingClientRect()
    const isPartCutOff = partBox.top < 0 || partBox.bottom > innerHeight
    if (isPartCutOff) return `${answer} out of sight: ${partBox.top} to ${partBox.bottom}`
    if (!isBeside(partBox)) return `the card covers ${answer}`
    const [x, y] = [(partBox.left + partBox.right) / 2, (partBox.top + partBox.bottom) / 2]
    const seen = document.elementFromPoint(x, y)
    if (!part.contains(seen) && !seen?.contains(part)) return `${answer} is covered by ${seen?.className}`
  }
  const head = document.querySelector(".st-key-inside-head")
  if (head && innerWidth > 1000 && !isBeside(head.getBoundingClientRect())) return "the card covers the head"
  const tour = document.getElementById("tour"), { dock } = tour.dataset
  if (innerWidth >= 1920 && dock !== "bottom wide") return `the card is at the ${dock}`
  const isHeadSticky = head && getComputedStyle(head.parentElement).position === "sticky"
  // Below this edge, neither the head nor a card above the page covers the page.
  const edge = dock === "top" ? tour.getBoundingClientRect().bottom
    : isHeadSticky ? head.parentElement.getBoundingClientRect().bottom : 0
  const isCut = ({ top, bottom }) => top < edge - 1 && bottom > edge + 2
  // Texts that are only for screen readers are in a container of one pixel.
  const containers = "[data-testid=stElementContainer], [data-testid=stWidgetLabel]"
  const paragraphs = [...document.querySelectorAll("[data-testid=stMain] p")]
    .filter(part => part.closest(containers)?.offsetHeight !== 1)
    .filter(part => !isHeadSticky || !head.contains(part))
  const cut = paragraphs.find(part => isCut(part.getBoundingClientRect()))
  if (innerHeight > 500 && cut) return `cut: ${cut.textContent}`
  const range = document.createRange(), words = card.querySelector("p").firstChild
  const isInFirstLine = i => {
    range.setStart(words, i)
    range.setEnd(words, i + 1)
    return range.getBoundingClientRect().top < card.querySelector("p").getBoundingClientRect().top + 12
  }
  const length = [...words.data].filter((_, i) => isInFirstLine(i)).length
  if (length > maxCharacters) return `a line of ${length} characters`
  if (getComputedStyle(subject).outlineStyle !== "solid") return "no ring"
  const focus = document.activeElement
  return card.contains(focus) || isBeside(focus.getBoundingClientRect()) ? null : "the card covers the focus"
}
"""

# The colours of the ring around the subject, and of the page around it.
_RING = """
selector => {
  const subject = [...document.querySelectorAll(selector)].find(part => part.checkVisibility())
  const app = document.querySelector("[data-testid=stApp]")
  return [getComputedStyle(subject).outlineColor, getComputedStyle(app).backgroundColor]
}
"""
# Switches off the timer that places the card again several times a second.
_NO_REPEATED_UPDATES = """
const repeat = setInterval
setInterval = (action, ms) => (action.name === "update" ? 1 : repeat(action, ms))
"""
# Turns the mouse wheel, after which the tour no longer scrolls the page. Puts the subject under the card, at
# the bottom of the window. The card moves only when it is placed again.
_MOVE_SUBJECT = """
dispatchEvent(new Event("wheel"))
document.querySelector(".st-key-pad").style = "position: fixed; bottom: 0"
"""
_PLACE = "document.getElementById('tour').dataset.dock"
# Moves the subject, lets the card move, and presses where the card stood. Presses again `moment` milliseconds
# later. Returns for each press whether the card is folded after it.
_PRESSES = f"""
moment => {{
  const tour = document.getElementById("tour"), {{ left, top }} = tour.getBoundingClientRect()
  const point = {{ clientX: left + 9, clientY: top + 9 }}
  {_MOVE_SUBJECT}
  dispatchEvent(new Event("scroll"))
  const now = performance.now()
  const isFolded = [0, moment].map(later => {{
    performance.now = () => now + later
    const event = new PointerEvent("pointerdown", {{ ...point, bubbles: true, composed: true }})
    document.elementFromPoint(left + 9, top + 9).dispatchEvent(event)
    return tour.classList.contains("folded")
  }})
  delete performance.now
  return isFolded
}}
"""
# The lowest allowed contrast of parts that are not text (https://www.w3.org/TR/WCAG21/#non-text-contrast).
_MIN_CONTRAST = 3


def _what_is_wrong(page, parts):
    return page.evaluate(_WHAT_IS_WRONG, [looks.MAX_CHARACTERS, *parts])


def _contrast_of_ring(page, selector):
    return looks.contrast(*page.evaluate(_RING, selector))


def test_every_card_stands_beside_its_subject_and_then_the_tour_ends(visitor):
    card = visitor.locator("#tour")
    assert fonts.fonts_of_the_machine(visitor, "#tour p") == set(), "a font that the app does not bring"
    paths, themes = [], ("light", "dark")
    for number in range(1, len(tour.CARDS) + 1):
        expect(card).to_contain_text(f"{number} of {len(tour.CARDS)}")
        path, *_ = shown = tour.CARDS[number - 1]
        visitor.wait_for_url(re.compile(rf"/{path}(\?|$)"))
        paths.append(path)
        chromium.wait_until_complete(visitor)
        for width, height in ((640, 360), (390, 844), (1280, 720), (1920, 1080)):
            # A laptop at a zoom of 200 % has a window of 640 x 360. There, only the subject must be in sight.
            parts = [shown.subject] if height < 500 else [shown.subject, *shown.answers]
            parts += shown.proofs if width == 1920 else []
            visitor.set_viewport_size({"width": width, "height": height})
            what = f"the fault of card {number} at {width} x {height}"
            waiting.until_equal(lambda p=parts: _what_is_wrong(visitor, p), None, what)
        for theme in themes:
            looks.change_theme(visitor, theme)
            contrast = _contrast_of_ring(visitor, shown.subject)
            assert contrast >= _MIN_CONTRAST, f"the ring of card {number} in the {theme} theme"
        # The next card is first seen in the theme in which this one was seen last.
        themes = themes[::-1]
        card.locator(".next").click()
    expect(card).to_have_count(0)
    assert set(paths) == {"", "train", "inside"}


def test_scrolls_back_if_all_is_in_sight_at_the_top_of_the_page(visitor):
    visitor.set_viewport_size({"width": 1280, "height": 720})
    place = visitor.get_by_test_id("stMain")
    waiting.until_equal(lambda: _what_is_wrong(visitor, [".st-key-pad"]), None, "the fault")
    # A tour that looks for its subject while the page is still loading can leave the page scrolled like this.
    assert place.evaluate("page => (page.scrollTop = 30)") == 30
    waiting.until_equal(lambda: place.evaluate("page => page.scrollTop"), 0, "how far the page is scrolled")


def test_low_window_shows_the_words_of_a_card_on_request(visitor):
    chromium.resize(visitor, 640, 360)
    card = visitor.locator("#tour")
    words, more = card.locator("p"), card.locator(".more")

    def has_height(part, least, most):
        return (box := part.bounding_box()) and least <= box["height"] <= most

    waiting.until(lambda: has_height(card, 1, 56), "the low card")
    waiting.until(lambda: has_height(words, 0, 1), "the words to be hidden")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    waiting.until(lambda: has_height(words, 20, 360), "the words to be shown")
    card.locator(".next").click()
    expect(card).to_contain_text("2 of")
    waiting.until(lambda: has_height(words, 0, 1), "the words of the second card to be hidden")


def test_press_where_the_card_has_just_stood_does_not_fold_it(visitor):
    assert visitor.evaluate(_PLACE) == "bottom"
    assert visitor.evaluate(_PRESSES, 600) == [False, True]


def test_card_moves_as_soon_as_the_page_changes(visitor):
    visitor.add_init_script(_NO_REPEATED_UPDATES)
    chromium.reload(visitor)
    # Any change of the page moves the card, so its place is read before anything else can happen.
    assert visitor.evaluate(f"() => {{ {_MOVE_SUBJECT}; return {_PLACE} }}") == "bottom"
    visitor.evaluate("document.querySelector('[data-testid=stMain]').append('')")
    visitor.wait_for_function(f"{_PLACE} === 'top'")


def test_page_that_scrolls_less_far_to_spare_a_text_cuts_no_other_text(browser):
    # The page should scroll by 50 pixels. The edge at y = 100 would then cut the first text. If the page
    # scrolls by only 40, the edge cuts the second text instead. If it scrolls by 20, the edge cuts neither.
    texts = "".join(
        f'<p style="position: absolute; margin: 0; top: {top}px; height: {height}px">text</p>'
        for top, height in ((140, 30), (120, 25))
    )
    page = chromium.new_page(browser)
    page.set_content(f'<div data-testid="stMain">{texts}</div>')
    for name in ("tour_place.js", "tour_scroll.js"):
        page.add_script_tag(path=PROJECT / "pages" / "shared" / name)
    assert page.evaluate("withoutCuts(50, 0, 60, 100)") == 20
    page.context.close()
