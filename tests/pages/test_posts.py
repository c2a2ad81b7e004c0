"""What the server takes from phones, and what it refuses: one test for each promise of docs/safety.md."""

import hashlib
import json
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file
from pages.audience import posts
from pages.audience.limits import Limits
from pages.audience.wall import MAX_POINTS, MAX_STROKES, Wall
from pages.shared import pocket
from pages.shared.pictures import picture_source

STROKES = [[[100, 40], [100.0625, 280]], [[60, 90], [100, 40]]]
CREATED, BAD, CLOSED, TOO_LARGE, WRONG_TYPE, TOO_MANY, PAUSED = 201, 400, 404, 413, 415, 429, 503
OTHER_NETWORK = 409


@pytest.fixture(autouse=True)
def wall(monkeypatch):
    """An empty wall, on which no phone has sent anything yet."""
    monkeypatch.setattr(posts, "wall", Wall())
    monkeypatch.setattr(posts, "limits", Limits())
    yield posts.wall
    pocket.shut_out()


@pytest.fixture
def address(make_run):
    """The address of the page that phones load, while the presenter lets them in."""
    return pocket.let_in(make_run())


@pytest.fixture
def send(address):
    """A function that posts strokes, or a body, and returns the response. Each call is another phone."""
    numbers = count(1)

    def send(strokes=STROKES, body=None, to=address, phone=None, host=None, **headers):
        number = next(numbers)
        body = json.dumps({"strokes": strokes}) if body is None else body
        return _post(f"/{to}/{phone or _id(number)}", body, host or f"192.0.2.{number}", headers)

    return send


def _id(number):
    return f"{number:032x}"


def _post(path, body, host="192.0.2.1", headers=None):
    app = Starlette(routes=[pocket.route(), posts.route()])
    client = TestClient(app, client=(host, 50000))
    return client.post(path, content=body, headers={"Content-Type": "application/json", **(headers or {})})


def test_drawing_appears_with_the_servers_own_answer(make_run, send, wall):
    run = make_run()
    address = pocket.let_in(run)
    body = json.dumps({"strokes": STROKES, "answer": "9", "certainty": 1, "name": "<b>me</b>"})
    assert send(body=body, to=address).status_code == CREATED
    (tile,) = wall.tiles()
    drawing = digit_from_strokes([np.array(stroke) for stroke in STROKES])
    expected = answer.read(file.load(run.model_path), drawing.digit)
    np.testing.assert_array_equal(tile.answer.probabilities, expected.probabilities)
    assert tile.picture == picture_source(drawing.canvas)
    assert tile.verdict is None
    for stroke, sent in zip(tile.strokes, STROKES, strict=True):
        np.testing.assert_array_equal(stroke, sent)


def test_only_the_strokes_are_kept_of_what_a_phone_sends(send, wall):
    send(body=json.dumps({"strokes": STROKES, "name": "<script>"}), phone=_id(0xABC))
    assert "<script>" not in repr(wall.tiles()) + wall.strokes_file()
    assert _id(0xABC) not in repr(wall.tiles()) + wall.strokes_file()


def test_nobody_is_let_in_before_the_presenter_switches_on(wall):
    assert not pocket.is_open()
    for token in ("", "quick", "None", "ä"):
        assert _post(f"/pocket/{token}/{_id(1)}", json.dumps({"strokes": STROKES})).status_code == CLOSED
    assert wall.tiles() == []


def test_switching_off_ends_it(send, wall):
    pocket.shut_out()
    assert send().status_code == CLOSED
    assert wall.tiles() == []


def test_only_the_random_address_that_is_open_now_takes_drawings(make_run, send, address, wall):
    pocket.shut_out()
    other = pocket.let_in(make_run())
    assert other != address
    assert len(other.rpartition("/")[2]) == 22
    for wrong in (address, other[:-1], f"{other}x", "pocket/quick", "pocket/ä"):
        assert send(to=wrong).status_code == CLOSED
    assert send(to=other).status_code == CREATED
    assert len(wall.tiles()) == 1


def test_drawing_that_arrives_while_the_presenter_switches_off_is_not_shown(send, wall, monkeypatch):
    read = posts._read

    def read_slowly(*arguments):
        pocket.shut_out()
        return read(*arguments)

    monkeypatch.setattr(posts, "_read", read_slowly)
    assert send().status_code == CLOSED
    assert wall.tiles() == []


def test_phone_with_the_network_chosen_before_is_told_so_and_nothing_is_shown(make_run, send, wall, address):
    client = TestClient(Starlette(routes=[pocket.route()]))
    before = client.head(f"/{address}").headers["X-Network"]
    assert f'data-sha256="{before}"' in client.get(f"/{address}").text
    run = make_run(pixel_threshold=100)
    assert pocket.let_in(run) == address
    assert send(**{"X-Network": before}).status_code == OTHER_NETWORK
    assert wall.tiles() == []
    now = client.head(f"/{address}").headers["X-Network"]
    assert now == hashlib.sha256(run.model_path.read_bytes()).hexdigest()
    assert send(**{"X-Network": now}).status_code == CREATED


def test_drawing_that_was_read_by_the_network_before_is_not_shown(make_run, send, wall, monkeypatch):
    run, read = make_run(pixel_threshold=100), posts._read

    def read_slowly(*arguments):
        pocket.let_in(run)
        return read(*arguments)

    monkeypatch.setattr(posts, "_read", read_slowly)
    assert send().status_code == OTHER_NETWORK
    assert wall.tiles() == []


def test_paused_wall_takes_nothing(send, wall):
    wall.is_paused = True
    assert send().status_code == PAUSED
    wall.is_paused = False
    assert send().status_code == CREATED
    assert len(wall.tiles()) == 1


def test_at_most_200_kilobytes(send, wall):
    body = json.dumps({"strokes": STROKES})
    assert send(body=body.ljust(200_000)).status_code == CREATED
    assert send(body=body.ljust(200_001)).status_code == TOO_LARGE
    assert len(wall.tiles()) == 1


def test_large_body_is_not_read_to_its_end(send):
    sent = []

    def parts():
        for number in range(1000):
            sent.append(number)
            yield b" " * 100_000

    assert send(body=parts()).status_code == TOO_LARGE


def test_long_drawings_are_refused(send, wall):
    dots = [[[number, number]] for number in range(MAX_STROKES)]
    path = [[number % 300, number % 7] for number in range(MAX_POINTS)]
    assert send(dots).status_code == CREATED
    assert send([path]).status_code == CREATED
    assert send([*dots, [[1, 2]]]).status_code == TOO_LARGE
    assert send([path, [[1, 2]]]).status_code == TOO_LARGE
    assert len(wall.tiles()) == 2


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        b"\xff\xfe\xfd",
        "[]",
        "null",
        "7",
        "{}",
        '{"strokes": null}',
        '{"strokes": "<b>text</b>"}',
        '{"strokes": []}',
        '{"strokes": [[]]}',
        '{"strokes": [[[1, 2, 3]]]}',
        '{"strokes": [[[1, NaN]]]}',
        '{"strokes": [[[1, 1e999]]]}',
        '{"strokes": [[[1, 2000000]]]}',
        '{"strokes": [[[1, "x"]]]}',
        "[" * 150_000,
        '{"strokes": ' * 10_000,
    ],
    ids=range(18),
)
def test_what_is_no_drawing_is_refused_and_not_repeated(send, wall, body):
    answered = send(body=body)
    assert answered.status_code == BAD
    assert answered.content == b""
    assert wall.tiles() == []


@pytest.mark.parametrize("phone", ["1", "x" * 32, "A" * 32, "0" * 33, "<b>0</b>", "0" * 31 + "ä"])
def test_phone_that_does_not_name_itself_as_the_page_does_is_refused(send, wall, phone):
    assert send(phone=phone).status_code in (BAD, CLOSED)
    assert wall.tiles() == []


def test_phone_sends_at_most_once_a_second(send, wall):
    assert send(phone=_id(1), host="192.0.2.1").status_code == CREATED
    again = send(phone=_id(1), host="192.0.2.2")
    assert again.status_code == TOO_MANY
    assert int(again.headers["Retry-After"]) == 1
    # A page that is loaded again has another id, but the same address.
    assert send(phone=_id(2), host="192.0.2.1").status_code == TOO_MANY
    assert send(phone=_id(2), host="192.0.2.2").status_code == CREATED
    assert len(wall.tiles()) == 2


def test_phone_sends_at_most_a_hundred_an_hour(send, wall, monkeypatch):
    seconds = count(0, 2)
    monkeypatch.setattr(posts, "time", SimpleNamespace(monotonic=lambda: float(next(seconds))))
    statuses = [send(phone=_id(1), host=f"192.0.2.{number}").status_code for number in range(1, 102)]
    assert statuses == [CREATED] * 100 + [TOO_MANY]
    statuses = [send(host="198.51.100.1").status_code for _ in range(101)]
    assert statuses == [CREATED] * 100 + [TOO_MANY]


def test_what_is_refused_for_its_content_counts_too(send):
    """Otherwise, a phone could keep a processor busy with drawings that are refused."""
    assert send(body="no JSON", phone=_id(1)).status_code == BAD
    assert send(phone=_id(1)).status_code == TOO_MANY


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_page_of_another_site_cannot_send(send, wall, kind):
    """A browser sends only these types to another site without asking first, and the app refuses them."""
    assert send(**{"Content-Type": kind, "Origin": "http://elsewhere.example"}).status_code == WRONG_TYPE
    assert wall.tiles() == []


def test_browser_that_asks_for_another_site_gets_no_permission(address):
    app = Starlette(routes=[pocket.route(), posts.route()])
    headers = {"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answered = TestClient(app).options(f"/{address}/{_id(1)}", headers=headers)
    assert answered.status_code == 405
    assert not [name for name in answered.headers if name.startswith("access-control")]


def test_what_was_sent_cannot_be_fetched(send, address):
    send(phone=_id(1))
    client = TestClient(Starlette(routes=[pocket.route(), posts.route()]))
    assert client.get(f"/{address}/{_id(1)}").status_code == 405


def test_page_for_phones_has_the_button_and_the_exported_one_has_not(make_run):
    from bnn.export.html import to_html

    run = make_run()
    served = TestClient(Starlette(routes=[pocket.route()])).get(f"/{pocket.let_in(run)}").text
    assert "Show mine" in served
    assert "connect-src 'self'" in served
    for name in ("Show mine", "fetch(", "connect-src 'self'"):
        assert name not in to_html(run)
