"""Pictures of bits: every bit is one pixel at its place."""

from math import ceil

import numpy as np
import pytest

from pages.shared import bit_images


def test_bits_are_black_where_minus_one():
    assert bit_images.of_bits(np.array([[False, True]])).tolist() == [[255, 0]]


def test_signs_of_zero_and_places_outside_are_grey():
    values, inside = np.array([1, -1, 0, 1]), np.array([True, True, True, False])
    assert bit_images.of_signs(values, inside).tolist() == [255, 0, bit_images.GREY, bit_images.GREY]


def test_agreements_have_colours_of_their_own():
    found = bit_images.of_agreements(np.array([1, -1, 0])).tolist()
    assert found == [bit_images.AGREES, bit_images.DIFFERS, bit_images.GREY]
    assert len({0, 255, *found}) == 5


def test_flipped_bits_have_colours_of_their_own():
    before, after = np.array([False, True, False, True]), np.array([False, True, True, False])
    found = bit_images.of_flips(before, after).tolist()
    assert found == [[255] * 3, [0] * 3, list(bit_images.TURNED_BLACK), list(bit_images.TURNED_WHITE)]
    marked = bit_images.marking_flips(before, after).tolist()
    assert marked == [[255] * 3, [0] * 3, *[list(bit_images.FLIPPED)] * 2]


@pytest.mark.parametrize("count, columns, gap", [(1, 1, 1), (7, 3, 1), (8, 8, 2), (9, 3, 0)])
@pytest.mark.parametrize("colour", [(), (3,)])
def test_wall_shows_each_tile_at_its_place(count, columns, gap, colour):
    rng = np.random.default_rng(1)
    given = rng.integers(0, 256, (count, 3, 4, *colour), np.uint8)
    picture = bit_images.wall(given, columns, gap)
    covered = np.zeros(picture.shape, bool)
    for number, tile in enumerate(given):
        y = gap + number // columns * (3 + gap)
        x = gap + number % columns * (4 + gap)
        assert (picture[y : y + 3, x : x + 4] == tile).all()
        covered[y : y + 3, x : x + 4] = True
    assert (picture[~covered] == bit_images.GREY).all()


@pytest.mark.parametrize("side", [7, 28])
def test_place_on_a_wall_is_converted_to_the_pixel_of_its_tile(side):
    tiles = np.zeros((7, side, side), np.uint8)
    tiles[5, 3, 6] = 255
    picture = bit_images.wall(tiles, 3, bit_images.gap_of(side))
    (row,), (column,) = np.nonzero(picture == 255)
    height, width = picture.shape
    for within in (0.01, 0.5, 0.99):
        place = (row + within) / height, (column + within) / width
        assert bit_images.pixel_of_tile(picture, side, *place) == (3, 6)


@pytest.mark.parametrize(
    "count, columns", [(1, 1), (2, 2), (3, 2), (4, 2), (7, 3), (32, 8), (96, 12), (128, 16), (160, 16)]
)
def test_channels_stand_in_full_rows_if_possible(count, columns):
    assert bit_images.channel_columns(count) == columns


@pytest.mark.parametrize("channels", [1, 2, 4, 7, 32])
@pytest.mark.parametrize("side", [1, 3, 7])
def test_filter_tiles_show_every_weight_at_its_place(channels, side):
    rng = np.random.default_rng(2)
    weights = rng.integers(0, 2, (5, side * side, channels), np.uint8)
    found = bit_images.filters(weights, side)
    rows, columns = found.shape[1] // side, found.shape[2] // side
    assert columns == bit_images.channel_columns(channels)
    assert rows * columns >= channels > (rows - 1) * columns
    for output, tap, channel in np.ndindex(weights.shape):
        y = channel // columns * side + tap // side
        x = channel % columns * side + tap % side
        assert found[output, y, x] == weights[output, tap, channel]
    assert (found == bit_images.GREY).sum() == 5 * side * side * (rows * columns - channels)


def test_filter_tiles_may_be_coloured():
    weights = np.random.default_rng(3).integers(0, 256, (2, 9, 5, 3), np.uint8)
    found = bit_images.filters(weights, 3)
    for colour in range(3):
        assert (found[..., colour] == bit_images.filters(weights[..., colour], 3)).all()


def test_large_tiles_have_larger_gaps():
    assert bit_images.gap_of(3) < bit_images.gap_of(28)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 63, 64, 65, 784])
def test_columns_hold_all_tiles_in_no_more_rows_than_columns(count):
    columns = bit_images.num_columns(count, 2.0)
    assert 1 <= columns <= count
    assert columns >= ceil(count / columns)
