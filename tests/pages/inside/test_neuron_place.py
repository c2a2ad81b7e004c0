"""Inside, chapter 2: where a neuron looks, and which place it keeps in another layer."""

import html
import re
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest

from pages.inside import keys
from pages.inside.chapters import place as chapter_place
from pages.inside.chapters import way
from pages.inside.picker import Cells
from tests.support.inside_page import (
    click,
    clickable_pictures,
    components,
    open_page,
    run_again,
    value_in_address,
)
from tests.support.page_content import shown


def test_frame_covers_the_pixels_that_the_neuron_sees(make_run):
    make_run()
    for layer, pixels in ((1, 3), (2, 8)):
        data = clickable_pictures(open_page(step="neuron", layer=layer))["neuron-input"]
        assert data["marker"] * 28 / data["rows"] == pixels


def test_frame_is_in_the_right_place_where_pooling_has_left_out_pixels(make_run):
    """The fourth layer has 3 x 3 places. Each is 8 pixels wide, and 4 of 28 pixels are left over."""
    make_run(stages=((5,), (5,), (5,), (5,)))
    data = clickable_pictures(open_page(step="neuron", layer=4))["neuron-input"]
    assert data["rows"] == 3
    assert data["stride"] * 28 / data["rows"] == 8
    frames = components(open_page(step="way"))["inside-live"]["frames"]
    assert [frame["stride"] for frame in frames] == [1, 2, 4, 8, 0, 0]


@pytest.mark.parametrize(
    "stages, link, moves",
    [
        # Layers 1 and 2 have 28 and 14 places in a row. Layer 3 is dense, and has the pixels as its places.
        (((5,), (7,)), (1, 13, 28), [(3, 13, 28), (2, 7, 14), (3, 14, 28), (1, 14, 28)]),
        # A link to a dense layer.
        (((5,), (7,)), (3, 13, 28), [(4, 13, 28), (2, 7, 14)]),
        # Places of the fourth layer are 8 pixels apart, and pooling has left out the last 4 of 28 pixels.
        (((5,), (5,), (5,), (5,)), (4, 3, 1), [(1, 21, 5), (4, 3, 1), (5, 21, 5), (4, 3, 1)]),
        (((5,), (5,), (5,), (5,)), (1, 28, 24), [(4, 3, 3)]),
    ],
)
def test_place_stays_at_the_same_part_of_the_picture_in_another_layer(make_run, stages, link, moves):
    make_run(stages=stages)
    page = open_page(step="neuron", layer=link[0], row=link[1], column=link[2])
    for layer, *place in moves:
        page.selectbox(key=keys.LAYER).select(layer)
        run_again(page)
        assert _place(page) == place


def test_place_stays_when_chapter_3_opens_another_layer(make_run):
    make_run()
    page = open_page(step="neuron", layer=2, row=7, column=14)
    page.session_state[keys.CHAPTER] = "way"
    link = html.unescape(re.search(r'to-chapter"[^>]* href="([^"]*)"', shown(run_again(page)))[1])
    page = open_page(**dict(parse_qsl(link.removeprefix("?"))))
    assert (value_in_address(page, "layer"), _place(page)) == ("4", [14, 28])


def test_pick_of_a_tile_in_chapter_3_keeps_the_place(monkeypatch, random_network):
    state, picks = {keys.LAYER: 2, keys.ROW: 7, keys.COLUMN: 14}, []
    for module in (way, chapter_place):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(way, "picker", lambda key, cells, pick, **_: picks.append(pick))
    for number, place in ((3, (14, 28)), (2, (7, 14))):
        way._wall(random_network(), "key", Cells("", 1, 1, ""), number)
        picks[-1](0, 0)
        assert (state[keys.LAYER], (state[keys.ROW], state[keys.COLUMN])) == (number, place)


def _place(page):
    return [int(value_in_address(page, name)) for name in ("row", "column")]


def test_buttons_move_along_the_row_and_back(make_run):
    make_run()
    page = open_page(step="neuron", row=3, column=27)
    for place in ([3, 28], [4, 1]):
        click(page, "neuron-forward")
        assert _place(page) == place
    click(page, "neuron-back")
    assert value_in_address(page, "column") == "28"
