"""The guided tour in a browser."""

import re

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from bnn.runs.labels import run_label
from pages.shared import tour
from tests.support import chromium, drawing_hand, tours, waiting
from tests.support.fingers import Fingers

pytestmark = pytest.mark.browser

# Whether the tour covers any of nine points of a part: its corners, the middles of its edges, its centre.
_LIES_UNDER_THE_TOUR = """
part => {
  const { left, right, top, bottom } = part.getBoundingClientRect()
  const across = [left + 1, (left + right) / 2, right - 1], down = [top + 1, (top + bottom) / 2, bottom - 1]
  return across.some(x => down.some(y => document.elementFromPoint(x, y)?.closest("#tour")))
}
"""
# Replaces the address of every link with "#". Links that appear later, or get their address again, are
# changed before anybody can click on them.
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


@pytest.fixture
def toured(shared_page):
    """The Draw page in a window as large as a phone's. The tour was just started there by its button.

    Tests share the page, so they must not draw on it, change its links or turn the tour off for good.
    """
    page = shared_page(width=390, height=844, tour="on")
    # A former test may have left the tour on.
    page.locator("#tour .leave").evaluate_all("buttons => buttons.forEach(button => button.click())")
    page.locator("#tour-start").click()
    expect(page.locator("#tour section")).to_contain_text("1 of")
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    chromium.wait_until_complete(page)
    return page


class TestTour:
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
            # The tour moves its card and the page several times a second.
            place = visitor.locator(part)
            waiting.until(lambda place=place: not place.evaluate(_LIES_UNDER_THE_TOUR), f"{part} to be free")
        # The tour has scrolled the page down, so that its card did not cover the answer.
        main = visitor.get_by_test_id("stMain")
        waiting.until(lambda: main.evaluate("page => page.scrollTop") > 40, "the page to be scrolled")
        expect(visitor.locator("#tour .chip")).to_be_in_viewport(ratio=1)
        visitor.set_viewport_size({"width": 1280, "height": 720})
        last_sample = visitor.locator(".st-key-sample-9 button")
        waiting.until(lambda: not last_sample.evaluate(_LIES_UNDER_THE_TOUR), "the samples to be free")

    def test_stays_folded_until_it_is_unfolded(self, toured):
        card, chip = toured.locator("#tour section"), toured.locator("#tour .chip")

        def press_margin():
            # At the left edge, half way down: beside the canvas, and never under the card.
            toured.mouse.click(4, 422)
            return card.is_hidden()

        # A press where the card has just stood does not fold it, so one press may not be enough.
        waiting.until(press_margin, "the card to fold")
        chromium.reload(toured)
        expect(chip).to_have_text(f"Tour 1 of {len(tour.CARDS)}")
        expect(card).to_be_hidden()
        chip.press("Enter")
        expect(card).to_be_visible()
        expect(chip).to_be_hidden()
        chromium.reload(toured)
        expect(card).to_be_visible()

    def test_finger_that_scrolls_the_page_does_not_fold_it(self, open_page):
        phone = open_page(width=390, height=844, tour="on", has_touch=True, is_mobile=True)
        phone.locator("#tour section").wait_for()
        phone.evaluate(tours.CARD_AT_REST)
        main = phone.get_by_test_id("stMain")
        card, before = phone.locator("#tour section"), main.evaluate("main => main.scrollTop")
        # Beside the canvas, and never under the card.
        Fingers(phone).draw(1, [(4, 422 - 10 * k) for k in range(15)])
        waiting.until(lambda: main.evaluate("main => main.scrollTop") > before + 40, "the page to scroll")
        expect(card).to_be_visible()

        def tap_margin():
            phone.touchscreen.tap(4, 422)
            return card.is_hidden()

        waiting.until(tap_margin, "the card to fold")

    def test_card_is_hidden_on_a_page_that_it_does_not_describe(self, toured):
        toured.locator(".st-key-links").get_by_role("link", name="Evaluate").press("Enter")
        expect(toured.locator("#tour section")).to_be_hidden()
        toured.locator("#tour .chip").click()
        expect(toured.get_by_role("heading", name="Draw a digit")).to_be_visible()
        expect(toured.locator("#tour section")).to_be_visible()

    def test_skips_pages_that_no_link_leads_to(self, visitor):
        visitor.evaluate(_LEAD_NOWHERE)
        for _ in range(sum(card.path == tour.CARDS[0].path for card in tour.CARDS)):
            visitor.locator("#tour .next").click()
        expect(visitor.locator("#tour")).to_have_count(0)

    def test_escape_that_closes_a_list_does_not_end_the_tour(self, toured):
        box = toured.get_by_role("combobox", name="Which network answers")

        def is_list_open():
            # Sometimes, the first press just focuses the box. Further presses move within the open list.
            box.press("ArrowDown")
            return toured.get_by_role("listbox").is_visible()

        waiting.until(is_list_open, "the list of networks")
        expect(toured.get_by_role("listbox")).to_be_visible()
        toured.keyboard.press("Escape")
        expect(toured.get_by_role("listbox")).to_have_count(0)
        expect(toured.locator("#tour section")).to_be_visible()
        toured.keyboard.press("Escape")
        expect(toured.locator("#tour")).to_have_count(0)

    def test_stays_closed_after_leave_until_the_keyboard_starts_it_on_any_page(self, visitor, server):
        visitor.locator("#tour").get_by_role("button", name="Leave").click()
        expect(visitor.locator("#tour")).to_have_count(0)
        chromium.reload(visitor)
        # The page has either a card of the tour or this button.
        expect(visitor.locator("#tour-start")).to_be_visible()
        expect(visitor.locator("#tour")).to_have_count(0)
        # On any page, the keyboard can start it again: the button is one of the first three stops of Tab.
        for path, width in (("teach", 390), ("audience", 1280)):
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

    def test_starts_again_at_the_press_of_a_button(self, toured):
        toured.keyboard.press("Escape")
        expect(toured.locator("#tour")).to_have_count(0)
        for _ in range(2):
            toured.locator(".st-key-links").get_by_role("link", name="Inside").click()
            expect(toured.get_by_role("heading", name="Inside")).to_be_visible()
            toured.locator("#tour-start").click()
            expect(toured.locator("#tour section")).to_be_visible()
            expect(toured.locator("#tour section")).to_contain_text("1 of")
            expect(toured.get_by_role("heading", name="Draw a digit")).to_be_visible()
            # The button appears only when the tour is off.
            toured.keyboard.press("Escape")
            expect(toured.locator("#tour")).to_have_count(0)

    def test_does_not_start_where_the_address_turns_it_off(self, visitor, server):
        chromium.visit(visitor, f"{server.url}/?tour=off")
        # When the tour ends, it removes the number of the card that was shown.
        visitor.wait_for_function("sessionStorage.getItem('one-bit-lab-tour-card') === null")
        expect(visitor.locator("#tour")).to_have_count(0)
        # The browser tab remembers `tour=off`, although links within the app do not contain it.
        chromium.visit(visitor, f"{server.url}/train")
        visitor.wait_for_function("document.getElementById('tour-style') !== null")
        expect(visitor.locator("#tour, #tour-start")).to_have_count(0)


_OLD_SAFARI = "delete Element.prototype.checkVisibility"
_NO_STORAGE = """for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(window, name, {
  get() { throw new DOMException("Access is denied", "SecurityError") },
})"""


@pytest.mark.parametrize("script", [_OLD_SAFARI, _NO_STORAGE], ids=["old Safari", "no storage"])
def test_tour_leads_on_in_browsers_that_lack_something(open_page, script):
    page = open_page(tour="on", prepare=lambda page: page.add_init_script(script))
    expect(page.locator("#tour section")).to_contain_text("1 of")
    expect(page.locator("#tour")).to_have_attribute("data-dock", re.compile(".+"))
    page.locator("#tour .next").click()
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    expect(page.locator("#tour section")).to_contain_text("2 of")
