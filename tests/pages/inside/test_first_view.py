"""Inside, chapter 2: the place at which it opens."""

import numpy as np

from pages.inside.chapters.first_view import mixed_place


def test_place_has_about_as_many_white_as_black_pixels_and_is_near_the_middle():
    values = np.full((28, 28, 1), -1)
    # A stroke three pixels wide on the left, and one that touches the edge.
    values[5:23, 4:7] = values[:, 0] = 1
    row, column = mixed_place(values)
    patch = values[row - 1 : row + 2, column - 1 : column + 2]
    # Beside the stroke, three or six of nine are white. At its ends, there are places with four.
    assert int((patch > 0).sum()) == 4
    assert 1 <= row <= 26
    assert 1 <= column <= 26


def test_empty_picture_opens_in_the_middle():
    assert mixed_place(np.full((28, 28, 4), -1)) in {(13, 13), (13, 14), (14, 13), (14, 14)}
    assert mixed_place(np.zeros((28, 28, 1), np.uint8)) in {(13, 13), (13, 14), (14, 13), (14, 14)}
