"""Other signs look like no drawing of the data set. If there are too few of them, scribbles are added."""

import numpy as np
import pytest

from bnn.analysis import lookalikes
from bnn.data import pen_paths
from bnn.data.dataset import Split
from bnn.data.handwriting import rendering
from bnn.data.pen_drawings import PenDrawings
from bnn.training import other_signs


def drawings(labels):
    """Returns three drawings of each of these digits."""
    strokes = [rendering.draw_strokes(n, np.random.default_rng([n, i])) for n in labels for i in range(3)]
    numbers = np.repeat(np.arange(len(labels), dtype=np.uint8), 3)
    return PenDrawings(pen_paths.gather(strokes), numbers, np.full(len(strokes), 1 / len(strokes)))


def test_signs_look_like_none_of_the_drawings():
    own = drawings([0, 1])
    images = other_signs.draw(30, 4, own)
    assert images.shape == (30, 28, 28)
    assert (images.reshape(30, -1).max(axis=1) > 0).all()
    is_other = lookalikes.distances(images, own.plain()).min(axis=1) >= lookalikes.SAME_SIGN
    assert is_other[:20].all()
    # The last ones may be scribbles, which may look like a drawing.
    assert is_other.mean() > 0.7
    np.testing.assert_array_equal(images, other_signs.draw(30, 4, own))
    assert not np.array_equal(images, other_signs.draw(30, 5, own))


def test_scribbles_take_the_places_of_signs_that_look_like_a_drawing(monkeypatch):
    monkeypatch.setattr(lookalikes, "SAME_SIGN", 2.0)
    assert other_signs.draw(7, 1, drawings([3])).shape == (7, 28, 28)


def test_temperature_is_also_fitted_to_other_signs_with_random_labels():
    own = drawings([0, 1])
    validation = Split(np.tile(own.plain(), (20, 1, 1)), np.tile(own.labels, 20))
    images, labels = other_signs.with_other_signs(validation, own, 2)
    assert (len(images), len(labels)) == (360, 360)
    np.testing.assert_array_equal(images[:6], own.plain())
    # The first 120 are the validation images. The labels of the other signs are 0 or 1 at random.
    assert 0.3 < labels[120:].mean() < 0.7


@pytest.mark.parametrize("num_classes, num_others", [(2, 12), (3, 6), (5, 3), (9, 3)])
def test_few_classes_get_more_other_signs(num_classes, num_others):
    own = drawings([0, 1])
    images, labels = other_signs.with_other_signs(Split(own.plain(), own.labels), own, num_classes)
    assert len(images) == len(labels) == 6 + num_others
