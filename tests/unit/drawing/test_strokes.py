"""Nested lists become strokes. Lists of any other form are refused, because they may come from anywhere."""

import json

import numpy as np
import pytest

from bnn.drawing.strokes import MAX_POINTS, strokes_from_lists


def test_lists_become_arrays_and_empty_lists_are_left_out():
    first, second = strokes_from_lists([[[1, 2], [3, 4]], [], [[5.5, 6]]])
    np.testing.assert_array_equal(first, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(second, [[5.5, 6]])
    assert first.dtype == second.dtype == np.float64


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "7",
        '"strokes"',
        "{}",
        "[]",
        "[[]]",
        "[[[]]]",
        "[null]",
        "[[1, 2]]",
        "[[[1, 2, 3]]]",
        "[[[1, 2], [3]]]",
        "[[[[1, 2]]]]",
        "[[[1, null]]]",
        '[[[1, "x"]]]',
        '[[[1, "2"]]]',
        "[[[1, 2], [true, 2]]]",
        "[[[1, {}]]]",
        "[[[1, NaN]]]",
        "[[[1, Infinity]]]",
        "[[[1, 1e7]]]",
        f"[[[1, 1{'0' * 400}]]]",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):
        strokes_from_lists(json.loads(text))


def test_too_many_points_are_refused():
    with pytest.raises(ValueError, match=str(MAX_POINTS)):
        strokes_from_lists([[[0, 0]] * (MAX_POINTS + 1)])
