"""The canvas of the Teach page alone in a browser: it goes on after the visitor has looked at another page.

A stand-in replaces the network. It answers with the number of strokes.
"""

import random

import pytest
from playwright.sync_api import expect

from tests.support import desk_alone
from tests.support.chromium import MAY_LEAVE
from tests.support.desk_alone import NUM_STROKES, SIGNS_DRAWN
from tests.support.signs import draw

pytestmark = pytest.mark.browser


def test_unfinished_drawing_is_kept_when_the_visitor_returns(canvas_page):
    canvas_page.evaluate("show(false, 0, 0)")
    canvas_page.locator(".sign").last.click()
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.evaluate("leave()")
    canvas_page.clock.run_for(2000)
    assert not canvas_page.evaluate(MAY_LEAVE)
    canvas_page.evaluate("show(false, 0, 0)")
    assert canvas_page.evaluate(NUM_STROKES) == 2
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate(SIGNS_DRAWN) == [8]
    assert canvas_page.evaluate(NUM_STROKES) == 0


def test_drawing_in_a_trial_and_its_answer_are_there_when_the_visitor_returns(canvas_page):
    canvas_page.evaluate("show(true, 5), load()")
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.evaluate("leave(), show(true, 5)")
    canvas_page.clock.run_for(2000)
    expect(canvas_page.locator(".answer")).to_have_text("strokes: 2")
    assert canvas_page.evaluate("window.drawn === undefined")


@pytest.mark.parametrize("received", [0, 1])
def test_drawing_that_did_not_reach_the_server_is_sent_again(canvas_page, received):
    canvas_page.evaluate("show(false, 0)")
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.clock.run_for(2000)
    first = canvas_page.evaluate("sent")
    canvas_page.evaluate(f"window.received = {received}; leave(); drawn = []; show(false, {received})")
    # The server knows by its number whether it already has the drawing.
    assert canvas_page.evaluate("drawn.map(({ number }) => number)") == [1][received:]
    # Streamlit ignores a value that it already has.
    assert received or canvas_page.evaluate("sent.message") != first["message"]


@pytest.mark.parametrize("is_received", [False, True])
def test_canvas_goes_on_if_its_script_is_ended_and_run_again(canvas_page, is_received):
    canvas_page.evaluate("show(false, 0)")
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.clock.run_for(2000)
    draw(canvas_page, "heart", random.Random(1))
    if is_received:
        canvas_page.evaluate("window.received = 1")
    canvas_page.evaluate("endScript(), show(false, 0)")
    canvas_page.clock.run_for(2000)
    draw(canvas_page, "heart", random.Random(2))
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("drawn.map(({ number }) => number)") == [1, 2, 3][is_received:]


def test_drawing_kept_after_back_is_sent_when_the_visitor_returns(canvas_page):
    """A drawing that is sent from another page would take the visitor back to Teach, to an empty page."""
    canvas_page.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    canvas_page.goto("http://localhost/teach")
    desk_alone.fill(canvas_page)
    canvas_page.evaluate("show(false, 0)")
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.evaluate("history.pushState({}, '', '/train')")
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("window.drawn === undefined")
    canvas_page.evaluate("leave(), show(false, 0)")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7]


def test_drawings_lost_during_a_visit_to_another_page_are_mentioned(canvas_page):
    canvas_page.evaluate("show(false, 3)")
    canvas_page.evaluate("leave(); window.session = 'new'; show(false, 0)")
    expect(canvas_page.locator(".hint")).to_contain_text("What was not saved is gone.")
