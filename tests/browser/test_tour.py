"""The guided tour in a browser."""

import re

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from bnn.runs.labels import run_label
from pages.shared import tour
from tests.support import chromium, drawing_hand, fonts, looks, waiting

pytestmark = pytest.mark.browser

# Whether the tour covers any of nine points of a part: its corners, the middles of its edges, its centre.
_LIES_UNDER_THE_TOUR = """
part => {
  const { left, right, top, bottom } = part.getBoundingClientRect()
  const across = [left + 1, (left + right) / 2, right - 1], down = [top + 1, (top + bottom) / 2, bottom - 1]
  return across.some(x => down.some(y => document.elementFromPoint(x, y)?.closest("#tour")))
}
"""
# Links that appear later, or get their address again, are changed before anybody can click on them.
_LEAD_NOWHERE = """
() => {
  const links = "a[href]:not([href='#'])"
  const change = () => document.querySelectorAll(links).forEach(link => (link.href = "#"))
  const changes = { subtree: true, childList: true, attributeFilter: ["href"] }
  new MutationObserver(change).observe(document, changes)
  change()
}
"""
# The id of the element that has the focus, and how it is outlined.
_FOCUS = "({ [document.activeElement.id]: getComputedStyle(document.activeElement).outlineStyle })"


# What is wrong with the card, or null. It rings its subject, and covers neither it, nor what answers to it,
# nor the head of Inside, nor the focus. Its lines have at most 80 characters.
_WHAT_IS_WRONG = """
([selector, ...answers]) => {
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
  const range = document.createRange(), words = card.querySelector("p").firstChild
  const isInFirstLine = i => {
    range.setStart(words, i)
    range.setEnd(words, i + 1)
    return range.getBoundingClientRect().top < card.querySelector("p").getBoundingClientRect().top + 12
  }
  const length = [...words.data].filter((_, i) => isInFirstLine(i)).length
  if (length > 80) return `a line of ${length} characters`
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
# The lowest contrast of what is not text (https://www.w3.org/TR/WCAG21/#non-text-contrast).
_MIN_CONTRAST = 3


def _contrast_of_ring(page, selector):
    return looks.contrast(*page.evaluate(_RING, selector))


class TestTour:
    @pytest.fixture
    def visitor(self, open_page):
        """The app on a phone, on a visitor's first visit."""
        page = open_page(width=390, height=844, tour="on")
        page.locator("#tour section").wait_for()
        return page

    def test_visits_every_page_beside_what_it_speaks_of_and_ends(self, visitor):
        card = visitor.locator("#tour")
        assert fonts.fonts_of_the_machine(visitor, "#tour p") == set(), "a font that the app does not bring"
        paths = []
        for number in range(1, len(tour.CARDS) + 1):
            expect(card).to_contain_text(f"{number} of {len(tour.CARDS)}")
            path, *_ = shown = tour.CARDS[number - 1]
            parts = [shown.subject, *shown.answers]
            visitor.wait_for_url(re.compile(rf"/{path}(\?|$)"))
            paths.append(path)
            chromium.wait_until_complete(visitor)
            for width, height in ((390, 844), (1280, 720), (1920, 1080)):
                visitor.set_viewport_size({"width": width, "height": height})
                what = f"the fault of card {number} at {width} x {height}"
                waiting.until_equal(lambda p=parts: visitor.evaluate(_WHAT_IS_WRONG, p), None, what)
            for theme in ("dark", "light"):
                looks.change_theme(visitor, theme)
                contrast = _contrast_of_ring(visitor, shown.subject)
                assert contrast >= _MIN_CONTRAST, f"the ring of card {number} in the {theme} theme"
            card.locator(".next").click()
        expect(card).to_have_count(0)
        assert set(paths) == {"", "train", "inside", "evaluate"}

    def test_opens_the_chapter_of_each_card_and_keeps_the_drawing(self, visitor):
        drawing_hand.draw(visitor, 3)
        drawing_hand.wait_for_server(visitor)
        visitor.locator("#tour .chip").click()
        for number, card in enumerate(tour.CARDS, 1):
            expect(visitor.locator("#tour section")).to_contain_text(f"{number} of")
            expect(visitor.locator("#tour section")).to_be_visible()
            if chapter := card.chapter:
                visitor.wait_for_url(re.compile(rf"inside\?.*step={chapter}&.*digit=z"))
                # The address has the visitor's own network, so that a reload does not choose the card's.
                visitor.wait_for_url(re.compile(rf"[?&]run={store.DEFAULT_RUN}(&|$)"))
                shown = run_label(store.find(card.run or store.DEFAULT_RUN))
                expect(visitor.get_by_role("combobox", name="Network", exact=True)).to_have_value(shown)
            chromium.wait_until_complete(visitor)
            visitor.locator("#tour .next").click()

    def test_folds_when_the_visitor_presses_elsewhere(self, visitor):
        drawing_hand.draw(visitor, 3)
        expect(visitor.locator(".st-key-answer .digit")).to_have_text("3")
        drawing_hand.wait_for_server(visitor)
        for part in (
            ".answer .digit",
            ".answer .words >> nth=1",
            ".bars .bar >> nth=9",
            ".st-key-clear button",
        ):
            assert not visitor.locator(part).evaluate(_LIES_UNDER_THE_TOUR), part
        visitor.set_viewport_size({"width": 1280, "height": 720})
        last_sample = visitor.locator(".st-key-sample-9 button")
        waiting.until(lambda: not last_sample.evaluate(_LIES_UNDER_THE_TOUR), "the samples to be free")

    def test_stays_folded_until_it_is_unfolded(self, visitor):
        card, chip = visitor.locator("#tour section"), visitor.locator("#tour .chip")
        visitor.locator("h1").click()
        chromium.reload(visitor)
        expect(chip).to_have_text(f"Tour 1 of {len(tour.CARDS)}")
        expect(card).to_be_hidden()
        chip.press("Enter")
        expect(card).to_be_visible()
        expect(chip).to_be_hidden()
        chromium.reload(visitor)
        expect(card).to_be_visible()

    def test_card_is_hidden_on_a_page_that_it_does_not_describe(self, visitor):
        visitor.locator(".st-key-links").get_by_role("link", name="Evaluate").press("Enter")
        expect(visitor.locator("#tour section")).to_be_hidden()
        visitor.locator("#tour .chip").click()
        expect(visitor.get_by_role("heading", name="Draw a digit")).to_be_visible()
        expect(visitor.locator("#tour section")).to_be_visible()

    def test_skips_pages_that_no_link_leads_to(self, visitor):
        visitor.evaluate(_LEAD_NOWHERE)
        for _ in range(sum(card.path == tour.CARDS[0].path for card in tour.CARDS)):
            visitor.locator("#tour .next").click()
        expect(visitor.locator("#tour")).to_have_count(0)

    def test_escape_that_closes_a_list_does_not_end_the_tour(self, visitor):
        box = visitor.get_by_role("combobox", name="Which network answers")

        def is_list_open():
            # The first press may only give the box the focus. Further presses move within the open list.
            box.press("ArrowDown")
            return visitor.get_by_role("listbox").is_visible()

        waiting.until(is_list_open, "the list of networks")
        expect(visitor.get_by_role("listbox")).to_be_visible()
        visitor.keyboard.press("Escape")
        expect(visitor.get_by_role("listbox")).to_have_count(0)
        expect(visitor.locator("#tour section")).to_be_visible()
        visitor.keyboard.press("Escape")
        expect(visitor.locator("#tour")).to_have_count(0)

    def test_comes_back_after_leave_only_when_it_is_started_by_key_on_any_page(self, visitor, server):
        visitor.locator("#tour").get_by_role("button", name="Leave").click()
        expect(visitor.locator("#tour")).to_have_count(0)
        chromium.reload(visitor)
        # The tour shows either a card or this button.
        expect(visitor.locator("#tour-start")).to_be_visible()
        expect(visitor.locator("#tour")).to_have_count(0)
        # It can be started again from any page, without a mouse: within the first three stops of the Tab key.
        for path, width in (("teach", 390), ("evaluate", 1280)):
            visitor.set_viewport_size({"width": width, "height": 844})
            chromium.visit(visitor, f"{server.url}/{path}")
            expect(visitor.locator("#tour-start")).to_be_visible()
            outlines = {}
            for _ in range(3):
                visitor.keyboard.press("Tab")
                outlines |= visitor.evaluate(_FOCUS)
            assert outlines.get("tour-start") == "solid"
        visitor.locator("#tour-start").press("Enter")
        expect(visitor.locator("#tour section")).to_contain_text("1 of")
        expect(visitor.get_by_role("heading", name="Draw a digit")).to_be_visible()
        expect(visitor.locator("#tour-start")).to_have_count(0)

    def test_starts_again_at_the_press_of_a_button(self, visitor, server):
        visitor.keyboard.press("Escape")
        expect(visitor.locator("#tour")).to_have_count(0)
        for _ in range(2):
            visitor.locator(".st-key-links").get_by_role("link", name="Inside").click()
            expect(visitor.get_by_role("heading", name="Inside")).to_be_visible()
            visitor.locator("#tour-start").click()
            expect(visitor.locator("#tour section")).to_be_visible()
            expect(visitor.locator("#tour section")).to_contain_text("1 of")
            expect(visitor.get_by_role("heading", name="Draw a digit")).to_be_visible()
            # While the tour is on, no button starts it.
            visitor.keyboard.press("Escape")
            expect(visitor.locator("#tour")).to_have_count(0)

    def test_does_not_start_where_the_address_turns_it_off(self, visitor, server):
        chromium.visit(visitor, f"{server.url}/?tour=off")
        # The number of the card that was shown: the tour removes it when it ends.
        visitor.wait_for_function("sessionStorage.getItem('one-bit-lab-tour-card') === null")
        expect(visitor.locator("#tour")).to_have_count(0)
        # The tab keeps this, although links within the app lose it.
        chromium.visit(visitor, f"{server.url}/train")
        visitor.wait_for_function("document.getElementById('tour-style') !== null")
        expect(visitor.locator("#tour, #tour-start")).to_have_count(0)
