"""The Inside page in a browser: choosing a place, links and Back, quick key presses, charts and Play."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from pages.inside.chapters import CHAPTERS
from pages.inside.chapters.moments import moments
from tests.support import chromium, drawing_hand
from tests.support.inside_browser import move_to, open_chapter

pytestmark = pytest.mark.browser

NEURON = "inside?step=neuron&run=quick&digit=m0&layer=1&filter=5&row=10&column=12"


def _place(page):
    """Returns the row and the column in the page's address."""
    # This asks the page itself, because Playwright may learn of a new address much later.
    found = re.findall(r"[?&](row|column)=(\d+)", page.evaluate("location.href"))
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
    # With Alt, the arrow is the browser's Back, so the page must leave the key alone.
    page.evaluate("addEventListener('keydown', event => (window.isPrevented = event.defaultPrevented))")
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate("isPrevented") is False
    _expect_place(page, 11, 12)


def test_back_opens_earlier_chapters_and_then_leaves_the_page(open_page):
    page = open_page()
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.get_by_role("link", name="Inside").first.click()
    page.wait_for_url(re.compile("inside.*step=bits"))
    chromium.wait_until_complete(page)
    for step in ("neuron", "break", "neuron"):
        open_chapter(page, step)
    row, column = _place(page).values()
    page.locator(".st-key-neuron-forward button").click()
    page.wait_for_url(re.compile(f"column={column + 1}(&|$)"))
    chromium.wait_until_complete(page)
    for step in ("break", "neuron", "bits"):
        page.go_back()
        page.wait_for_url(re.compile(f"step={step}"))
        expect(page.get_by_role("radio", name=CHAPTERS[step].title)).to_be_checked()
        chromium.wait_until_complete(page)
    page.go_forward()
    page.wait_for_url(re.compile("step=neuron"))
    chromium.reload(page)
    _expect_place(page, row, column)
    page.go_back()
    expect(page.get_by_role("radio", name=CHAPTERS["bits"].title)).to_be_checked()
    page.go_back()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    page.go_forward()
    page.wait_for_url(re.compile("step=bits"))
    # The server does not send an element again if the browser should still have it. If the browser has
    # forgotten the element, Streamlit logs a fatal error and cuts the connection.
    assert [text for text in messages if "fatal error" in text] == []


def test_back_leaves_a_chapter_without_networks_to_show(open_page, add_run, server):
    run_id = "20261101-100000-quick"
    add_run("quick", run_id)
    for kept in ("epochs", "batches"):
        shutil.rmtree(server.runs_root / run_id / kept)
    page = open_page(f"inside?step=bits&run={run_id}")
    open_chapter(page, "learning")
    expect(page.get_by_text("were not kept")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("radio", name=CHAPTERS["bits"].title)).to_be_checked()
    page.go_forward()
    expect(page.get_by_role("radio", name=CHAPTERS["learning"].title)).to_be_checked()


def test_run_without_first_batches_leads_to_one_that_has_them(open_page, add_run, server):
    run_id = "20261101-100000-quick"
    add_run("quick", run_id)
    shutil.rmtree(server.runs_root / run_id / "batches")
    page = open_page(f"inside?step=learning&run={run_id}")
    page.get_by_role("button", name="See quick learn from the start").click()
    page.wait_for_url(re.compile("run=quick&.*epoch=b0(&|$)"))
    expect(page.locator(".st-key-learning-answer")).to_contain_text("Before learning")


# How many times the tests press a key, and how long a quick person waits between two presses.
NUM_PRESSES, BETWEEN_PRESSES_MS = 4, 120


def _press_quickly(page, key):
    for _ in range(NUM_PRESSES):
        page.keyboard.press(key)
        page.wait_for_timeout(BETWEEN_PRESSES_MS)


def _check_quick_keys(page):
    """When keys are pressed quickly on a picture, every press counts."""
    page.locator('[class*="st-key-neuron-map"] button').focus()
    _press_quickly(page, "ArrowRight")
    _expect_place(page, 11, 12 + NUM_PRESSES)


@pytest.mark.parametrize(
    "step, name, values",
    [
        ("learning", "epoch", list(moments(store.find("quick")))),
        ("bits", "white", range(128, 256)),
    ],
)
def test_quick_key_presses_on_a_slider_all_count(shared_page, step, name, values):
    page = shared_page("inside?run=quick&digit=m0")
    move_to(page, step, f"&{name}={values[0]}")
    slider = page.get_by_role("slider")
    slider.focus()
    _press_quickly(page, "ArrowRight")
    page.wait_for_url(re.compile(f"{name}={values[NUM_PRESSES]}(&|$)"))
    # One more press, after all answers have come: the slider must not have gone back to an earlier value.
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(f"{name}={values[NUM_PRESSES + 1]}(&|$)"))


def test_drawing_comes_along_from_the_draw_page(open_page):
    page = open_page()
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.draw(page, 3)
    expect(page.locator(".st-key-answer .digit")).to_have_text("3")
    drawing_hand.wait_for_server(page)
    page.get_by_role("link", name="Inside").first.click()
    expect(page.locator("body")).to_contain_text("it reads 3")
    page.wait_for_url(re.compile("digit=z"))


def test_charts_show_each_try_and_each_epoch_without_a_warning(shared_page):
    page = shared_page("inside?run=quick&digit=m0")
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
    """The curve has a point for each position of the slider that was tried."""
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
    """The curve has a point for each moment up to the shown one, and Play goes to the end."""
    chart = page.locator("[data-testid=stVegaLiteChart] svg")
    points, labels = chart.locator(".mark-symbol.role-mark path"), chart.locator(".role-axis-label text")
    page.get_by_role("slider").first.press("Home")
    page.wait_for_url(re.compile("epoch=b0"))
    expect(points).to_have_count(1)
    axes = labels.all_inner_texts()
    page.get_by_role("slider").first.press("End")
    expect(points).to_have_count(8)
    assert labels.all_inner_texts() == axes
    page.wait_for_url(re.compile("epoch=3"))
    chromium.wait_until_complete(page)
    page.get_by_role("slider").first.press("ArrowLeft")
    page.wait_for_url(re.compile("epoch=2"))
    chromium.wait_until_complete(page)
    page.locator(".st-key-learning-play-button button").click()
    page.wait_for_url(re.compile("epoch=3"))
    expect(page.locator(".st-key-learning-play-button button")).to_have_text(re.compile("Play"))


def test_play_ends_when_the_page_is_left(open_page):
    page = open_page("inside?step=neuron&tiles=all&layer=9&filter=1")
    play = page.locator(".st-key-neuron-play-button button")
    play.click()
    expect(play).to_have_text(re.compile("Pause"))
    page.get_by_role("link", name="Evaluate").first.click()
    expect(page.get_by_role("heading", name="Inside")).to_have_count(0)
    chromium.wait_until_complete(page)
    page.get_by_role("link", name="Inside").first.click()
    play.wait_for()
    chromium.wait_until_complete(page)
    # The check does not wait, because Play would also end by itself after the last neuron.
    assert "Play" in play.inner_text()
