"""The Draw page in a browser: drawing by mouse and by touch, Undo and Clear, and what stays in its place."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand

pytestmark = pytest.mark.browser


def _expect_answer(page, digit):
    answer = page.locator(".st-key-answer")
    expect(answer.locator(".digit")).to_have_text(str(digit))
    expect(answer).to_contain_text("sure")


def test_each_drawn_digit_is_read_without_tensorflow(open_page, server):
    page = open_page()
    ghost = page.locator(".ghost svg")
    expect(ghost).to_be_in_viewport(ratio=1)
    # Wait until the animation has drawn its first digit.
    expect(ghost.locator("path").first).to_have_css("stroke-dashoffset", "0px")
    for digit in drawing_hand.DIGITS:
        drawing_hand.draw(page, digit)
        expect(ghost).to_be_hidden()
        _expect_answer(page, digit)
        drawing_hand.clear(page)
        expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    # Some systems do not list the libraries that a process has loaded.
    if maps := server.memory_maps():
        assert "llvmlite" in maps
        assert "tensorflow" not in maps


def test_phone_shows_canvas_and_answer_when_a_sample_is_chosen(phone_page):
    page = phone_page
    sample = page.locator(".st-key-sample-5 button")
    sample.scroll_into_view_if_needed()
    sample.click()
    _expect_answer(page, 5)
    for part in (".st-key-pad-place", ".st-key-answer"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert page.locator(".st-key-pad-place").bounding_box()["y"] >= 16


def test_sample_is_hidden_while_the_browser_reads_a_drawing(draw_page):
    page = draw_page
    chromium.wait_for_network(page)
    sample, caption = page.locator(".st-key-pad-place .sample img"), page.locator(".strip figcaption").first
    button = page.locator(".st-key-sample-3 button")
    button.click()
    _expect_answer(page, 3)
    chromium.wait_until_complete(page)
    drawing_hand.move_pen(page, drawing_hand.canvas_box(page), drawing_hand.DIGITS[7][0])
    expect(sample).to_be_hidden()
    expect(caption).to_have_text("your drawing")
    # The same sample is chosen again before the canvas reports the stroke.
    _click_when_the_pen_lifts(button)
    page.mouse.up()
    _expect_answer(page, 3)
    expect(sample).to_be_visible()
    expect(caption).to_have_text("the sample")
    chromium.wait_until_complete(page)


def test_clear_button_stays_in_place(draw_page):
    page = draw_page
    drawing_hand.canvas_box(page)
    page.locator(".st-key-clear button").wait_for()
    page.evaluate(
        """() => {
          const clear = document.querySelector(".st-key-clear button")
          window.places = new Set()
          const look = () => {
            if (!window.places) return
            places.add(Math.round(clear.getBoundingClientRect().top))
            requestAnimationFrame(look)
          }
          look()
        }"""
    )
    drawing_hand.draw(page, 1)
    _expect_answer(page, 1)
    drawing_hand.clear(page)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.canvas_box(page)
    assert page.evaluate("places.size") == 1
    page.evaluate("delete window.places")


def test_nothing_below_the_answer_moves_when_the_pen_is_lifted(open_page):
    page = open_page()
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    before = _places(page)
    drawing_hand.draw(page, 3)
    drawing_hand.wait_for_server(page)
    expect(page.locator(".st-key-right button")).to_be_visible()
    assert _places(page) == before
    page.locator(".st-key-right button").click()
    expect(page.get_by_text("Kept as a 3.")).to_be_visible()
    chromium.wait_until_complete(page)
    assert _places(page) == before
    box = drawing_hand.canvas_box(page)
    drawing_hand.move_pen(page, box, [((x % 2) * 0.8 + 0.1, x / 10) for x in range(1, 10)])
    page.mouse.up()
    drawing_hand.wait_for_server(page)
    expect(page.locator(".st-key-answer")).to_contain_text("no digit I know")
    assert _places(page) == before


def _places(page):
    """Returns, for each window size, how far the parts below the answer are below the title, in pixels."""
    parts, places = (".st-key-stages", ".st-key-samples", ".figures"), {}
    # The window size in which the test draws comes last.
    for window in sorted(chromium.WINDOWS, key=lambda window: window == (1280, 720)):
        chromium.resize(page, *window)
        top = chromium.box(page, "h1")["y"]
        places[window] = [chromium.box(page, part)["y"] - top for part in parts]
    return places


def test_undo_removes_the_last_stroke(draw_page):
    page = draw_page
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    drawing_hand.draw(page, 1)
    _expect_answer(page, 1)
    box = drawing_hand.canvas_box(page)
    drawing_hand.move_pen(page, box, [(0.1, 0.2), (0.9, 0.2), (0.9, 0.8), (0.1, 0.8)])
    page.mouse.up()
    expect(page.locator(".st-key-answer .digit")).not_to_have_text("1")
    drawing_hand.wait_for_server(page)
    undo.click()
    _expect_answer(page, 1)
    drawing_hand.wait_for_server(page)
    _wait_for_white(page, "> 1000")
    undo.click()
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    _wait_for_white(page, "== 0")
    expect(undo).to_be_disabled()


def test_drawing_is_kept_while_another_page_is_visited(draw_page):
    page = draw_page
    drawing_hand.draw(page, 7)
    _expect_answer(page, 7)
    drawing_hand.wait_for_server(page)
    _leave_and_return(page)
    _expect_answer(page, 7)
    _wait_for_white(page, "> 1000")
    drawing_hand.clear(page)
    _leave_and_return(page)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    _wait_for_white(page, "== 0")


def test_stroke_that_the_server_did_not_get_is_not_read(draw_page):
    page = draw_page
    chromium.wait_for_network(page)
    drawing_hand.draw(page, 1)
    drawing_hand.wait_for_server(page)
    # The visitor leaves the page before the canvas reports the stroke.
    _click_when_the_pen_lifts(page.get_by_role("link", name="Train").first)
    _draw_line(page, (0.2, 0.2), (0.8, 0.2))
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    chromium.wait_until_complete(page)
    chromium.follow_link(page, "Draw", "Draw a digit")
    _draw_line(page, (0.4, 0.8), (0.6, 0.8))
    drawing_hand.wait_for_server(page)
    drawing_hand.expect_strokes(page, 2)


def _click_when_the_pen_lifts(button):
    button.evaluate("button => addEventListener('mouseup', () => button.click(), { once: true })")


def _draw_line(page, start, end):
    drawing_hand.move_pen(page, drawing_hand.canvas_box(page), [start, end])
    page.mouse.up()


def _leave_and_return(page):
    chromium.follow_link(page, "Train", "Train a network")
    chromium.follow_link(page, "Draw", "Draw a digit")
    drawing_hand.canvas_box(page)


def _wait_for_white(page, condition):
    """Waits until the number of white pixels on the canvas meets a condition such as "> 1000"."""
    page.wait_for_function(
        f"""() => {{
          const host = document.querySelector(
            '[class*="st-key-canvas"] [data-testid="stBidiComponentIsolated"]')
          const canvas = host?.shadowRoot.querySelector(".canvas-container canvas.lower-canvas")
          if (!canvas) return false
          const values = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
          return values.filter((value, i) => i % 4 === 3 && value === 255).length {condition}
        }}"""
    )


def test_drawing_by_touch_does_not_scroll_but_touch_beside_the_canvas_does(phone_page):
    page = phone_page
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    box = drawing_hand.canvas_box(page)
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 40, box["y"] + box["height"] - 40
    before = _scroll_position(page)
    drawing_hand.swipe(page, (middle, bottom), (middle, top))
    _expect_answer(page, 1)
    drawing_hand.wait_for_server(page)
    assert _scroll_position(page) == before
    drawing_hand.swipe(page, (385, 700), (385, 200))
    page.wait_for_function(
        "before => document.querySelector('[data-testid=stMain]').scrollTop > before", arg=before
    )


def _scroll_position(page):
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop + window.scrollY")


def test_button_that_removes_a_drawing_says_so_to_screen_readers_and_shows_only_the_digit(draw_page):
    page = draw_page
    drawing_hand.draw(page, 1)
    drawing_hand.wait_for_server(page)
    page.locator(".st-key-right button").click()
    remove = page.locator(".st-key-hand").get_by_role("button", name="Remove 1")
    expect(remove).to_be_visible()
    assert remove.locator("em").bounding_box()["width"] <= 1


def test_tap_on_a_figure_shows_its_explanation(phone_page):
    figure = phone_page.locator(".figures .figure").first
    shown = "figure => getComputedStyle(figure, '::after').content"
    assert figure.evaluate(shown) == "none"
    figure.tap()
    assert figure.get_attribute("title") in figure.evaluate(shown)
