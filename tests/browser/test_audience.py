"""The Audience page in a browser: it shows what phones send, and the presenter judges it."""

import pytest
from playwright.sync_api import expect

from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file
from bnn.runs import store
from pages.audience.tiles import answer_text
from pages.audience.wall import Tile
from tests.support import chromium, phones, waiting
from tests.support.phones import START, TILES

pytestmark = pytest.mark.browser

NUM_PHONES = 30
# Adds buttons for 54 more names. The page refreshes itself: a button that is copied during a refresh would be
# marked as outdated for ever.
ADD_VERDICTS = """() => {
  const row = document.querySelector(".st-key-verdicts")
  for (let i = 0; i < 54; i++) {
    const copy = row.lastElementChild.cloneNode(true)
    for (const part of [copy, ...copy.querySelectorAll("[data-stale]")]) part.removeAttribute("data-stale")
    copy.classList.add("added")
    row.append(copy)
  }
}"""


def place_of(page, selector):
    """Waits until nothing moves any more, and returns where a part of the page is."""
    chromium.wait_until_complete(page)
    return chromium.box(page, selector)


def places_of_head(page):
    """Where the title and the choice of the view are."""
    return [place_of(page, selector) for selector in ("h1", ".st-key-audience-view")]


@pytest.mark.parametrize("width, height", [*chromium.WINDOWS, (1100, 720)])
def test_without_phones_both_views_have_one_head_and_show_the_whole_command(
    shared_page, server, width, height
):
    page = shared_page("audience", width, height)
    head = places_of_head(page)
    for view in ("Leaderboard", "The wall"):
        page.locator(".st-key-audience-view").get_by_text(view).click()
        chromium.wait_until_complete(page)
        assert places_of_head(page) == head
        parts = page.locator(".st-key-no-phones code")
        port = f"--server.port {server.port}"
        expect(parts).to_have_text([START, port, "--server.address 0.0.0.0"])
        assert not parts.evaluate_all("all => all.filter(part => part.scrollWidth > part.clientWidth).length")
    # The digits of the example can be read even in a low window.
    assert chromium.box(page, ".example img")["height"] >= 48


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_code_fills_the_page_until_the_first_drawing_comes(presenter, width, height):
    page, _ = presenter
    chromium.resize(page, width, height)
    code = page.locator("img.qr")
    expect(code).to_be_in_viewport(ratio=1)

    def is_square_and_large():
        box = place_of(page, "img.qr")
        is_square = abs(box["width"] - box["height"]) <= 1
        return is_square and box["height"] >= min(0.7 * height, 0.9 * width)

    waiting.until(is_square_and_large, "the code to fill the page")
    expect(page.locator(".sentence")).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-code-place")).to_have_count(0)
    chromium.resize(page, 1920, 1080)


def test_drawings_of_thirty_phones_with_one_address_appear_the_newest_first(presenter, network_server):
    page, address = presenter
    drawings = phones.drawings(NUM_PHONES)
    head = places_of_head(page)
    assert phones.send(network_server.port, address, 1, drawings[0]) == 201
    expect(page.locator(TILES)).to_have_count(1)
    assert places_of_head(page) == head
    first = place_of(page, f"{TILES} img")
    for number, drawing in enumerate(drawings[1:], 2):
        assert phones.send(network_server.port, address, number, drawing) == 201
    expect(page.locator(TILES)).to_have_count(NUM_PHONES)
    network = file.load(store.find(None).model_path)
    readings = [answer.read(network, digit_from_strokes(drawing).digit) for drawing in reversed(drawings)]
    expected = [answer_text(Tile(0, 0, [], "", reading)) for reading in readings]
    expect(page.locator(f"{TILES} .answer")).to_have_text(expected)
    # The wall stays where it is, and its tiles have one size.
    assert place_of(page, f"{TILES} img") == first
    sizes = page.locator(TILES).evaluate_all("all => all.map(item => [item.offsetWidth, item.offsetHeight])")
    assert len(set(map(tuple, sizes))) == 1


def numbers(page):
    """The numbers of the drawings on the wall, the oldest first."""
    return sorted(page.locator(TILES).evaluate_all("all => all.map(item => Number(item.dataset.number))"))


def test_presenter_judges_with_one_click_and_hides_a_drawing(presenter, network_server):
    page, address = presenter
    ones = [[[[100, 40], [100, 280]]], [[[150, 40], [150, 280]]]]
    for number, strokes in enumerate(ones, 41):
        assert phones.send(network_server.port, address, number, strokes) == 201
    expect(page.locator(TILES)).to_have_count(2)
    wall = place_of(page, TILES)
    assert place_of(page, "img.qr")["y"] == pytest.approx(place_of(page, ".judged .frame")["y"], abs=1)
    before, after = numbers(page)
    page.locator(".st-key-verdicts button", has_text="7").click()
    expect(page.locator(f"{TILES} .verdict")).to_have_text(["", "fooled: it is 7"])
    expect(page.locator(".st-key-score .value")).to_have_text(["1", "1"])
    # The next drawing comes by itself. A click on a tile shows that tile's drawing.
    expect(page.locator(".judged img")).to_have_attribute("alt", f"drawing {after}")
    chromium.wait_until_complete(page)
    page.locator(TILES).last.click()
    expect(page.locator(".judged img")).to_have_attribute("alt", f"drawing {before}")
    # The buttons of the drawing appear later than its picture.
    chromium.wait_until_complete(page)
    page.get_by_role("button", name="Hide it").click()
    expect(page.locator(TILES)).to_have_count(1)
    expect(page.locator(".st-key-score .value")).to_have_text(["0", "0"])
    assert place_of(page, TILES) == wall


def test_many_long_names_leave_the_wall_in_sight(presenter, network_server):
    page, address = presenter
    chromium.resize(page, 1280, 720)
    assert phones.send(network_server.port, address, 51, [[[100, 40], [100, 280]]]) == 201
    expect(page.locator(TILES)).to_have_count(1)
    chromium.wait_until_complete(page)
    page.evaluate(ADD_VERDICTS)
    try:
        assert place_of(page, TILES)["y"] < 650
    finally:
        page.evaluate("document.querySelectorAll('.added').forEach(item => item.remove())")


def test_server_that_starts_again_lets_nobody_in(presenter, network_server):
    """Must be the last test of this file, because afterwards the presenter's switch is off."""
    page, address = presenter
    switch = page.get_by_role("switch", name="Let phones in")
    expect(switch).to_be_checked()
    drawing = [[[100, 40], [100, 280]]]
    assert phones.send(network_server.port, address, 61, drawing) == 201
    network_server.stop()
    network_server.start()
    assert phones.send(network_server.port, address, 62, drawing) == 404
    # The tab connects to the new server by itself.
    expect(switch).not_to_be_checked()
    expect(page.locator("img.qr")).to_have_count(0)
