"""Connected components equal those found by flooding."""

import numpy as np
import pytest

from bnn.drawing.components import label_components


def flooded(mask):
    """Returns the components as a set of sets of pixels, by flooding."""
    remaining, components = {tuple(place) for place in np.argwhere(mask).tolist()}, set()
    while remaining:
        to_do, component = [remaining.pop()], set()
        while to_do:
            y, x = to_do.pop()
            component.add((y, x))
            neighbours = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & remaining
            remaining -= neighbours
            to_do += neighbours
        components.add(frozenset(component))
    return components


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (17, 1), (23, 31)])
def test_components_equal_those_found_by_flooding(share, shape):
    mask = np.random.default_rng(5).random(shape) < share
    labels, boxes = label_components(mask)
    pixels = [np.argwhere(labels == label) for label in range(1, len(boxes) + 1)]
    assert {frozenset(map(tuple, places.tolist())) for places in pixels} == flooded(mask)
    for places, (top, bottom, left, right) in zip(pixels, boxes, strict=True):
        assert (places.min(0).tolist(), places.max(0).tolist()) == ([top, left], [bottom - 1, right - 1])
    assert np.array_equal(labels > 0, mask)


def test_largest_number_of_components_is_labelled():
    # No mask of this size has more components.
    mask = np.zeros((41, 61), bool)
    mask[::2, ::2] = True
    assert len(label_components(mask)[1]) == 21 * 31
