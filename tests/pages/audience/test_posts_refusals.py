"""Drawings from phones that the server refuses, as docs/safety.md promises."""

import json
from itertools import count
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from pages.audience import posts
from pages.audience.limits import ADDRESS
from pages.audience.wall import MAX_POINTS, MAX_STROKES
from pages.shared import pocket
from tests.support.pages import click, open_page
from tests.support.posts import (
    BAD,
    CLOSED,
    CREATED,
    STROKES,
    TOO_LARGE,
    TOO_MANY,
    WRONG_TYPE,
    client,
    phone_id,
)
from tests.support.visitor import in_own_loop

_places = count()


def another():
    """Returns the strokes of a drawing that differs from all before."""
    return [*STROKES, [[next(_places), 1]]]


def test_body_of_more_than_200_kilobytes_is_refused(send, wall):
    body = json.dumps({"strokes": STROKES})
    assert send(body=body.ljust(200_000)).status_code == CREATED
    assert send(body=body.ljust(200_001)).status_code == TOO_LARGE
    assert len(wall.tiles()) == 1


def test_large_body_is_not_read_to_its_end():
    received = []

    async def receive():
        received.append(100_000)
        return {"type": "http.request", "body": b" " * 100_000, "more_body": len(received) < 10}

    request = Request({"type": "http"}, receive)
    with pytest.raises(posts.Refusal) as refusal:
        in_own_loop(posts._body(request))
    assert refusal.value.status == TOO_LARGE
    assert len(received) == 3


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
def test_body_without_a_drawing_is_refused_and_not_sent_back(send, wall, body):
    answered = send(body=body)
    assert answered.status_code == BAD
    assert answered.content == b""
    assert wall.tiles() == []


@pytest.mark.parametrize("phone", ["1", "x" * 32, "A" * 32, "0" * 33, "<b>0</b>", "0" * 31 + "ä"])
def test_phone_whose_id_is_malformed_is_refused(send, wall, phone):
    assert send(phone=phone).status_code in (BAD, CLOSED)
    assert wall.tiles() == []


@pytest.fixture
def now(monkeypatch):
    """The server's clock, in seconds. It stands still until a test sets it."""
    clock = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(posts, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    return clock


def test_phone_sends_at_most_once_a_second(send, wall, now):
    assert send(another(), phone=phone_id(1), host="192.0.2.1").status_code == CREATED
    now.seconds = 0.5
    again = send(phone=phone_id(1), host="192.0.2.2")
    assert again.status_code == TOO_MANY
    assert int(again.headers["Retry-After"]) == 1
    now.seconds = 1.0
    assert send(another(), phone=phone_id(1), host="192.0.2.2").status_code == CREATED
    assert len(wall.tiles()) == 2


def test_phone_sends_at_most_a_hundred_an_hour(send, wall, now):
    statuses = []
    for number in range(1, 102):
        now.seconds = 2.0 * number
        statuses.append(send(phone=phone_id(1), host=f"192.0.2.{number}").status_code)
    assert statuses == [CREATED] * 100 + [TOO_MANY]


def test_phones_of_a_class_with_one_address_send_at_the_same_time(send, wall, now):
    for seconds in range(3):
        now.seconds = float(seconds)
        phones = map(phone_id, range(30))
        statuses = [send(another(), phone=phone, host="192.0.2.1").status_code for phone in phones]
        assert statuses == [CREATED] * 30
    assert len(wall.tiles()) == 90


def test_address_sends_at_most_fifty_a_second_and_five_thousand_an_hour(send, now):
    def status():
        # A message counts even if it holds no drawing.
        return send(body="", host="192.0.2.1").status_code

    assert [status() for _ in range(51)] == [BAD] * 50 + [TOO_MANY]
    assert send(host="192.0.2.2").status_code == CREATED
    # The next messages are counted without being sent.
    for number in range(50, 5_000):
        seconds = 1.0 + number // 50
        waits = posts.limits.wait_seconds({"address 192.0.2.1": ADDRESS}, seconds)
        assert waits == 0
    now.seconds = 200.0
    assert status() == TOO_MANY
    now.seconds = 3600.0
    assert status() == BAD


@pytest.fixture
def used_up(send, now):
    """A function that sends from an address that has used up its 5,000 drawings, and returns the status."""
    for _ in range(ADDRESS.an_hour):
        now.seconds += 0.1
        assert posts.limits.wait_seconds({"address 192.0.2.1": ADDRESS}, now.seconds) == 0
    now.seconds += 1.0
    return lambda: send(host="192.0.2.1").status_code


def test_clear_lets_an_address_send_again(used_up, put, presenter):
    put(7)
    assert used_up() == TOO_MANY
    page = open_page("audience")
    click(page, "clear-yes-0")
    assert used_up() == CREATED


def test_address_can_send_again_after_phones_were_shut_out_and_let_in(used_up):
    run, _ = pocket.offer()
    # Each rerun of the page offers the network again. This does not clear the limits.
    pocket.let_in(run)
    assert used_up() == TOO_MANY
    pocket.shut_out()
    pocket.let_in(run)
    assert used_up() == CREATED


def test_message_that_is_refused_for_its_content_counts(send):
    """Otherwise, a phone could keep a processor busy with drawings that are refused."""
    assert send(body="no JSON", phone=phone_id(1)).status_code == BAD
    assert send(phone=phone_id(1)).status_code == TOO_MANY


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_page_of_another_site_cannot_send(send, wall, kind):
    """A browser sends only these types to another site without asking it first. The app refuses them."""
    assert send(**{"Content-Type": kind, "Origin": "http://elsewhere.example"}).status_code == WRONG_TYPE
    assert wall.tiles() == []


def test_browser_that_asks_for_another_site_gets_no_permission(address):
    headers = {"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answered = client().options(f"/{address}/{phone_id(1)}", headers=headers)
    assert answered.status_code == 405
    assert not [name for name in answered.headers if name.startswith("access-control")]


def test_what_was_sent_cannot_be_fetched(send, address):
    send(phone=phone_id(1))
    assert client().get(f"/{address}/{phone_id(1)}").status_code == 405
