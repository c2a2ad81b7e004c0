"""The canvas of the Teach page alone in a browser. A stand-in for the network only counts strokes."""

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pages.teach import desk
from tests.support import desk_alone, drawing_hand
from tests.support.signs import draw

pytestmark = pytest.mark.browser

# The signs of the drawings that the canvas has sent, and the number of strokes on it.
SIGNS_DRAWN = "drawn.map(({ sign }) => sign)"
NUM_STROKES = "document.body.desk.strokes.length"


@pytest.fixture
def canvas_page(browser):
    """A page with the canvas alone. `desk_alone.fill` explains the arguments of its function `show`."""
    page = browser.new_page()
    page.clock.install()
    desk_alone.fill(page)
    yield page
    page.close()


def test_empty_canvas_and_trays_say_what_to_draw(canvas_page):
    style = (Path(desk.__file__).parent / "desk.css").read_text("utf-8")
    canvas_page.add_style_tag(content=style)
    canvas_page.evaluate("show(false, 3)")
    canvas_page.clock.run_for(100)
    prompt = canvas_page.locator(".prompt")
    expect(prompt).to_be_visible()
    expect(prompt.locator("> *")).to_have_text(["Draw", "leaf", "4 of 5"])
    # Two more examples are needed, and five more are better.
    expect(canvas_page.locator(".slot")).to_have_count(7)
    expect(canvas_page.locator(".slot.extra")).to_have_count(5)
    before = canvas_page.viewport_size
    for width, height in ((1920, 1080), (1280, 720), (820, 1180)):
        canvas_page.set_viewport_size({"width": width, "height": height})
        sign, tray = (canvas_page.locator(part).first.bounding_box() for part in (".sign", ".tray"))
        assert (sign["y"], sign["height"]) == (tray["y"], tray["height"]), f"at {width} x {height}"
    canvas_page.set_viewport_size(before)
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.clock.run_for(100)
    expect(prompt).to_be_hidden()
    canvas_page.clock.run_for(2000)
    expect(prompt).to_be_visible()
    expect(prompt.locator("> *")).to_have_text(["Draw", "leaf", "5 of 5"])
    canvas_page.evaluate("show(true, 5), load()")
    expect(prompt).to_be_hidden()


def test_canvas_says_when_a_sign_has_enough_examples(canvas_page):
    canvas_page.evaluate("show(false, 5, 4)")
    canvas_page.locator(".sign").first.click()
    words = canvas_page.locator(".prompt > *")
    expect(words).to_have_text(["You can still draw", "leaf", "number 6"])
    # What to do next is said once. Here, a button offers the next sign.
    expect(canvas_page.locator(".next.offered")).to_have_text("Next: tree")
    expect(canvas_page.locator(".hint")).to_have_text("leaf has 5 examples, which is enough.")
    canvas_page.evaluate("show(false, 5, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("which is enough. Now press Teach, or draw more.")


def test_next_sign_is_offered_below_the_canvas(canvas_page):
    offered = canvas_page.locator(".next.offered")
    canvas_page.evaluate("show(false, 4, 0)")
    expect(offered).to_have_count(0)
    # With enough examples of the first sign, another sign is offered. The first stays chosen until the press.
    canvas_page.evaluate("show(false, 5, 0)")
    expect(offered).to_have_text("Next: tree")
    expect(canvas_page.locator(".sign").first).to_have_attribute("aria-pressed", "true")
    offered.click()
    expect(canvas_page.locator(".sign").last).to_have_attribute("aria-pressed", "true")
    expect(offered).to_have_count(0)
    canvas_page.evaluate("show(false, 5, 5)")
    expect(offered).to_have_count(0)
    # If no sign after the chosen one lacks examples, an earlier sign is offered.
    canvas_page.evaluate("show(false, 2, 5)")
    expect(offered).to_have_text("Next: leaf")


def test_hint_says_which_signs_teach_would_leave_out(canvas_page):
    left_out = "Teach would leave out"
    canvas_page.evaluate("window.extra = [{ number: 9, name: 'star', examples: [] }]; show(false, 5, 5)")
    canvas_page.locator(".sign").first.click()
    expect(canvas_page.locator(".hint")).to_contain_text(f"{left_out} star.")
    canvas_page.evaluate("show(false, 5, 4)")
    expect(canvas_page.locator(".hint")).not_to_contain_text(left_out)
    canvas_page.evaluate("window.extra = []; show(false, 5, 5)")
    expect(canvas_page.locator(".hint")).not_to_contain_text(left_out)


def test_canvas_does_not_ask_for_teach_while_the_network_learns(canvas_page):
    canvas_page.evaluate("show(false, 5, 5, true, true)")
    expect(canvas_page.locator(".prompt > *").first).to_have_text(
        "The network is learning. For the next time, draw"
    )
    expect(canvas_page.locator(".hint")).not_to_contain_text("press Teach")
    canvas_page.evaluate("show(false, 5, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("press Teach")


@pytest.mark.parametrize("is_kept", [True, False])
def test_browser_asks_unless_all_drawings_are_kept(canvas_page, is_kept):
    asked = []
    canvas_page.evaluate("isKept => show(false, 5, 5, isKept)", is_kept)
    # A browser asks before it leaves a page only if the page was used.
    canvas_page.locator(".sign").first.click()
    canvas_page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    canvas_page.goto("about:blank")
    assert asked == ([] if is_kept else ["beforeunload"])


def test_older_browsers_ask_before_drawings_are_lost(canvas_page):
    canvas_page.evaluate("show(false, 5, 5, false)")
    # Older browsers only look at `returnValue`. In a plain event, setting it to "" also prevents the default.
    assert canvas_page.evaluate("""() => {
        const event = new Event("beforeunload", { cancelable: true })
        event.preventDefault = () => {}
        dispatchEvent(event)
        return event.defaultPrevented
    }""")


def test_canvas_has_a_name_in_older_browsers(canvas_page):
    assert canvas_page.evaluate("delete Element.prototype.role && delete Element.prototype.ariaLabel")
    canvas_page.evaluate("show(false, 5)")
    canvas = canvas_page.get_by_role("application")
    expect(canvas).to_have_attribute("aria-label", re.compile("^Drawing area. With the keyboard: "))


def test_drawing_is_read_when_the_network_arrives(canvas_page):
    canvas_page.evaluate("show(true, 5)")
    draw(canvas_page, "cross", random.Random(1))
    canvas_page.clock.run_for(2000)
    expect(canvas_page.locator(".answer")).to_have_text("")
    expect(canvas_page.locator(".hint")).to_have_text("The network is loading …")
    canvas_page.evaluate("fail()")
    expect(canvas_page.locator(".hint")).to_contain_text("could not be loaded")
    canvas_page.evaluate("load()")
    expect(canvas_page.locator(".hint")).to_contain_text("Draw a sign")
    canvas_page.clock.run_for(100)
    expect(canvas_page.locator(".answer")).to_have_text("strokes: 2")


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
    # It is kept once only.
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
    # Without room for it, the refused drawing has given way to the next one.
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
    may_leave = "dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not refused.evaluate(may_leave)
    refused.evaluate("show(false, 19, 5)")
    assert refused.evaluate(SIGNS_DRAWN) == [7]


def test_new_session_gets_what_the_last_one_had_not_received_and_the_rest_is_said_to_be_gone(canvas_page):
    canvas_page.evaluate("show(false, 3, 3)")
    for key in ("1", "2"):
        canvas_page.keyboard.press(key)
        draw(canvas_page, "star", random.Random(1))
        canvas_page.keyboard.press(key)
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7, 8]
    numbers = canvas_page.evaluate("drawn.map(({ number }) => number)")
    draw(canvas_page, "star", random.Random(2))
    # The tree, whose third drawing is still on the canvas, is unknown in the new session.
    canvas_page.evaluate("window.session = 'new'; show(false, 3)")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7]
    assert canvas_page.evaluate("drawn[0].number") > max(numbers)
    hint = canvas_page.locator(".hint")
    expect(hint).to_have_text("Press a sign to keep your drawing as an example of it.")
    canvas_page.clock.run_for(2000)
    canvas_page.keyboard.press("1")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7, 7]
    expect(hint).to_contain_text("Drawings that were not saved are gone.")
    draw(canvas_page, "star", random.Random(3))
    expect(hint).to_contain_text("leaf has 5 examples, which is enough.")


def test_new_session_that_has_all_drawings_is_not_mentioned(canvas_page):
    canvas_page.evaluate("show(false, 5)")
    canvas_page.evaluate("window.session = 'new'; show(false, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("leaf has 5 examples, which is enough.")
    assert canvas_page.evaluate("window.drawn === undefined")


def test_drawing_is_kept_before_its_pause_ends_if_the_visitor_presses_elsewhere(canvas_page):
    canvas_page.evaluate("show(false, 0)")
    draw(canvas_page, "cross", random.Random(1))
    assert not canvas_page.evaluate("window.drawn")
    canvas_page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))")
    assert canvas_page.evaluate("drawn.length") == 1
    # The pause ends, and the drawing is not kept again.
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("drawn.length") == 1


def test_stroke_goes_on_when_a_training_ends_and_when_a_second_finger_is_lifted(canvas_page):
    canvas_page.evaluate("show(false, 5)")
    x, y = (canvas_page.locator("canvas").bounding_box()[side] for side in "xy")
    canvas_page.mouse.move(x + 100, y + 100)
    canvas_page.mouse.down()
    canvas_page.evaluate("show(true, 5), load(), secondFinger()")
    canvas_page.mouse.move(x + 200, y + 200, steps=5)
    canvas_page.mouse.up()
    canvas_page.locator(".sign").click()
    (stroke,) = canvas_page.evaluate("drawn[0].strokes")
    # Without its style, the canvas is 640 pixels wide. Strokes are in 320ths of its width.
    assert (stroke[0], stroke[-1]) == ([50, 50], [100, 100])


def test_newest_answer_is_shown_while_the_pen_rests(canvas_page):
    canvas_page.evaluate("show(true, 5), load(), window.held = 'the answer before'")
    box = canvas_page.locator("canvas").bounding_box()
    canvas_page.mouse.move(box["x"] + 100, box["y"] + 100)
    canvas_page.mouse.down()
    canvas_page.clock.run_for(100)
    expect(canvas_page.locator(".answer")).to_have_text("the answer before")
    canvas_page.evaluate("window.held = undefined")
    canvas_page.clock.run_for(300)
    expect(canvas_page.locator(".answer")).to_have_text("strokes: 1")


def test_pen_draws_although_a_palm_has_touched_first(canvas_page):
    canvas_page.evaluate("show(false, 5)")
    x, y = (canvas_page.locator("canvas").bounding_box()[side] for side in "xy")
    drawing_hand.palm_then_pen(canvas_page, (x + 300, y + 300), (x + 100, y + 100), (x + 100, y + 200))
    canvas_page.locator(".sign").click()
    # Strokes are in 320ths of the canvas's width, which is 640 pixels here.
    assert canvas_page.evaluate("drawn[0].strokes") == [[[50, 50], [50, 100]]]


def test_keyboard_draws_a_sign_of_two_strokes(canvas_page):
    canvas_page.evaluate("show(false, 3)")
    canvas_page.keyboard.press("Tab")
    expect(canvas_page.locator("canvas")).to_be_focused()
    # Between the strokes, the pen moves for two seconds. The drawing is kept when no key is pressed any more.
    for keys in ([" ", *["ArrowDown"] * 5, " "], ["ArrowRight"] * 4, [" ", *["ArrowUp"] * 5, " "]):
        for key in keys:
            canvas_page.keyboard.press(key)
            canvas_page.clock.run_for(500)
    assert canvas_page.evaluate("window.drawn === undefined")
    canvas_page.clock.run_for(2000)
    down, up = canvas_page.evaluate("drawn[0].strokes")
    assert (down[0], down[-1], up[0], up[-1]) == ([160, 160], [160, 200], [192, 200], [192, 160])
    canvas_page.keyboard.press(" ")
    canvas_page.keyboard.press("Delete")
    assert canvas_page.evaluate(NUM_STROKES) == 0


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def draw_line_then_hold_a_second_with_the_keyboard(page):
    """Draws a line with the mouse, and begins another with the keyboard. Returns a place on the canvas."""
    page.evaluate("show(false, 0, 0)")
    x, y = (page.locator("canvas").bounding_box()[side] + 100 for side in "xy")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y)
    page.mouse.up()
    page.locator("canvas").focus()
    press(page, " ", "ArrowDown")
    return x, y


def test_moved_mouse_does_not_end_a_stroke_of_the_keyboard(canvas_page):
    x, y = draw_line_then_hold_a_second_with_the_keyboard(canvas_page)
    canvas_page.mouse.move(x, y, steps=3)
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("window.drawn === undefined")
    press(canvas_page, "ArrowDown", " ")
    canvas_page.clock.run_for(2000)
    (drawing,) = canvas_page.evaluate("drawn")
    assert drawing["strokes"][1] == [[160, 160], [160, 168], [160, 176]]


@pytest.mark.parametrize("key, signs", [("Escape", []), ("2", [7])])
def test_key_that_empties_the_canvas_lifts_the_pen_of_the_keyboard(canvas_page, key, signs):
    draw_line_then_hold_a_second_with_the_keyboard(canvas_page)
    # After this key, the first Space begins a stroke.
    press(canvas_page, key, "ArrowRight", " ", "ArrowUp", " ")
    assert canvas_page.evaluate("document.body.desk.strokes") == [[[168, 168], [168, 160]]]
    assert canvas_page.evaluate(f"(window.drawn ?? []).{SIGNS_DRAWN.removeprefix('drawn.')}") == signs


def test_keys_do_not_end_a_drawing_of_the_mouse(canvas_page):
    x, y = draw_line_then_hold_a_second_with_the_keyboard(canvas_page)
    canvas_page.mouse.down()
    canvas_page.locator("canvas").focus()
    press(canvas_page, "ArrowLeft")
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("window.drawn === undefined")
    # The keyboard begins a stroke, to which the mouse adds nothing. Its release does not end this stroke.
    press(canvas_page, " ")
    canvas_page.mouse.move(x, y)
    canvas_page.mouse.up()
    press(canvas_page, "ArrowLeft", " ")
    canvas_page.clock.run_for(2000)
    (drawing,) = canvas_page.evaluate("drawn")
    assert [len(stroke) for stroke in drawing["strokes"]] == [2, 2, 1, 2]
