"""The head of the Inside page is the same in every chapter, and stays in sight in small windows."""

import re

import pytest
from playwright.sync_api import expect

from pages.inside.chapters import CHAPTERS
from tests.support import chromium, touch, waiting
from tests.support.inside_browser import open_chapter

pytestmark = pytest.mark.browser

HEAD = [f".st-key-inside-{name}" for name in ("pad", "network", "digit", "clear", "contents")]


@pytest.mark.parametrize("is_touch", [False, True])
def test_head_is_the_same_in_every_chapter_and_fingers_can_press_everything(shared_page, is_touch):
    windows = [window for window in chromium.WINDOWS if (window[0] < 1000) == is_touch]
    options = {"has_touch": True, "is_mobile": True} if is_touch else {}
    page = shared_page("inside?run=shipped&digit=m0", *windows[-1], **options)
    seen = {width: set() for width, _ in windows}
    for chapter in CHAPTERS:
        # On a phone, the strip of chapters scrolls when a chapter is opened.
        page.set_viewport_size({"width": windows[-1][0], "height": windows[-1][1]})
        open_chapter(page, chapter)
        for width, height in reversed(windows):
            chromium.resize(page, width, height)
            seen[width].add(_check_head(page, chapter, width, height))
            if is_touch:
                touch.check_targets(page)
            _check_rows(page, width)
    assert {width: len(heads) for width, heads in seen.items()} == dict.fromkeys(seen, 1), seen


def _check_head(page, chapter, width, height):
    """Returns x, y and width of each part of the head, in pixels. y is counted from the top of the head."""
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    chromium.wait_for_frames(page)
    boxes = [page.locator(part).bounding_box() for part in HEAD]
    if width < 800:
        _check_that_head_is_low_and_stays_in_sight(page, chapter, height, boxes)
    return tuple((box["x"], box["y"] - boxes[0]["y"], box["width"]) for box in boxes)


def _check_that_head_is_low_and_stays_in_sight(page, chapter, height, boxes):
    # The strip of chapters has been scrolled sideways, so that the open chapter is in sight.
    expect(page.locator(".st-key-inside-contents [aria-checked=true]")).to_be_in_viewport(ratio=1)
    top, bottom = min(box["y"] for box in boxes), max(box["y"] + box["height"] for box in boxes)
    assert bottom - top <= height / 5
    if chapter == "break":
        # In this chapter, the results stay in sight instead of the head.
        return
    page.locator("[data-testid=stMain]").evaluate("part => part.scrollBy(0, 500)")
    chromium.wait_for_frames(page)
    for part in HEAD:
        expect(page.locator(part)).to_be_in_viewport(ratio=1)


def _check_rows(page, width):
    """In wide windows, the chapters are in one row with the boxes and Clear. On a tablet, they are below."""
    if width < 800:
        return
    controls = [
        ".st-key-inside-clear button",
        *(f".st-key-inside-{name} [role=group]" for name in ("network", "digit")),
    ]
    chapters = chromium.box(page, ".st-key-inside-contents [role=radiogroup]")
    boxes = [chromium.box(page, part) for part in controls] + [chapters] * (width >= 1280)
    assert max(box["y"] for box in boxes) - min(box["y"] for box in boxes) <= 1
    field = chromium.box(page, ".st-key-inside-pad")
    bottom = max(field["y"] + field["height"], chapters["y"] + chapters["height"])
    assert bottom - field["y"] <= {1920: 120, 1280: 96}.get(width, 154)
    for name in ("network", "digit"):
        box = page.locator(f".st-key-inside-{name} input")
        assert box.evaluate("input => input.scrollWidth - input.clientWidth") <= 0


def test_head_and_verdict_are_in_sight_in_a_low_window(open_in_window):
    page = open_in_window("shipped", "neuron")
    expect(page.locator(".st-key-neuron .verdict")).to_be_in_viewport(ratio=0.5)
    picture = '[class*="st-key-neuron-input"]'
    before = chromium.box(page, picture)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    chromium.wait_for_frames(page)
    # The upper part of the picture, which was below the head, is now behind it.
    head, after = chromium.box(page, ".st-key-inside-contents"), chromium.box(page, picture)
    assert after["y"] < head["y"] < head["y"] + head["height"] <= before["y"]
    assert after["y"] < 16
    for part in ("inside-contents", "inside-network", "inside-digit", "inside-pad", "inside-clear"):
        expect(page.locator(f".st-key-{part}")).to_be_in_viewport(ratio=1)


def test_box_of_the_network_is_named_as_in_the_chapter(open_in_window):
    page = open_in_window("shipped", "neuron")
    label = page.locator(".st-key-inside-network [data-testid=stWidgetLabel] p")

    def has(words):
        return words in label.evaluate("p => getComputedStyle(p, '::after').content")

    page.get_by_role("radio", name="Chosen network").click()
    waiting.until(lambda: has("none"), "no words in the head")
    page.get_by_role("radio", name="One bit per pixel").click()
    waiting.until(lambda: has("Chosen network"), "the words in the head")


def test_strip_of_chapters_fades_where_there_is_more_of_it(shared_page):
    page = shared_page("inside?run=shipped&digit=m0", 390, 844)
    strip = page.locator(".st-key-inside-contents [role=radiogroup]")
    for chapter, fades in (("bits", "to left"), ("way", "to left"), ("why", "to right")):
        strip.get_by_role("radio").nth(list(CHAPTERS).index(chapter)).click()
        chromium.wait_until_complete(page)
        # The gradient begins with the colour of a faded edge. In the chapter "way", both edges are faded.
        last = r"rgb\(0, 0, 0\)" if chapter != "way" else r"rgba\(0, 0, 0, 0.15\)"
        expect(strip).to_have_css(
            "mask-image", re.compile(rf"linear-gradient\({fades}, rgba\(0, 0, 0, 0.15\).*{last}[^,]*\)$")
        )


def test_chapter_opens_at_the_first_press_after_another_chapter_had_the_focus(shared_page):
    page = shared_page("inside?run=shipped&digit=m0", 390, 844)
    strip = page.locator(".st-key-inside-contents [role=radiogroup]")
    strip.get_by_role("radio", name=CHAPTERS["neuron"].title).focus()
    page.locator(".st-key-inside-clear button").focus()
    strip.evaluate("strip => strip.scrollTo(strip.scrollWidth, 0)")
    open_chapter(page, "break")


def test_hidden_navigation_shows_no_links_to_other_pages_and_names_the_chapter(open_page):
    page = open_page("inside?nav=off&step=neuron", 1280, 600)
    expect(page.get_by_text("white is +1")).to_be_visible()
    expect(page.get_by_role("link", name="Evaluate")).to_have_count(0)
    name = page.get_by_role("heading", name=CHAPTERS["neuron"].title)
    assert name.bounding_box()["height"] > 20
    expect(name).to_be_in_viewport(ratio=1)
    # A tall window has room for the title of the page.
    page.set_viewport_size({"width": 1280, "height": 1000})
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_in_viewport(ratio=1)
    box = page.get_by_test_id("stElementContainer").filter(has=name)
    waiting.until(lambda: box.bounding_box()["height"] <= 1, "the name to be hidden")
