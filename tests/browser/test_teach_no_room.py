"""The canvas of the Teach page alone in a browser: a drawing waits if its sign has no room for it.

A stand-in replaces the network. It answers with the number of strokes.
"""

import random

import pytest
from playwright.sync_api import expect

from tests.support.chromium import MAY_LEAVE
from tests.support.desk_alone import NUM_STROKES, SIGNS_DRAWN
from tests.support.signs import draw

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("is_trying", ["true", "false"])
def test_drawing_for_which_there_is_no_room_stays(canvas_page, is_trying):
    canvas_page.evaluate(f"show({is_trying}, 20), load()")
    draw(canvas_page, "star", random.Random(1))
    if is_trying == "true":
        canvas_page.locator(".sign").click()
    # While examples are drawn, a drawing is kept after a moment, if there is room.
    canvas_page.clock.run_for(2000)
    expect(canvas_page.locator(".hint")).to_contain_text(
        "leaf has 20 examples, and no more fit. Press another sign to keep your drawing"
    )
    assert canvas_page.evaluate(NUM_STROKES) == 1
    # When an example has been removed, the drawing fits and is kept at once.
    canvas_page.evaluate(f"show({is_trying}, 19)")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7]
    assert canvas_page.evaluate(NUM_STROKES) == 0
    after = "Draw a sign" if is_trying == "true" else "Choose another sign"
    expect(canvas_page.locator(".hint")).to_contain_text(after)


@pytest.fixture
def refused(canvas_page):
    """The page of `canvas_page`, with a drawing of one stroke for which "leaf" has no room."""
    canvas_page.evaluate("show(false, 20, 5)")
    canvas_page.locator(".sign").first.click()
    draw(canvas_page, "star", random.Random(1))
    canvas_page.clock.run_for(2000)
    expect(canvas_page.locator(".hint")).to_contain_text("Press another sign to keep your drawing")
    return canvas_page


def test_refused_drawing_waits_until_its_trial_has_ended_and_an_example_is_removed(canvas_page):
    canvas_page.evaluate("show(true, 20, 5), load()")
    draw(canvas_page, "star", random.Random(1))
    canvas_page.locator(".sign").first.click()
    # Examples can be removed only after the trial.
    canvas_page.evaluate("show(false, 20, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("leaf has 20 examples, and no more fit")
    canvas_page.evaluate("show(false, 19, 5)")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7]
    # A drawing that was not refused is cleared when a trial ends.
    canvas_page.evaluate("show(true, 5, 5), load()")
    draw(canvas_page, "star", random.Random(1))
    canvas_page.evaluate("show(false, 5, 5)")
    assert canvas_page.evaluate(NUM_STROKES) == 0


def test_refused_drawing_can_become_an_example_of_another_sign(refused):
    refused.locator(".sign").last.click()
    assert refused.evaluate(SIGNS_DRAWN) == [8]
    # When leaf has room again, the drawing is not kept a second time.
    refused.evaluate("show(false, 19, 5)")
    assert refused.evaluate(SIGNS_DRAWN) == [8]
    expect(refused.locator(".sign").last).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("is_put_back", [True, False])
def test_refused_drawing_waits_if_its_sign_is_removed(refused, is_put_back):
    refused.evaluate("show(false, null, 5)")
    expect(refused.locator(".hint")).to_have_text("Press a sign to keep your drawing as an example of it.")
    if is_put_back:
        refused.evaluate("show(false, 20, 5)")
        expect(refused.locator(".hint")).to_contain_text("leaf has 20 examples, and no more fit")
        refused.evaluate("show(false, 19, 5)")
    else:
        assert refused.evaluate("window.drawn === undefined")
        refused.locator(".sign").click()
    assert refused.evaluate(SIGNS_DRAWN) == [7 if is_put_back else 8]
    assert refused.evaluate(NUM_STROKES) == 0


def test_refused_drawing_is_cleared_when_all_drawings_are_deleted(refused):
    refused.evaluate("show(false, 0, 0)")
    assert refused.evaluate(NUM_STROKES) == 0
    assert refused.evaluate("window.drawn === undefined")
    expect(refused.locator(".hint")).to_contain_text("Draw: leaf.")


def test_stroke_goes_on_when_an_example_is_removed(canvas_page):
    canvas_page.evaluate("show(false, 20, 5)")
    canvas_page.locator(".sign").first.click()
    canvas_page.locator("canvas").focus()
    for key in (" ", "ArrowDown", " "):
        canvas_page.keyboard.press(key)
    canvas_page.clock.run_for(2000)
    expect(canvas_page.locator(".hint")).to_contain_text("Press another sign to keep your drawing")
    # The lifted pen moves just before its next stroke, so this stroke belongs to the same drawing.
    for key in ("ArrowRight", " ", "ArrowUp"):
        canvas_page.keyboard.press(key)
    canvas_page.evaluate("show(false, 19, 5)")
    expect(canvas_page.locator(".hint")).not_to_contain_text("no more fit")
    assert canvas_page.evaluate("window.drawn === undefined")
    canvas_page.keyboard.press("ArrowUp")
    canvas_page.keyboard.press(" ")
    canvas_page.clock.run_for(2000)
    (drawing,) = canvas_page.evaluate("drawn")
    assert (drawing["sign"], [len(stroke) for stroke in drawing["strokes"]]) == (7, [2, 3])


@pytest.mark.parametrize("of, expected", [("leaf", [7]), ("tree", None)])
def test_next_drawing_may_begin_before_the_server_has_removed_an_example(refused, of, expected):
    refused.get_by_role("button", name=f"Remove {of} 1", exact=True).click()
    draw(refused, "cross", random.Random(2))
    refused.clock.run_for(2000)
    expect(refused.locator(".hint")).to_contain_text("leaf has 20 examples, and no more fit")
    # The next drawing has replaced the refused one on the canvas. The refused one is kept if there is room.
    refused.evaluate("show(false, 19, 5)" if of == "leaf" else "show(false, 20, 4)")
    assert refused.evaluate(f"window.drawn && {SIGNS_DRAWN}") == expected
    if expected:
        assert refused.evaluate("drawn[0].strokes.length") == 1
    # The next drawing waits for room of its own.
    assert refused.evaluate(NUM_STROKES) == 2


def test_browser_asks_while_a_refused_drawing_waits_for_the_server(refused):
    refused.get_by_role("button", name="Remove leaf 1", exact=True).click()
    draw(refused, "cross", random.Random(2))
    refused.keyboard.press("Escape")
    assert not refused.evaluate(MAY_LEAVE)
    refused.evaluate("show(false, 19, 5)")
    assert refused.evaluate(SIGNS_DRAWN) == [7]
