"""Each kind of doodle has the features that its name promises, so that it does not look like a digit."""

import numpy as np
import pytest

from bnn.data.handwriting import doodles, non_digits
from bnn.data.handwriting.rendering import draw_strokes


@pytest.fixture(params=range(20))
def rng(request):
    return np.random.default_rng(request.param)


def inside(points, ring):
    """Returns (n,) bool, whether each point is inside the ring.

    From a point inside, a ray to the right crosses the ring an odd number of times.
    """
    crossings = np.zeros(len(points), int)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        spans = (y1 > points[:, 1]) != (y2 > points[:, 1])
        # A level edge is never crossed. The height 1 in place of its height 0 avoids a division by 0.
        height = np.where(y1 == y2, 1.0, y2 - y1)
        crossings += spans & (points[:, 0] < x1 + (points[:, 1] - y1) / height * (x2 - x1))
    return crossings % 2 == 1


def test_digit_is_crossed_out_from_top_to_bottom_and_beyond_both_sides(rng):
    digit = draw_strokes(8, rng)
    *kept, line = doodles.crossed_out(digit, rng)
    assert all(np.array_equal(*pair) for pair in zip(kept, digit, strict=True))
    points = np.concatenate(digit)
    low, high = points.min(axis=0), points.max(axis=0)
    assert line[:, 0].min() < low[0]
    assert line[:, 0].max() > high[0]
    assert np.ptp(line[:, 1]) > 0.7 * (high - low)[1]
    # The line turns back at least three times.
    assert (np.diff(np.sign(np.diff(line[:, 0]))) != 0).sum() >= 3


def test_face_has_at_least_three_marks_inside(rng):
    ring, *marks = doodles.face(rng)
    assert 3 <= len(marks) <= 6
    assert all(inside(mark, ring).all() for mark in marks)


def test_sun_has_rays_that_lead_away_from_its_ring(rng):
    ring, *rays = doodles.sun(rng)
    assert 5 <= len(rays) <= 10
    assert not any(inside(ray[-1:], ring).any() for ray in rays)
    assert all(np.hypot(*ray[-1]) > np.hypot(*ray[0]) for ray in rays)


def test_chain_has_rings_one_after_the_other(rng):
    rings = doodles.chain(rng)
    assert 2 <= len(rings) <= 3
    middles = [ring[:, 0].mean() for ring in rings]
    assert middles == sorted(middles)
    assert all(np.ptp(ring, axis=0).min() > 0.2 for ring in rings)


@pytest.mark.parametrize("draw", [doodles.flower, doodles.dented_ring])
def test_flowers_and_dented_rings_are_not_convex(draw, rng):
    (line,) = draw(rng)
    # A convex line would turn in one direction only.
    edges = np.diff(line, axis=0)
    turns = edges[:-1, 0] * edges[1:, 1] - edges[:-1, 1] * edges[1:, 0]
    assert (turns > 0).any()
    assert (turns < 0).any()


@pytest.mark.parametrize("kind", ["pair", "crossed out", "unknown"])
def test_kinds_that_need_digits_or_are_unknown_are_refused(kind, rng):
    with pytest.raises(ValueError, match=f"kind must be one of scribble, .*, got '{kind}'"):
        non_digits.draw_other(kind, rng)
