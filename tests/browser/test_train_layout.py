"""The layout of the Train page: what comes first, what stays in its place, and what can be seen."""

import itertools
import os
import shutil

import pytest
from playwright.sync_api import expect

from bnn.engine import file
from bnn.recipes.presets import PRESETS
from bnn.runs import first_batches, store
from bnn.runs.labels import run_label
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from bnn.system.processes import process_identity
from tests.support import chromium, drawing_hand, looks

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_train_begins_with_the_network_that_learns(shared_page, width, height):
    page = shared_page("train", width, height)
    order = (
        ".st-key-recipes",
        ".st-key-start",
        ".st-key-sight .weights",
        ".draw-here canvas",
        ".st-key-chart-accuracy",
    )
    tops = [chromium.box(page, selector)["y"] for selector in order]
    if width == 390:
        assert tops == sorted(tops)
    # The buttons that open other pages with the network are above the curve.
    assert _bottom(chromium.box(page, ".st-key-run-links")) <= tops[-1]
    # Figures, other buttons and boxes are below the curve. Data and settings are hidden.
    expect(page.locator(".st-key-more-settings")).to_be_hidden()
    for selector in (".figures", "[class*=st-key-run_shown-]"):
        assert chromium.box(page, selector)["y"] > tops[-1], selector
    # Without scrolling, the weights are in sight. Except on a phone, the curve is in sight, too.
    assert _bottom(chromium.box(page, ".st-key-sight .weights img")) <= height
    if width != 390:
        assert _bottom(chromium.box(page, ".st-key-chart-accuracy .marks .mark-line")) <= height
    else:
        weights, field = (chromium.box(page, part) for part in (".weights img", ".draw-here"))
        assert weights["width"] == pytest.approx(field["width"], abs=1)


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_bits_canvas_and_answer_are_in_one_view(shared_page, width, height):
    """A visitor who draws sees the answer and the bits that flip. On a phone, the page is scrolled first."""
    page = shared_page("train", width, height)
    parts = (".st-key-sight .weights img", ".draw-here canvas", ".reads .answer", ".reads .bar >> nth=9")
    if width == 390:
        page.locator(".status").evaluate("status => status.scrollIntoView()")
    drawing_hand.draw(page, 3, ".draw-here canvas")
    for part in parts:
        expect(page.locator(part).first).to_be_in_viewport(ratio=1)
    # The curve is at least 14 pixels below these parts.
    bottoms = [_bottom(chromium.box(page, part)) for part in (*parts, ".draw-here .small-button")]
    assert max(bottoms) + 14 <= chromium.box(page, ".st-key-chart-accuracy")["y"]
    page.locator(".draw-here .small-button").click()


_PARTS = (
    *(".st-key-sight", ".draw-here", ".st-key-chart-accuracy", ".figures"),
    *(".st-key-run-links", ".st-key-experts"),
)
_LOADING = "Getting ready (loading TensorFlow)"
_CHECKING = "Checking with images it has not seen"


@pytest.fixture
def learning_run(server):
    """A run of the recipe `quick` that has just begun, with this process as its trainer."""
    run = Run("20261127-101112-quick", server.runs_root / "20261127-101112-quick")
    run.write_recipe(PRESETS["quick"])
    _write_status(run, _LOADING)
    yield run
    shutil.rmtree(run.folder)


def _write_status(run, message, **values):
    values |= process_identity(os.getpid())
    run.write_status(Status("running", message, num_epochs=3, num_batches=782, **values))


def test_nothing_moves_while_a_network_learns(open_page, learning_run):
    run, example = learning_run, store.find("quick")
    page = open_page(f"train?run={run.id}")
    expect(page.locator(".status")).to_contain_text(_LOADING)
    # The checks go through the window sizes alternately backwards and forwards. So each check begins at the
    # size that the window already has.
    tops, orders = {}, itertools.cycle((chromium.WINDOWS[::-1], chromium.WINDOWS))
    for window in chromium.WINDOWS:
        chromium.resize(page, *window)
        tops[window] = _tops(page)
        expect(page.locator(".status b")).to_have_text(run_label(run))
        assert page.locator(".status b").evaluate("name => name.scrollWidth <= name.clientWidth")

    def check(words, check_more=lambda _page, _width: None):
        expect(page.locator(".st-key-learning")).to_contain_text(words)
        chromium.wait_until_complete(page)
        for window in next(orders):
            chromium.resize(page, *window)
            assert _tops(page) == pytest.approx(tops[window], abs=0.5), (words, window)
            check_more(page, window[0])

    for batch in first_batches.numbers(example)[:3]:
        content = first_batches.path(example, batch).read_bytes()
        first_batches.keep(run, batch, file.from_bytes(content), 0.5)
        write_atomically(run.live_path, content)
        _write_status(run, "", epoch=1, batch=batch, images_per_second=12_345.0, eta_seconds=75.0)
        if batch:
            # After these batches, only numbers on the page change, so it is measured only after the last one.
            expect(page.locator(".st-key-details")).to_contain_text(f"after batch {batch} ")
        else:
            check("has just flipped")
    expect(page.locator(".st-key-learning")).to_contain_text("Round (epoch) 1 of 3: 50,000\u00a0images")
    check("421,408 bits just flipped")
    _write_status(run, _CHECKING, epoch=1, batch=782)
    check(_CHECKING)
    write_atomically(run.model_path, content)
    run.live_path.unlink()
    run.write_test(example.test())
    run.write_status(Status("finished", epoch=3, num_epochs=3))
    check("It now reads 98 of 100 digits it has never seen.", _check_head_of_a_finished_run)
    expect(page.get_by_test_id("stDownloadButton").get_by_role("button")).to_be_enabled()


def _tops(page):
    return {part: chromium.box(page, part)["y"] for part in _PARTS}


def _check_head_of_a_finished_run(page, width):
    """The result is in large type. Buttons that cannot be pressed and the full progress bar are not shown."""
    sizes = [_style(page.locator(part), "fontSize") for part in (".status .result", "html")]
    text, root = (float(size.removesuffix("px")) for size in sizes)
    assert text / root == pytest.approx(1.25)
    for part in (".st-key-stop", ".st-key-resume", "[data-testid=stProgress]"):
        expect(page.locator(part)).to_be_hidden()
    for name in ("Open on Draw", "Look inside"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_enabled()
        if width > 390:
            expect(button).to_be_in_viewport(ratio=1)


# Returns the top and the font size, in pixels, of each label with a percentage on the vertical axis.
_LABELS = """() => [...document.querySelectorAll(".st-key-chart-accuracy .role-axis-label text")]
  .filter(label => label.textContent.includes("%"))
  .map(label => [label.getBoundingClientRect().top, parseFloat(getComputedStyle(label).fontSize)])"""


def test_labels_of_the_curve_are_apart(open_page):
    page = open_page("train?run=best")
    _check_labels_of_the_curve(page, num_compared=0)
    # Scrolling would close the list of networks. In this window, the page does not scroll.
    chromium.resize(page, 1280, 4000)
    page.get_by_text("For experts", exact=True).click()
    choice = page.get_by_label("Compare with")
    names = page.locator(".st-key-chart-accuracy .role-legend-label text")
    # These networks read so well that the axis is logarithmic. Only then are there words about the axis.
    for name in ("The app’s network", "record (example)"):
        chromium.wait_until_complete(page)
        chromium.choose(choice, page.get_by_role("option", name=name))
        expect(names.filter(has_text=name)).to_be_visible()
        choice.press("Escape")
        # A press on a list that is still closing would choose nothing.
        expect(page.get_by_role("option")).to_have_count(0)
    chromium.wait_until_complete(page)
    _check_labels_of_the_curve(page, num_compared=2)


def _check_labels_of_the_curve(page, num_compared):
    height = "words => words.getBoundingClientRect().height / parseFloat(getComputedStyle(words).fontSize)"
    names = page.locator(".st-key-chart-accuracy .role-legend-label text")
    # The legend names training and validation and, in a comparison, also the runs.
    expect(names).to_have_count(2 + (1 + num_compared if num_compared else 0))
    for window in chromium.WINDOWS:
        chromium.resize(page, *window)
        # The words about the axis are in one line.
        assert page.locator(".curve-title small").evaluate(height) < 2
        labels = page.evaluate(_LABELS)
        tops = sorted(top for top, _ in labels)
        assert len(tops) >= 4
        smallest = min(below - above for above, below in itertools.pairwise(tops))
        assert smallest >= 1.35 * labels[0][1], window


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_nothing_moves_when_the_time_of_a_recipe_becomes_known(shared_page, width, height):
    page = shared_page("train", width, height)
    start = chromium.box(page, ".st-key-start")
    name = page.locator(".st-key-recipes label p").nth(1)
    # Adds a time to the caption beside the longest name, as pages/train/setup.py does when it knows the time.
    page.locator(".st-key-recipes [data-testid=stRadioCaption] p").nth(1).evaluate(
        "caption => caption.insertAdjacentHTML('beforeend', ' <em>≈ 10 min</em>')"
    )
    time = chromium.box(page, ".st-key-recipes em")
    assert chromium.box(page, ".st-key-start") == start
    text = name.evaluate(
        "p => { const range = document.createRange(); range.selectNodeContents(p);"
        " return Math.max(...[...range.getClientRects()].map(line => line.right)) }"
    )
    assert time["x"] >= text
    page.locator(".st-key-recipes em").evaluate("time => time.remove()")


def test_tab_key_goes_down_the_page_on_a_phone(open_page):
    page = open_page("train", 390, 844, has_touch=True, is_mobile=True)
    chromium.wait_until_complete(page)
    page.locator(".st-key-start button").focus()
    tops = []
    # "For experts" is the last of the ten parts that follow Start. Three of them are figures.
    for _ in range(10):
        page.keyboard.press("Tab")
        tops.append(
            page.evaluate(
                "document.activeElement.getBoundingClientRect().top"
                " + document.querySelector('[data-testid=stMain]').scrollTop"
            )
        )
    expect(page.locator(".st-key-experts summary")).to_be_focused()
    assert tops == pytest.approx(sorted(tops), abs=8)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_switch_that_is_off_and_option_that_is_not_chosen_can_be_seen(shared_page, theme):
    """The contrast is at least 3, as in https://www.w3.org/TR/WCAG21/#non-text-contrast."""
    page = shared_page("train", 1280, 720)
    looks.change_theme(page, theme)
    track = page.locator(".st-key-more-recipes label > div").first
    ring = page.get_by_test_id("stRadioOption").nth(1).locator("> div > div").first
    background = _style(page.get_by_test_id("stApp"), "backgroundColor")
    assert looks.contrast(_style(track, "backgroundColor"), background) >= 3
    assert looks.contrast(_style(ring, "borderTopColor"), background) >= 3


def _bottom(box):
    return box["y"] + box["height"]


def _style(part, name):
    return part.evaluate("(part, name) => getComputedStyle(part)[name]", name)
