"""The canvas of the Teach page alone in a browser: what it says, reads and keeps.

A stand-in replaces the network. It answers with the number of strokes.
"""

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pages.teach import desk
from tests.support.signs import draw

pytestmark = pytest.mark.browser


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
    # A button already offers the next sign, so the hint does not name it.
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


def test_name_of_an_outlined_example_says_that_it_is_outlined(canvas_page):
    canvas_page.evaluate("""() => {
        const example = (number, isSuspect) => ({ number, picture: "data:,", isSuspect })
        window.extra = [{ number: 9, name: "star", examples: [example(1, false), example(2, true)] }]
        show(false, 0)
    }""")
    for name in ("Remove star 1", "Remove star 2, outlined"):
        expect(canvas_page.get_by_role("button", name=name, exact=True)).to_be_visible()


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
    # Older browsers look only at `returnValue`. The plain event in this test has this property, too: setting
    # it to "" prevents the default.
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


def test_drawing_is_kept_before_its_pause_ends_if_the_visitor_presses_elsewhere(canvas_page):
    canvas_page.evaluate("show(false, 0)")
    draw(canvas_page, "cross", random.Random(1))
    assert not canvas_page.evaluate("window.drawn")
    canvas_page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))")
    assert canvas_page.evaluate("drawn.length") == 1
    # The pause ends, and the drawing is not kept again.
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("drawn.length") == 1
    # The keyboard has not lifted the pen yet.
    canvas_page.locator("canvas").focus()
    for key in (" ", "ArrowDown"):
        canvas_page.keyboard.press(key)
    canvas_page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))")
    assert canvas_page.evaluate("drawn.length") == 2


def test_palm_beside_the_desk_does_not_end_a_drawing(canvas_page):
    canvas_page.evaluate("show(false, 0)")
    draw(canvas_page, "cross", random.Random(1))
    touch = "document.body.append(link), {}.dispatchEvent(new PointerEvent('pointerdown', {}))"
    options = "{ bubbles: true, pointerType: 'touch' }"
    canvas_page.evaluate("window.link = document.createElement('a')")
    canvas_page.evaluate(touch.format("document.body", options))
    assert not canvas_page.evaluate("window.drawn")
    canvas_page.evaluate(touch.format("link", options))
    assert canvas_page.evaluate("drawn.length") == 1


def test_focus_stays_in_a_tray_whose_examples_change(canvas_page):
    canvas_page.evaluate("show(false, 3)")
    canvas_page.locator(".thumb").nth(1).focus()
    canvas_page.evaluate("show(false, 4, 0)")
    expect(canvas_page.locator(".thumb").nth(1)).to_be_focused()
    canvas_page.locator(".thumb").nth(3).focus()
    canvas_page.evaluate("show(false, 3, 0)")
    expect(canvas_page.locator(".thumb").nth(2)).to_be_focused()
    canvas_page.evaluate("show(false, 0, 0)")
    expect(canvas_page.locator(".sign").first).to_be_focused()


def test_newest_answer_is_shown_while_the_pen_rests(canvas_page):
    page, answer = canvas_page, canvas_page.locator(".answer")
    page.evaluate("show(true, 5), load(), window.held = 'the answer before'")
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.clock.run_for(200)
    expect(answer).to_have_text("the answer before")
    # Every move begins the wait for a rest again.
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.clock.run_for(200)
    expect(answer).to_have_text("the answer before")
    page.clock.run_for(200)
    expect(answer).to_have_text("strokes: 1")


def test_pen_that_rests_while_it_is_down_keeps_its_answer_steady(canvas_page):
    page, answer = canvas_page, canvas_page.locator(".answer")
    page.evaluate("show(true, 5), load(), window.held = 'the answer before'")
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.clock.run_for(400)
    expect(answer).to_have_text("strokes: 1")
    # If something else changes while the pen rests, the answer stays.
    page.evaluate("show(true, 6)")
    page.clock.run_for(20)
    expect(answer).to_have_text("strokes: 1")
    page.mouse.move(box["x"] + 150, box["y"] + 150)
    page.clock.run_for(20)
    expect(answer).to_have_text("the answer before")
    page.mouse.up()
    page.clock.run_for(20)
    expect(answer).to_have_text("strokes: 1")
    # Another drawing begins without a rest, even if it has as many points as the one before had at its rest.
    page.evaluate("document.body.desk.clear()")
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.clock.run_for(20)
    expect(answer).to_have_text("the answer before")
