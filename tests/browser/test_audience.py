"""The Audience page in a browser: phones send drawings, and the presenter judges them."""

import pytest
from playwright.sync_api import expect

from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file
from bnn.runs import store
from pages.audience.tiles import answer_text
from pages.audience.wall import Tile
from tests.support import chromium, drawing_hand, phones

pytestmark = pytest.mark.browser

# Playwright also finds the tiles with this selector, although they are in the shadow root of a component.
TILES = ".st-key-wall li"
NUM_PHONES = 30


@pytest.fixture(scope="module")
def open_wall(browser, network_server):
    """The presenter's page, and the address at which phones are let in."""
    page = chromium.new_page(browser, 1920, 1080)
    chromium.visit(page, f"{network_server.url}/audience?tour=off")
    page.locator(".st-key-phones label").first.click()
    expect(page.locator("img.qr")).to_be_visible()
    words = page.get_by_text("Scan the code, or open").inner_text()
    yield page, f"pocket/{words.rpartition('/pocket/')[2]}"
    page.context.close()


@pytest.fixture
def presenter(open_wall):
    """The presenter's page and the address for phones, as in `open_wall`, with an empty wall."""
    page, address = open_wall
    chromium.wait_until_complete(page)
    if page.locator(TILES).count():
        page.get_by_role("button", name="Clear").click()
        page.get_by_role("button", name="Yes, clear the wall").click()
    expect(page.locator(TILES)).to_have_count(0)
    return page, address


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
    page = shared_page("audience")
    page.set_viewport_size({"width": width, "height": height})
    chromium.wait_for_frames(page)
    head = places_of_head(page)
    for view in ("Leaderboard", "The wall"):
        page.locator(".st-key-audience-view").get_by_text(view).click()
        chromium.wait_until_complete(page)
        assert places_of_head(page) == head
        parts = page.locator(".st-key-no-phones code")
        port = f"--server.port {server.port}"
        expect(parts).to_have_text(["python3 start.py", port, "--server.address 0.0.0.0"])
        assert not parts.evaluate_all("all => all.filter(part => part.scrollWidth > part.clientWidth).length")
    # The digits of the example can be read even in a low window.
    assert chromium.box(page, ".example img")["height"] >= 48


@pytest.mark.parametrize("width, height", chromium.WINDOWS)
def test_code_fills_the_page_until_the_first_drawing_comes(presenter, width, height):
    page, _ = presenter
    page.set_viewport_size({"width": width, "height": height})
    code = page.locator("img.qr")
    expect(code).to_be_in_viewport(ratio=1)
    box = place_of(page, "img.qr")
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["height"] >= min(0.7 * height, 0.9 * width)
    expect(page.locator(".sentence")).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-code-place")).to_have_count(0)
    page.set_viewport_size({"width": 1920, "height": 1080})


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


def test_phone_shows_its_drawing_and_is_told_when_the_wall_is_paused(presenter, network_server, new_page):
    page, address = presenter
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{network_server.url}/{address}")
    expect(phone.locator("#digit")).to_have_text("draw")
    show = phone.get_by_role("button", name="Show mine")
    expect(show).to_be_disabled()
    draw_a_1(phone, 0.25)
    # The test does not tap, because on a busy machine a tap can be taken for a long press.
    show.click()
    expect(phone.locator("#sent")).to_have_text("It is on the wall. Draw another one.")
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1"])
    # The same drawing is not sent twice. The next stroke begins a new drawing: two lines in one drawing would
    # not be read as a 1.
    expect(show).to_be_disabled()
    draw_a_1(phone, 0.75)
    show.click()
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1", "1"])
    page.get_by_role("button", name="Pause").click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    phone.get_by_role("button", name="Clear").click()
    draw_a_1(phone)
    show.click()
    expect(phone.locator("#sent")).to_contain_text("paused")
    resume.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(TILES)).to_have_count(2)
    phone.context.close()


def test_stroke_that_begins_while_a_drawing_is_sent_belongs_to_the_next(presenter, network_server, new_page):
    page, address = presenter
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{network_server.url}/{address}")
    draw_a_1(phone, 0.25)
    sent = []

    def hold(route):
        sent.append(route)

    phone.route("**", hold)
    phone.locator("#send").click()
    draw_a_line(phone, 0.75)
    expect(phone.locator("#answer")).not_to_have_attribute("data-digit", "1")
    sent.pop().continue_()
    expect(phone.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1"])
    phone.context.close()


def test_drawing_whose_answer_was_lost_can_be_sent_again_and_counts_once(presenter, network_server, new_page):
    page, address = presenter
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{network_server.url}/{address}")
    said, clear = phone.locator("#sent"), phone.get_by_role("button", name="Clear")
    posts, held = f"**/{address}/*", []
    draw_a_1(phone, 0.25)

    def lose_answer(route):
        assert route.fetch().status == 201
        route.abort()

    def hold(route):
        held.append(route)

    phone.route(posts, lose_answer, times=1)
    phone.locator("#send").click()
    expect(said).to_have_text("No answer from the wall. Look whether your drawing is there, or press again.")
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1"])
    phone.route(posts, hold, times=1)
    phone.locator("#send").click()
    expect(said).to_have_text("Sending …")
    held.pop().continue_()
    expect(said).to_have_text("It is on the wall. Draw another one.")
    draw_a_1(phone, 0.75)
    expect(said).to_be_empty()
    # What was said of a drawing goes with it.
    for next_drawing in (clear.click, lambda: draw_a_line(phone, 0.5)):
        phone.route(posts, lambda route: route.abort(), times=1)
        phone.locator("#send").click()
        expect(said).to_contain_text("No answer from the wall.")
        next_drawing()
        expect(said).to_be_empty()
        clear.click()
        draw_a_1(phone)
    phone.locator("#send").click()
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1", "1"])
    phone.context.close()


def draw_a_1(phone, x=0.5):
    draw_a_line(phone, x)
    expect(phone.locator("#answer")).to_have_attribute("data-state", "sure")


def draw_a_line(phone, x):
    """Draws with the mouse, because a busy browser sometimes drops a touch."""
    drawing_hand.move_pen(phone, drawing_hand.canvas_box(phone, "#canvas"), [(x, 0.1), (x, 0.9)])
    phone.mouse.up()


def numbers(page):
    """The numbers of the drawings on the wall, the oldest first."""
    return sorted(page.locator(TILES).evaluate_all("all => all.map(item => Number(item.dataset.number))"))


def test_presenter_judges_with_one_click_and_hides(presenter, network_server):
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
