"""In each chapter of the Inside page, what a visitor presses and what it changes are in sight together.

The picture of the whole network in chapter 3 also stays in its place.
"""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.support import chromium, waiting
from tests.support.inside_browser import TOP_ON_PAGE, open_chapter

pytestmark = pytest.mark.browser


def test_phone_shows_a_slider_and_its_effect_together(open_in_window):
    page = open_in_window("quick", "break", 390, 844)
    last = page.get_by_test_id("stSlider").last
    last.scroll_into_view_if_needed()
    for part in (
        last,
        page.locator(".st-key-break-figures .verdict"),
        page.locator(".st-key-break-figures img").first,
        page.locator(".st-key-break-figures img").last,
    ):
        expect(part).to_be_in_viewport(ratio=1)
    assert page.locator(".st-key-break-figures").bounding_box()["y"] >= 0


def test_learning_shows_weights_answer_and_curve_side_by_side(open_in_window):
    page = open_in_window("quick", "learning")
    curve = page.locator(".st-key-learning-accuracy svg.marks")
    parts = (
        page.locator(".st-key-learning-weights img"),
        page.locator(".st-key-learning-answer .bars"),
        curve,
    )
    for part in parts:
        expect(part).to_be_in_viewport(ratio=1)
    tops = [part.bounding_box()["y"] for part in parts]
    assert max(tops) - min(tops) <= 8
    _check_curve_is_as_high_as_the_weights(page)
    # The axis has room between 98 % and 99 %, and still reaches down to guessing.
    for label in ("50\u00a0%", "90\u00a0%", "98\u00a0%", "99\u00a0%", "guessing: 10 %"):
        expect(curve.get_by_text(label, exact=True)).to_be_visible()


def test_break_it_shows_slider_pictures_bars_and_figures_together(open_in_window):
    page = open_in_window("shipped", "break")
    pictures, bars = page.locator(".st-key-break-figures img"), page.locator(".st-key-break-figures .bar")
    for part in (
        page.locator(".st-key-inside_flips"),
        *pictures.all(),
        bars.first,
        bars.last,
        page.locator(".st-key-break-counts"),
    ):
        expect(part).to_be_in_viewport(ratio=1)
    # On a phone, the results stay in sight while the page scrolls (sticky). In a low window, such as a
    # phone's at a zoom of 200 %, they would cover the sliders, so there they scroll away.
    results = page.get_by_test_id("stColumn").filter(has=page.locator(".st-key-break-figures"))
    for height, position in ((844, "sticky"), (422, "static")):
        page.set_viewport_size({"width": 390, "height": height})
        expect(results).to_have_css("position", position)


@pytest.mark.parametrize("width, height", [(1920, 1080), (1280, 720)])
def test_neuron_shows_pictures_captions_weights_and_what_they_lead_to_together(open_in_window, width, height):
    page = open_in_window("shipped", "neuron", width, height)
    for part in (
        page.locator('[class*="st-key-neuron-input"]'),
        *_weights_and_what_they_lead_to(page),
        *page.locator(".st-key-chapter-neuron").get_by_test_id("stCaptionContainer").all()[:2],
    ):
        expect(part).to_be_in_viewport(ratio=1)
    if width == 1280:
        page.set_viewport_size({"width": 1024, "height": 768})
        for part in _weights_and_what_they_lead_to(page):
            expect(part).to_be_in_viewport(ratio=1)
        # The name of the layer is not cut off.
        layer = page.locator(".st-key-inside_layer input")
        assert layer.evaluate("input => input.scrollWidth - input.clientWidth") <= 0


def test_phone_shows_a_press_and_what_it_changes_together(open_in_window):
    page = open_in_window("shipped", "neuron", 390, 844)
    # The picture and the tiles are on the first screen.
    expect(page.locator('[class*="st-key-neuron-input"]')).to_be_in_viewport(ratio=1)
    expect(page.locator(".weights-of-neuron")).to_be_in_viewport(ratio=1)
    _check_in_sight_below_the_head(page, _weights_and_what_they_lead_to(page))
    open_chapter(page, "learning")
    parts = (".st-key-learning-play-button", ".then", ".st-key-learning-answer .bars")
    _check_in_sight_below_the_head(page, [page.locator(part) for part in parts])
    expect(page.locator(".st-key-learning-weights img")).to_be_in_viewport(ratio=0.5)


# Returns whether the page shows through in the last place of a picture of maps.
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
    """Returns the indices of the gaps between columns whose lines do not reach both columns."""
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
    page = open_live("way", run="shipped")
    maps, words = page.locator('[class*="st-key-way-maps-2"] button'), page.locator(".way-words")
    place = {"x": 20, "y": 20}
    maps.hover(position=place)
    expect(words).to_contain_text("bits agree")
    before = words.inner_text()
    page.get_by_role("combobox", name="Digit", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "digit=m0&" not in url and "digit=" in url)
    # The words may change more than once. Only those of the complete page count.
    chromium.wait_until_complete(page)
    chromium.wait_for_frames(page)
    expect(words).to_contain_text("bits agree")
    expect(words).not_to_have_text(before, use_inner_text=True)
    chosen = words.inner_text()
    page.mouse.move(0, 0)
    expect(words).not_to_contain_text("bits agree")
    maps.hover(position=place)
    expect(words).to_have_text(chosen, use_inner_text=True)


def _check_curve_is_as_high_as_the_weights(page):
    def is_as_high():
        boxes = [
            page.locator(f".st-key-learning-{part}").bounding_box()
            for part in ("weights img", "accuracy svg.marks")
        ]
        return abs(boxes[0]["height"] - boxes[1]["height"]) <= 0.1 * boxes[0]["height"]

    for width, height in ((1280, 720), (1920, 1080), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        waiting.until(is_as_high, f"the curve to be as high as the weights at {width} x {height}")


def _weights_and_what_they_lead_to(page):
    parts = (".weights-of-neuron", ".count", ".verdict", ".reads", ".bar >> nth=0", ".bar >> nth=9")
    return [page.locator(f".st-key-neuron {part}") for part in parts]


def _check_in_sight_below_the_head(page, parts):
    """Scrolls to the first part, and checks that all parts are in sight. The head stays above them."""
    parts[0].evaluate("part => part.scrollIntoView({ block: 'start', behavior: 'instant' })")
    for part in parts:
        expect(part).to_be_in_viewport(ratio=1)
    head = chromium.box(page, ".st-key-inside-contents")
    assert head["y"] + head["height"] <= parts[0].bounding_box()["y"]
