"""Chapter 3 of Inside in a browser: the picture of the whole network is in sight and stays in its place."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.support import chromium, waiting
from tests.support.inside_browser import TOP_ON_PAGE

pytestmark = pytest.mark.browser

# Whether the last place of a picture of cells shows no part of the picture.
_SHOWS_PAGE_IN_LAST_PLACE = """button => {
  button.scrollIntoView({ block: "end", behavior: "instant" })
  const { right, bottom } = button.getBoundingClientRect()
  return button.getRootNode().elementFromPoint(right - 5, bottom - 5) === button
}"""
# Where the lines of a path begin and end, from left to right.
_ENDS = """paths => paths.map(path => {
  const { left, right } = path.getBoundingClientRect()
  return [left, right]
})"""


def test_whole_network_is_in_sight_and_its_lines_end_at_the_maps(open_in_window):
    page = open_in_window("shipped", "way")
    # 1265 pixels are the width that a scrollbar leaves of 1280.
    for width, height in ((1280, 720), (1265, 720), (820, 1180)):
        page.set_viewport_size({"width": width, "height": height})
        chromium.wait_for_frames(page)
        picture = page.locator(".st-key-way-picture")
        assert picture.evaluate("part => part.scrollWidth - part.clientWidth") <= 0
        expect(page.get_by_text("Swipe the picture")).to_be_hidden()
        expect(page.locator('[class*="st-key-way-maps-7"] button')).to_be_in_viewport(ratio=1)
        waiting.until_equal(lambda: _wrong_ends(page), [], f"ends of lines that are beside a map at {width}")
    # On a tablet, the columns are higher: the maps of layer 1 are in 2 columns of 16, and not in 3 of 11.
    first_maps = page.locator('[class*="st-key-way-maps-1"] button')
    waiting.until(lambda: first_maps.bounding_box()["height"] > 500, "the higher columns")
    page.set_viewport_size({"width": 1280, "height": 720})
    waiting.until(lambda: first_maps.bounding_box()["height"] < 400, "the lower columns")
    # In 3 columns, 32 maps leave a place without a map. The page shows through there.
    assert first_maps.evaluate(_SHOWS_PAGE_IN_LAST_PLACE)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_text("Swipe the picture")).to_be_in_viewport(ratio=1)
    assert picture.evaluate("part => part.scrollWidth - part.clientWidth") > 0
    waiting.until_equal(lambda: _wrong_ends(page), [], "ends of lines that are beside a map on a phone")


def _wrong_ends(page):
    """Returns which spaces between two columns have lines that do not reach from one column to the other."""
    maps = [page.locator(f'[class*="st-key-way-maps-{number}"] button') for number in range(1, 8)]
    columns = [page.locator(".st-key-way-digit img"), *maps, page.locator(".st-key-way-answers .bars")]
    boxes = [column.bounding_box() for column in columns]
    lines = page.locator(".way-lines .all").evaluate_all(_ENDS)
    wanted = [(a["x"] + a["width"], b["x"]) for a, b in itertools.pairwise(boxes)]
    if len(lines) != len(wanted):
        return ["no lines"]
    far = [np.abs(np.subtract(one, other)).max() for one, other in zip(lines, wanted, strict=True)]
    return [number for number, distance in enumerate(far) if distance > 1.5]


@pytest.mark.parametrize("width, height", [(1920, 1080), (1280, 720), (820, 1180), (700, 720)])
def test_whole_network_does_not_move_while_the_pointer_does(open_in_window, width, height):
    page = open_in_window("shipped", "way", width, height)
    chromium.wait_for_network(page)
    picture, words = page.locator(".st-key-way-picture"), page.locator(".way-words .fed")
    tops = {picture.evaluate(TOP_ON_PAGE)}
    maps = page.locator('[class*="st-key-way-maps-"] button')
    for number in range(1, maps.count() + 1):
        maps.nth(number - 1).hover()
        expect(words).to_contain_text(f"of layer {number}")
        tops.add(picture.evaluate(TOP_ON_PAGE))
    assert len(tops) == 1


def test_lines_are_those_of_a_digit_that_is_chosen_while_the_mouse_rests_on_a_map(open_live):
    page = open_live("way")
    maps, words = page.locator('[class*="st-key-way-maps-2"] button'), page.locator(".way-words")
    place = {"x": 20, "y": 20}
    maps.hover(position=place)
    expect(words).to_contain_text("bits agree")
    before = words.inner_text()
    page.get_by_label("Digit", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "digit=m0&" not in url and "digit=" in url)
    expect(words).not_to_have_text(before, use_inner_text=True)
    chromium.wait_until_complete(page)
    chosen = words.inner_text()
    page.mouse.move(0, 0)
    expect(words).not_to_contain_text("bits agree")
    maps.hover(position=place)
    expect(words).to_have_text(chosen, use_inner_text=True)
