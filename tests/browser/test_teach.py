"""The Teach page in a browser: five signs are drawn and taught, and the network reads a new drawing."""

import random
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.engine import answer as network_answer
from bnn.engine import file
from bnn.export.html import to_html
from pages.teach.lesson import MAX_EXAMPLES
from tests.support import chromium, looks
from tests.support.app_server import Server
from tests.support.lessons import filled
from tests.support.project import PROJECT
from tests.support.signs import SIGNS, draw, draw_at_once

pytestmark = pytest.mark.browser

# Code at the end of app.py that shortens the training: the trainer gets its recipe from the server.
# The page shows the progress less often than usual, to leave the processor to the training.
SHORTER = """
from bnn.recipes import presets
from pages.teach import teaching
teaching._REFRESH_SECONDS = 2.0
changes = {"own_drawings": 400, "other_signs": 40, "epochs": 3}
presets.PRESETS["symbols"] = presets.PRESETS["symbols"].with_settings(changes)
"""
NUM_EXAMPLES = 5
TRAINING_MS = 300_000
PICTURES = "images => images.map(({ src }) => src)"


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


@pytest.mark.slow
@pytest.mark.timeout(900)
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
            (draw if len(SIGNS[name]) == 1 else draw_at_once)(page, name, rng)
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
    # On a tablet, the row above the canvas has the least room to spare.
    page.set_viewport_size({"width": 820, "height": 1180})
    chromium.wait_for_frames(page)
    place = chromium.box(page, ".desk .pad")
    page.get_by_role("button", name="Teach", exact=True).click()
    # A reload during the training loses neither the drawings nor the training.
    page.wait_for_url(re.compile("run="))
    chromium.reload(page)
    expect(thumbs).to_have_count(5 * NUM_EXAMPLES)
    expect(page.locator(".st-key-teach-progress")).to_be_visible()
    assert chromium.box(page, ".desk .pad") == place
    answer = page.locator(".desk .answer")
    # The training takes minutes on a busy machine.
    expect(answer).to_be_visible(timeout=TRAINING_MS)
    chromium.wait_until_complete(page)
    assert chromium.box(page, ".desk .pad") == place
    page.set_viewport_size({"width": 1280, "height": 720})
    (run,) = server.runs()
    assert run.status().state == "finished"
    for name in ("star", "cross"):
        draw_at_once(page, name, rng)
        # `data-digit` is the index of the most probable class among the sorted names. After such a short
        # training, the network need not be sure.
        expect(answer).to_have_attribute("data-digit", str(sorted(SIGNS).index(name)))
        expect(answer).to_have_attribute("data-from", "browser")
        looks.wait_until_text_is_right(page, f"when {name} is read")
        page.keyboard.press("Escape")
        expect(answer).to_have_attribute("data-state", "empty")
    chromium.reload(page)
    expect(thumbs).to_have_count(5 * NUM_EXAMPLES)
    expect(answer).to_be_visible()
    page.get_by_role("link", name="Draw").first.click()
    expect(page.get_by_role("heading", name="Draw a sign")).to_be_visible()
    assert_page_in_one_file_reads_signs(page.context.browser, run, rng)


def test_browser_asks_until_drawings_are_downloaded(open_page):
    page = open_page("teach")
    draw(page, "star", random.Random(1))
    expect(page.locator(".desk .thumb")).to_have_count(1)
    assert not page.evaluate(chromium.MAY_LEAVE)
    page.get_by_text("Download, open or delete the drawings").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the examples").click()
    assert started.value.path().read_text("utf-8").count("\n") == 1
    page.wait_for_function(chromium.MAY_LEAVE)


def test_refused_drawing_is_kept_when_an_example_is_removed(open_page):
    page = open_page("teach")
    lesson = filled("LX", num=MAX_EXAMPLES)
    page.get_by_text("Download, open or delete the drawings").click()
    file = {"name": "signs.jsonl", "mimeType": "", "buffer": lesson.to_file().encode()}
    page.locator(".st-key-example-files input[type=file]").set_input_files([file])
    thumbs = page.locator(".desk .tray").first.locator(".thumb")
    expect(thumbs).to_have_count(MAX_EXAMPLES)
    page.locator(".desk .sign").first.click()
    draw(page, "star", random.Random(1))
    hint = page.locator(".desk .hint")
    expect(hint).to_contain_text("L has 20 examples, and no more fit. Press another sign")
    pictures = thumbs.locator("img").evaluate_all(PICTURES)
    thumbs.first.click()
    expect(thumbs.first.locator("img")).to_have_attribute("src", pictures[1])
    # The new thumbnail appears when the server has the drawing.
    expect(thumbs).to_have_count(MAX_EXAMPLES)
    *others, newest = thumbs.locator("img").evaluate_all(PICTURES)
    assert others == pictures[1:]
    assert newest not in pictures
    expect(page.locator(".desk")).to_have_class(re.compile("empty"))
    expect(hint).to_contain_text("Choose another sign.")
    # On a phone, the examples fill the window.
    chromium.resize(page, 390, 844)
    thumbs.first.scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Put back")).to_be_in_viewport(ratio=1)


def assert_page_in_one_file_reads_signs(browser, run, rng):
    """Checks that the network's exported page reads a sign as Python does, and does not speak of digits."""
    page = chromium.new_page(browser, offline=True)
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
    # The last section may speak of digits: it names the data of the network from which the training started.
    assert "digit" not in "".join(page.locator("main > :not(.about)").all_inner_texts()).lower()
    page.context.close()
