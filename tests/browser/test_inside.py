"""The Inside page in a browser: picking, playing, and opening what someone else sent."""

import re

import drawing_hand
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NEURON = "inside?step=neuron&run=quick&digit=m0&layer=1&filter=5&row=10&column=12"


def _place(page):
    found = re.findall(r"[?&](row|column)=(\d+)", page.url)
    return {name: int(number) for name, number in found}


def _expect_place(page, row, column):
    page.wait_for_url(re.compile(rf"row={row}&column={column}(&|$)"))
    expect(
        page.locator(".st-key-neuron-input, .stMain").get_by_text(f"row {row}, column {column}").first
    ).to_be_visible()


def test_click_on_the_digit_picks_the_place(open_page):
    page = open_page(NEURON)
    picture = page.locator('[class*="st-key-neuron-input"] button')
    picture.wait_for()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + 20.5 / 28 * box["width"], box["y"] + 5.5 / 28 * box["height"])
    _expect_place(page, 6, 21)


def test_arrow_keys_move_the_place_and_keep_the_focus(open_page):
    page = open_page(NEURON)
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
    assert _place(page) == {"row": 10, "column": 28}


def test_pause_stops_at_once(open_page):
    page = open_page(NEURON.replace("column=12", "column=1"))
    play = page.locator(".st-key-neuron-play-button button")
    play.click()
    page.wait_for_url(re.compile("column=3"))
    play.click()
    expect(play).to_have_text(re.compile("Play"))
    column = _place(page)["column"]
    page.wait_for_timeout(1500)
    assert _place(page)["column"] == column


def test_link_shows_what_it_says(open_page):
    page = open_page(NEURON)
    expect(page.locator("body")).to_contain_text("row 10, column 12")
    expect(page.get_by_label("Filter", exact=True)).to_have_value("5")


def test_drawing_comes_along_from_the_draw_page(open_page):
    page = open_page()
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.draw(page, 3)
    expect(page.locator(".st-key-answer .digit")).to_have_text("3")
    page.get_by_role("link", name="Inside").first.click()
    expect(page.locator("body")).to_contain_text("it reads 3")
    page.wait_for_url(re.compile("digit=z"))
