"""Examples in a wrong class and classes that look alike are found; good examples are not reported."""

import numpy as np
import pytest

from bnn.analysis import lookalikes
from bnn.analysis.lookalikes import Alike
from bnn.data.handwriting import rendering

PER_SIGN = 10


def signs(name, num=PER_SIGN, seed=1):
    return rendering.draw_non_digits(num, [seed, ord(name[0])], signs=(name,), others=())


def examples(names):
    """Returns the images and labels of `PER_SIGN` drawings of each sign. The first sign has label 0."""
    images = np.concatenate([signs(name) for name in names])
    return images, np.repeat(np.arange(len(names)), PER_SIGN)


def test_nothing_is_said_about_signs_that_differ():
    images, labels = examples(("L", "X", "envelope"))
    assert lookalikes.confused(images, labels, 3) == []
    assert lookalikes.alike([], labels, 3) == []


def test_an_example_in_the_wrong_class_is_found():
    images, labels = examples(("L", "X", "envelope"))
    # Example 12 shows an X, class 1.
    labels[12] = 2
    found = lookalikes.confused(images, labels, 3)
    assert [(one.example, one.label, one.looks_like) for one in found] == [(12, 2, 1)]
    pairs = lookalikes.alike(found, labels, 3)
    assert pairs == []
    assert lookalikes.misplaced(found, pairs) == found


def test_two_classes_of_the_same_sign_look_alike():
    images = np.concatenate([signs("A", seed=1), signs("A", seed=2), signs("L")])
    labels = np.repeat(np.arange(3), PER_SIGN)
    found = lookalikes.confused(images, labels, 3)
    (pair,) = lookalikes.alike(found, labels, 3)
    num_confused = sum({0, 1} == {e.label, e.looks_like} for e in found)
    assert pair == Alike(labels=(0, 1), num_confused=num_confused, num_examples=2 * PER_SIGN)
    assert pair.num_confused >= 0.3 * pair.num_examples
    assert lookalikes.misplaced(found, [pair]) == []


def test_equal_images_are_at_distance_0_and_separate_ink_at_distance_1():
    corners = np.zeros((2, 28, 28), np.uint8)
    corners[0, :4, :4] = corners[1, -4:, -4:] = 255
    np.testing.assert_allclose(lookalikes.distances(corners, corners), [[0, 1], [1, 0]], atol=1e-6)


@pytest.mark.parametrize("num", [1, 4, 5, 10])
def test_nearest_distances_are_the_minima_and_few_images_are_compared_at_once(num, monkeypatch):
    images, others, sizes = signs("A", 10)[:num], signs("L", 7), []
    expected = lookalikes.distances(images, others).min(axis=1)
    compare = lookalikes.distances

    def distances(images, others):
        sizes.append(len(images))
        return compare(images, others)

    monkeypatch.setattr(lookalikes, "IMAGES_AT_ONCE", 4)
    monkeypatch.setattr(lookalikes, "distances", distances)
    np.testing.assert_allclose(lookalikes.nearest_distances(images, others), expected, atol=1e-6)
    assert sum(sizes) == num
    assert max(sizes, default=0) <= 4


def test_a_shift_by_a_pixel_counts_less_than_another_sign():
    image, other = signs("A", 1), signs("L", 1)
    shifted = np.roll(image, 1, axis=2)
    assert lookalikes.distances(image, shifted)[0, 0] < 0.25 * lookalikes.distances(image, other)[0, 0]


@pytest.mark.parametrize("labels", [[], [0], [0, 1], [0, 0, 1]], ids=str)
def test_few_examples_raise_no_error(labels):
    found = lookalikes.confused(signs("A", len(labels)), np.array(labels), 3)
    assert all(example.label != example.looks_like for example in found)
