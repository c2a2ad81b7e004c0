"""Drawings are chosen and deformed at random, and one does not depend on the other."""

import numpy as np
import pytest

from bnn.data import pen_paths
from bnn.data.handwriting.rendering import draw_strokes
from bnn.data.pen_drawings import PenDrawings
from bnn.training import own_drawings

NUM = 10


def drawings(shares):
    """Returns one drawing of each digit, in order. Its label says which one it is."""
    strokes = [draw_strokes(label, np.random.default_rng(label)) for label in range(NUM)]
    return PenDrawings(pen_paths.gather(strokes), np.arange(NUM, dtype=np.uint8), np.array(shares))


def plain_share_of_each(own, images, labels):
    """Returns the share of each drawing's images that are not deformed, (NUM,) float64."""
    is_plain = (images == own.plain()[labels]).all(axis=(1, 2))
    return np.bincount(labels, is_plain, NUM) / np.bincount(labels, minlength=NUM)


@pytest.mark.parametrize("shares", [[0.1] * NUM, [0.4, *[0.05] * 8, 0.2]], ids=["equal", "unequal"])
@pytest.mark.parametrize("seed", [4, [9, 3]])
def test_a_fifth_of_each_drawings_images_is_undeformed_wherever_it_stands(shares, seed):
    own = drawings(shares)
    plain = plain_share_of_each(own, *own.draw(4_000, seed))
    # The smallest share has about 200 images: five standard deviations are 0.14.
    assert plain.min() > 0.06
    assert plain.max() < 0.34


def test_images_for_validation_are_all_deformed_and_none_is_in_the_training():
    own = drawings([0.1] * NUM)
    images, labels = own_drawings.validation(own, 300)
    assert set(labels) == set(range(NUM))
    training, _ = own.draw(2_000, [1, 3])
    assert not {image.tobytes() for image in images} & {image.tobytes() for image in training}
