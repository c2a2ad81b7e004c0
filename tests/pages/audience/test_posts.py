"""Which drawings from phones appear on the wall, and when, as docs/safety.md promises."""

import hashlib
import json

import numpy as np

from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file
from pages.audience import posts
from pages.audience.limits import Limit
from pages.shared import pocket
from pages.shared.pictures import picture_source
from tests.support.posts import CLOSED, CREATED, OTHER_NETWORK, PAUSED, STROKES, client, phone_id, post


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
    send(body=json.dumps({"strokes": STROKES, "name": "<script>"}), phone=phone_id(0xABC))
    assert "<script>" not in repr(wall.tiles()) + wall.strokes_file()
    assert phone_id(0xABC) not in repr(wall.tiles()) + wall.strokes_file()


def test_nobody_is_let_in_before_the_presenter_switches_on(wall):
    assert not pocket.is_open()
    for token in ("", "quick", "None", "ä"):
        assert post(f"/pocket/{token}/{phone_id(1)}", json.dumps({"strokes": STROKES})).status_code == CLOSED
    assert wall.tiles() == []


def test_nothing_is_accepted_after_the_presenter_switches_off(send, wall):
    pocket.shut_out()
    assert send().status_code == CLOSED
    assert wall.tiles() == []


def test_only_the_random_address_takes_drawings(send, address, wall):
    assert len(address.rpartition("/")[2]) == 22
    for wrong in (address[:-1], f"{address}x", "pocket/quick", "pocket/ä"):
        assert send(to=wrong).status_code == CLOSED
    assert send(to=address).status_code == CREATED
    assert len(wall.tiles()) == 1


def test_drawing_that_arrives_while_the_presenter_switches_off_is_not_shown(send, wall, monkeypatch):
    read = posts._read

    def read_slowly(*arguments):
        pocket.shut_out()
        return read(*arguments)

    monkeypatch.setattr(posts, "_read", read_slowly)
    assert send().status_code == CLOSED
    assert wall.tiles() == []


def test_phone_with_the_previous_network_is_told_so_and_nothing_is_shown(make_run, send, wall, address):
    phone = client()
    before = phone.head(f"/{address}").headers["X-Network"]
    assert f'data-sha256="{before}"' in phone.get(f"/{address}").text
    run = make_run(pixel_threshold=100)
    assert pocket.let_in(run) == address
    assert send(**{"X-Network": before}).status_code == OTHER_NETWORK
    assert wall.tiles() == []
    now = phone.head(f"/{address}").headers["X-Network"]
    assert now == hashlib.sha256(run.model_path.read_bytes()).hexdigest()
    assert send(**{"X-Network": now}).status_code == CREATED


def test_drawing_that_was_read_by_the_previous_network_is_not_shown(make_run, send, wall, monkeypatch):
    run, read = make_run(pixel_threshold=100), posts._read

    def read_slowly(*arguments):
        pocket.let_in(run)
        return read(*arguments)

    monkeypatch.setattr(posts, "_read", read_slowly)
    assert send().status_code == OTHER_NETWORK
    assert wall.tiles() == []


def test_drawing_that_a_phone_sends_again_is_on_the_wall_once(send, wall, monkeypatch):
    monkeypatch.setattr(posts, "PHONE", Limit(a_second=5, an_hour=5))
    statuses = [send(phone=phone_id(number)).status_code for number in (1, 1, 2)]
    assert statuses == [CREATED] * 3
    assert len(wall.tiles()) == 2


def test_paused_wall_takes_nothing(send, wall):
    wall.is_paused = True
    assert send().status_code == PAUSED
    wall.is_paused = False
    assert send().status_code == CREATED
    assert len(wall.tiles()) == 1


def test_page_for_phones_can_send_drawings_and_the_exported_page_cannot(address):
    from bnn.export.html import to_html

    run, _ = pocket.offer()
    served = client().get(f"/{address}").text
    assert "Show mine" in served
    assert "connect-src 'self'" in served
    for name in ("Show mine", "fetch(", "connect-src 'self'"):
        assert name not in to_html(run)
