"""The marks of flipped weights in pictures of weights."""

import numpy as np
import pytest

from pages.inside import flip_marks
from pages.shared import bit_images


@pytest.mark.parametrize("largest, num_marked", [(1, 1), (9, 9), (25, 25)])
def test_mark_of_a_single_flip_has_the_largest_size_and_covers_only_weights(largest, num_marked):
    picture = np.full((40, 50, 3), bit_images.WHITE, np.uint8)
    picture[5, 6] = picture[5, 30] = bit_images.TURNED_BLACK
    # A gap between two tiles, in the way of the second mark.
    picture[:, 31] = bit_images.GREY
    before = picture.copy()
    marked = flip_marks.enlarged(picture, largest)
    is_marked = (marked == bit_images.TURNED_BLACK).all(axis=-1)
    assert is_marked[:, :20].sum() == num_marked
    assert (marked[:, 31] == bit_images.GREY).all()
    # The next tile is not marked.
    assert (marked[:, 32:] == bit_images.WHITE).all()
    np.testing.assert_array_equal(picture, before)


def test_marks_are_single_pixels_if_many_weights_are_flipped():
    weights = np.random.default_rng(1).integers(0, 2, (40, 50)).astype(bool)
    picture = bit_images.of_flips(weights, weights ^ (np.arange(50) % 3 == 0))
    np.testing.assert_array_equal(flip_marks.enlarged(picture), picture)
