"""The Inside page in a browser: choosing a place or a neuron, playing an animation, and opening a link."""

import re

import pytest
from playwright.sync_api import expect

from bnn.engine import file
from bnn.runs import store
from pages.inside.chapters import CHAPTERS
from tests.support import chromium, drawing_hand, waiting
from tests.support.inside_browser import open_chapter

pytestmark = pytest.mark.browser

NEURON = "inside?step=neuron&run=quick&digit=m0&layer=1&filter=5&row=10&column=12"


def _place(page):
    """Return the row and the column in the page's address."""
    found = re.findall(r"[?&](row|column)=(\d+)", page.url)
    return {name: int(number) for name, number in found}


def _expect_place(page, row, column):
    page.wait_for_url(re.compile(rf"row={row}&column={column}(&|$)"))
    expect(
        page.locator(".st-key-neuron-input, .stMain").get_by_text(f"row {row}, column {column}").first
    ).to_be_visible()


def test_link_a_click_and_arrow_keys_choose_the_place(open_page):
    page = open_page(NEURON)
    _expect_place(page, 10, 12)
    expect(page.get_by_label("Neuron", exact=True)).to_have_value("5")
    _check_arrow_keys(page)
    _check_quick_keys(page)
    _check_click_on_the_digit(page)


def _check_click_on_the_digit(page):
    picture = page.locator('[class*="st-key-neuron-input"] button')
    box = picture.bounding_box()
    # The middle of a pixel: column 21 and row 6 of 28, counted from 1. Unlike `page.mouse`, `click` waits
    # until the picture stays in its place.
    picture.click(position={"x": 20.5 / 28 * box["width"], "y": 5.5 / 28 * box["height"]})
    _expect_place(page, 6, 21)


def _check_arrow_keys(page):
    """The keys move the place, and the picture keeps the focus."""
    picture = page.locator('[class*="st-key-neuron-map"] button')
    picture.focus()
    for key, row, column in (("ArrowRight", 10, 13), ("ArrowDown", 11, 13), ("ArrowLeft", 11, 12)):
        page.keyboard.press(key)
        _expect_place(page, row, column)


def test_play_goes_along_the_row_and_stops_at_its_end(open_page):
    page = open_page(NEURON.replace("column=12", "column=25"))
    play = page.locator(".st-key-neuron-play-button button")
    play.click()
    _expect_place(page, 10, 28)
    expect(play).to_have_text(re.compile("Play"))
    chromium.wait_until_complete(page)
    assert _place(page) == {"row": 10, "column": 28}


def test_pause_stops_at_once(open_page):
    page = open_page(NEURON.replace("column=12", "column=1"))
    play = page.locator(".st-key-neuron-play-button button")
    play.click()
    # Pressed by the page itself: on a busy machine, Play could be at the end of the row before a click.
    page.wait_for_function(
        """() => {
          const isThere = new URL(location).searchParams.get("column") >= 3
          if (isThere) document.querySelector(".st-key-neuron-play-button button").click()
          return isThere
        }"""
    )
    expect(play).to_have_text(re.compile("Play"))
    chromium.wait_until_complete(page)
    column = _place(page)["column"]
    # There is no event to wait for: nothing must happen.
    page.wait_for_timeout(1500)
    assert _place(page)["column"] == column


def test_back_opens_the_chapters_of_before_and_then_leaves_the_page(open_page):
    page = open_page()
    page.get_by_role("link", name="Inside").first.click()
    page.wait_for_url(re.compile("inside.*step=bits"))
    chromium.wait_until_complete(page)
    for step in ("neuron", "break", "neuron"):
        open_chapter(page, step)
    page.locator(".st-key-neuron-forward button").click()
    page.wait_for_url(re.compile("column=15"))
    chromium.wait_until_complete(page)
    for step in ("break", "neuron", "bits"):
        page.go_back()
        page.wait_for_url(re.compile(f"step={step}"))
        expect(page.get_by_role("radio", name=CHAPTERS[step].title)).to_be_checked()
        chromium.wait_until_complete(page)
    page.go_forward()
    page.wait_for_url(re.compile("step=neuron"))
    chromium.reload(page)
    _expect_place(page, 12, 14)
    page.go_back()
    expect(page.get_by_role("radio", name=CHAPTERS["bits"].title)).to_be_checked()
    page.go_back()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    page.go_forward()
    page.wait_for_url(re.compile("step=bits"))


# A key pressed as often and as fast as a person may press it.
NUM_PRESSES, BETWEEN_PRESSES_MS = 6, 120


def _press_quickly(page, key):
    for _ in range(NUM_PRESSES):
        page.keyboard.press(key)
        page.wait_for_timeout(BETWEEN_PRESSES_MS)


def _check_quick_keys(page):
    """Quick presses on a picture all count."""
    page.locator('[class*="st-key-neuron-map"] button').focus()
    _press_quickly(page, "ArrowRight")
    _expect_place(page, 11, 12 + NUM_PRESSES)


@pytest.mark.parametrize(
    "link, start",
    [("step=learning&run=best&digit=m0&epoch=2", 2), ("step=bits&run=quick&digit=m0&white=128", 128)],
)
def test_quick_key_presses_on_a_slider_all_count(open_page, link, start):
    page = open_page(f"inside?{link}")
    slider = page.get_by_role("slider")
    slider.focus()
    _press_quickly(page, "ArrowRight")
    page.wait_for_url(re.compile(f"(epoch|white)={start + NUM_PRESSES}(&|$)"))
    # One more press, after all answers have come: the slider must not have gone back to an earlier value.
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(f"(epoch|white)={start + NUM_PRESSES + 1}(&|$)"))


def test_drawing_comes_along_from_the_draw_page(open_page):
    page = open_page()
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.draw(page, 3)
    expect(page.locator(".st-key-answer .digit")).to_have_text("3")
    drawing_hand.wait_for_server(page)
    page.get_by_role("link", name="Inside").first.click()
    expect(page.locator("body")).to_contain_text("it reads 3")
    page.wait_for_url(re.compile("digit=z"))


def test_click_and_enter_on_maps_open_a_neuron(open_page):
    page = open_page("inside?step=way&run=quick&digit=m0")
    maps = page.locator('[class*="st-key-way-maps-1"] button')
    maps.scroll_into_view_if_needed()
    box = maps.bounding_box()
    # The 32 maps stand in six columns and six rows: the third map of the second row is filter 9.
    maps.click(position={"x": 2.5 / 6 * box["width"], "y": 1.5 / 6 * box["height"]})
    # Two pixels lie between the maps. Places are counted from 1; after pooling, a pixel is several places.
    layer = file.load(store.find("quick").model_path).layers[0]
    side = layer.output_side
    pixels = (int((share * (2 + 6 * (side + 2)) - 2) % (side + 2)) for share in (1.5 / 6, 2.5 / 6))
    row, column = (pixel * layer.pool + 1 for pixel in pixels)
    page.wait_for_url(re.compile(f"step=neuron.*layer=1&filter=9&row={row}&column={column}(&|$)"))
    chromium.wait_until_complete(page)
    page.get_by_role("button", name="Back to the whole").click()
    page.wait_for_url(re.compile("step=way"))
    chromium.wait_until_complete(page)
    page.locator('[class*="st-key-way-maps-2"] button').press("Enter")
    page.wait_for_url(re.compile("step=neuron.*layer=2&filter=1&"))


def test_charts_show_each_try_and_each_epoch_without_a_warning(open_page):
    page = open_page("inside?step=bits&run=quick&digit=m0")
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    for step, axis, check in (
        ("break", "Weights flipped", _check_curve_of_tries),
        ("learning", "epoch", _check_line_and_play),
    ):
        open_chapter(page, step)
        page.locator("[data-testid=stVegaLiteChart] svg", has_text=axis).wait_for()
        check(page)
    assert [text for text in messages if "Channel" in text] == []


def _check_curve_of_tries(page):
    """The curve has a point for each try."""
    chart = page.locator("[data-testid=stVegaLiteChart] svg")
    points, slider = chart.locator(".mark-symbol.role-mark path"), page.get_by_role("slider").first
    # One point for the try, and one that marks the slider's position.
    expect(points).to_have_count(2)
    for number in (2, 3):
        slider.press("ArrowRight")
        expect(points).to_have_count(number + 1)
    expect(chart.locator(".mark-line.role-mark path")).to_have_count(1)
    expect(chart.locator(".mark-rule.role-mark line")).to_have_count(1)
    expect(chart.get_by_text("guessing: 10 %")).to_have_count(1)


def _check_line_and_play(page):
    """The curve has a point for each moment, its line stands at the one shown, and Play goes to the end."""
    page.get_by_role("slider").first.press("Home")
    page.wait_for_url(re.compile("epoch=b0"))
    line = page.locator("[data-testid=stVegaLiteChart] svg .mark-rule.role-mark line")
    expect(line).to_have_count(1)
    chromium.wait_until_complete(page)
    (before,) = line.evaluate_all(_LEFT_EDGES)
    page.get_by_role("slider").first.press("End")
    # While the chart is drawn again, it has no line.
    waiting.until(lambda: min(line.evaluate_all(_LEFT_EDGES), default=0) > before + 5, "the line to move")
    expect(page.locator("[data-testid=stVegaLiteChart] svg .mark-symbol.role-mark path")).to_have_count(8)
    page.wait_for_url(re.compile("epoch=3"))
    chromium.wait_until_complete(page)
    page.get_by_role("slider").first.press("ArrowLeft")
    page.wait_for_url(re.compile("epoch=2"))
    chromium.wait_until_complete(page)
    page.locator(".st-key-learning-play-button button").click()
    page.wait_for_url(re.compile("epoch=3"))
    expect(page.locator(".st-key-learning-play-button button")).to_have_text(re.compile("Play"))


_LEFT_EDGES = "parts => parts.map(part => part.getBoundingClientRect().left)"
