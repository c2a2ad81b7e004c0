"""Copies of images in .npz files are left out, so that no image is in two parts of a data set."""

import numpy as np
import pytest

from bnn.data import files
from tests.support.data_files import all_parts, npz

PARTS = ("train", "validation", "test")


def test_training_images_that_are_also_test_images_are_left_out():
    images = np.random.default_rng(3).integers(0, 256, (60, 16, 16), np.uint8)
    data = files.parse(npz(x_train=images, x_test=images[:12]), "a")
    tested = {image.tobytes() for image in data.test().images}
    assert not tested & {image.tobytes() for part in data.train_validation() for image in part.images}
    assert [len(part.labels) for part in all_parts(data)] == [42, 6, 12]
    assert data.notes == ("12 training images that are also test images are left out.",)


def test_validation_images_that_are_also_test_images_are_left_out():
    images = np.random.default_rng(7).integers(0, 256, (12, 28, 28), np.uint8)
    validation = {"x_validation": images, "y_validation": np.arange(12) % 3}
    data = files.parse(npz(**validation, x_test=images[:1], y_test=np.zeros(1, int)), "a")
    assert np.array_equal(data.train_validation()[1].images, images[1:])
    assert data.notes == ("1 validation image that is also a test image is left out.",)


def test_training_images_that_are_also_validation_images_are_left_out():
    images = np.random.default_rng(8).integers(0, 256, (60, 28, 28), np.uint8)
    arrays = {"x_validation": images[:9], "y_validation": np.arange(9) % 3}
    data = files.parse(npz(x_train=images, **arrays), "a")
    training, validation = data.train_validation()
    assert np.array_equal(training.images, images[9:])
    assert np.array_equal(validation.images, images[:9])
    assert data.notes == ("9 training images that are also validation images are left out.",)


def test_copies_are_left_out_so_that_none_is_in_two_parts():
    images = np.random.default_rng(9).integers(0, 256, (30, 28, 28), np.uint8)
    arrays = dict(x_train=np.concatenate([images, images]), y_train=np.tile(np.arange(30) % 3, 2))
    data = files.parse(npz(**arrays), "a")
    training, validation = ({image.tobytes() for image in part.images} for part in data.train_validation())
    assert not training & validation
    assert [len(part.labels) for part in all_parts(data)] == [27, 3, 12]
    assert data.notes == ("30 copies of other images are left out.",)


def test_copies_are_left_out_of_the_training_and_validation_parts_but_not_of_the_test_part():
    images = np.random.default_rng(10).integers(0, 256, (9, 28, 28), np.uint8)
    twice = {part: np.repeat(images[i * 3 : i * 3 + 3], 2, 0) for i, part in enumerate(PARTS)}
    labels = {f"y_{part}": np.repeat(np.arange(3), 2) for part in PARTS}
    data = files.parse(npz(**{f"x_{part}": array for part, array in twice.items()}, **labels), "a")
    assert [part.labels.tolist() for part in all_parts(data)] == [[0, 1, 2], [0, 1, 2], [0, 0, 1, 1, 2, 2]]
    assert data.notes == ("6 copies of other images are left out.",)


def test_too_few_images_are_refused_with_the_number_of_their_copies():
    images = np.random.default_rng(11).integers(0, 256, (2, 28, 28), np.uint8)
    arrays = dict(x_train=np.tile(images, (20, 1, 1)), y_train=np.arange(40) % 2)
    with pytest.raises(ValueError, match=r"'0' has 1 \(38 copies of other images are left out\)$"):
        files.parse(npz(**arrays, y_test=np.arange(12) % 2), "a")
