"""The Teach page in a browser: five signs are drawn and taught, and the network reads a new drawing.

The canvas is also tested alone, with a network that has one answer.
"""

import math
import random
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.engine import answer as network_answer
from bnn.engine import file
from bnn.export.html import to_html
from pages.shared import live
from pages.teach import desk
from tests.support import drawing_hand, looks
from tests.support.app_server import Server
from tests.support.project import PROJECT

pytestmark = pytest.mark.browser

# The app with a shorter training: the trainer gets its recipe from the server.
SHORTER = """
from bnn.recipes import presets
changes = {"own_drawings": 400, "other_signs": 40, "epochs": 3}
presets.PRESETS["symbols"] = presets.PRESETS["symbols"].with_settings(changes)
"""
NUM_EXAMPLES = 5
TRAINING_MS = 300_000
# Points of a star are two fifths of a turn apart.
STAR = [(math.sin(0.8 * math.pi * i), -math.cos(0.8 * math.pi * i)) for i in range(6)]
# The strokes of each sign, in a box from -1 to 1.
SIGNS = {
    "heart": [[(0, -0.4), (0.5, -0.9), (0.95, -0.5), (0, 0.9), (-0.95, -0.5), (-0.5, -0.9), (0, -0.4)]],
    "star": [STAR],
    "house": [[(-0.7, 0.9), (-0.7, -0.1), (0, -0.9), (0.7, -0.1), (0.7, 0.9), (-0.7, 0.9)]],
    "cross": [[(-0.8, -0.8), (0.8, 0.8)], [(0.8, -0.8), (-0.8, 0.8)]],
    "hook": [[(-0.5, -0.9), (-0.5, 0.9), (0.5, 0.9)]],
}


# What the canvas uses: a network that is there only after `loaded()`, and the data that the server sends.
STUBS = """
let network = null, loaded = () => {}
let failed = () => {}
const loadNetworkFrom = (address, whenLoaded, whenFailed) => ([loaded, failed] = [whenLoaded, whenFailed])
const networkAt = address => network
const digitOf = strokes => strokes
const setText = (element, text) => (element.textContent = text)
const showAnswer = (place, answer) => (place.textContent = answer)
const STEADY_MILLISECONDS = 120
class SteadyAnswer { next(answer) { return window.held ?? answer } }
"""
SHOW = """
const parentElement = document.body
window.show = (isTrying, numExamples) => void show({ parentElement, setTriggerValue() {},
  setStateValue: (_, drawings) => (window.drawn = drawings),
  data: { isTrying, received: 0, minExamples: 5, maxExamples: 20, network: isTrying ? "address" : null,
    answer: '<p class="answer"></p>',
    signs: [{ number: 7, name: "leaf", examples: Array.from({ length: numExamples },
      (_, number) => ({ number, picture: "", isSuspect: false })) }] } })
window.fail = () => failed()
window.load = () => {
  network = { read: strokes => `strokes: ${strokes.length}`, classNames: ["leaf"] }
  loaded()
}
window.secondFinger = () => document.querySelector("canvas").dispatchEvent(
  new PointerEvent("pointerup", { pointerId: 77, isPrimary: false, bubbles: true }))
"""


@pytest.fixture
def canvas_page(browser):
    """A page with the canvas alone: `show(isTrying, numExamples)` is what the server sends."""
    page = browser.new_page()
    page.clock.install()
    page.set_content(desk._HTML)
    scripts = (live.PAD_SCRIPTS[-1], Path(desk.__file__).parent / "desk.js")
    script = "\n".join(path.read_text("utf-8").replace("export class", "class") for path in scripts)
    module = STUBS + script.replace("export default function (", "function show(") + SHOW
    page.add_script_tag(content=module, type="module")
    page.wait_for_function("'show' in window")
    yield page
    page.close()


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """The app's server, with a shorter recipe for signs."""
    folder = tmp_path_factory.mktemp("server")
    app = (
        (PROJECT / "app.py")
        .read_text("utf-8")
        .replace('"pages/site.py"', repr(str(PROJECT / "pages/site.py")))
    )
    (folder / "app.py").write_text(app + SHORTER, "utf-8")
    server = Server(folder, app=folder / "app.py")
    yield server
    server.stop()
    server.end_trainers()
    assert server.tracebacks() == []


def draw(page, name, rng, canvas=".desk canvas"):
    """Draws a sign with the mouse, a little different each time."""
    box = page.locator(canvas).bounding_box()
    size, wide = box["width"] * rng.uniform(0.25, 0.35), rng.uniform(0.85, 1.15)
    for stroke in SIGNS[name]:
        points = [
            (
                box["x"] + box["width"] / 2 + size * (wide * x + rng.uniform(-0.05, 0.05)),
                box["y"] + box["height"] / 2 + size * (y + rng.uniform(-0.05, 0.05)),
            )
            for x, y in stroke
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=3)
        page.mouse.up()


def test_five_signs_are_drawn_taught_and_read(open_page, server):
    page, rng = open_page("teach"), random.Random(3)
    signs = page.locator(".desk .sign")
    expect(signs).to_have_count(3)
    page.get_by_role("button", name="Name the signs").click()
    for number, name in enumerate(("cross", "hook"), 4):
        page.get_by_label("Add a sign").fill(name)
        page.get_by_label("Add a sign").press("Enter")
        expect(signs).to_have_count(number)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Add a sign")).to_be_hidden()
    for number, name in enumerate(SIGNS):
        page.keyboard.press(str(number + 1))
        expect(signs.nth(number)).to_have_attribute("aria-pressed", "true")
        for count in range(1, NUM_EXAMPLES + 1):
            draw(page, name, rng)
            # A press on the chosen sign keeps the drawing at once. Otherwise, it is kept after a moment.
            if count > 1:
                signs.nth(number).click()
            expect(signs.nth(number).locator(".count")).to_have_text(str(count))
    thumbs = page.locator(".desk .thumb")
    expect(thumbs).to_have_count(5 * NUM_EXAMPLES)
    # A drawing can be removed and drawn again.
    thumbs.last.click()
    expect(thumbs).to_have_count(5 * NUM_EXAMPLES - 1)
    expect(page.get_by_role("button", name="Teach", exact=True)).to_be_disabled()
    draw(page, "hook", rng)
    expect(thumbs).to_have_count(5 * NUM_EXAMPLES)
    page.get_by_role("button", name="Teach", exact=True).click()
    answer = page.locator(".desk .answer")
    # The training takes minutes on a busy machine.
    expect(answer).to_be_visible(timeout=TRAINING_MS)
    (run,) = server.runs()
    assert run.status().state == "finished"
    for name in ("star", "cross"):
        draw(page, name, rng)
        # The most probable class, by its place among the sorted names. After so short a training, the network
        # need not be sure.
        expect(answer).to_have_attribute("data-digit", str(sorted(SIGNS).index(name)))
        expect(answer).to_have_attribute("data-from", "browser")
        looks.wait_until_text_is_right(page, f"when {name} is read")
        page.keyboard.press("Escape")
        expect(answer).to_have_attribute("data-state", "empty")
    assert_page_in_one_file_reads_signs(page.context.browser, run, rng)


def assert_page_in_one_file_reads_signs(browser, run, rng):
    """Checks that the taught network's page reads a sign as Python does, and does not speak of digits."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_content(to_html(run))
    expect(page.locator("#digit")).to_have_text("draw")
    assert page.title() == "Draw a sign · One-Bit Lab"
    draw(page, "star", rng, "#canvas")
    expect(page.locator("#answer")).not_to_have_attribute("data-state", re.compile("empty|drawing"))
    rgba = page.evaluate(
        "[...document.getElementById('pixels').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    pixels = np.array(rgba, np.uint8).reshape(28, 28, 4)[..., 0]
    expected = network_answer.read(file.load(run.model_path), pixels)
    expect(page.locator("#answer")).to_have_attribute("data-digit", expected.name)
    assert expected.name == "star"
    # The last section names the data of the network from which the training started.
    assert "digit" not in "".join(page.locator("main > :not(.about)").all_inner_texts()).lower()
    context.close()


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
    assert canvas_page.evaluate("document.body.desk.strokes.length") == 1
    # When one has been removed, the drawing fits.
    canvas_page.evaluate(f"show({is_trying}, 19)")
    canvas_page.locator(".sign").click()
    assert canvas_page.evaluate("drawn.map(({ sign }) => sign)") == [7]
    after = "Draw a sign" if is_trying == "true" else "Choose another sign"
    expect(canvas_page.locator(".hint")).to_contain_text(after)


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
