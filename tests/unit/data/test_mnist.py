"""The file of MNIST is the published one, and is divided into the right splits."""

import hashlib

import numpy as np
import pytest

from bnn.data import mnist


def test_splits_have_the_published_sizes():
    for split, count in ((mnist.train(), 60_000), (mnist.test(), 10_000)):
        assert split.images.shape == (count, 28, 28)
        assert split.labels.shape == (count,)
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert set(split.labels) == set(range(10))


def test_ink_is_255_and_paper_0():
    images = mnist.test().images
    assert (images.min(), images.max()) == (0, 255)
    # Digits fill the middle 20 x 20 pixels, so the outermost rows are empty.
    assert images[:, 0].max() == 0
    assert images.mean() < 64


def test_first_labels_are_those_of_the_published_files():
    assert mnist.train().labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.test().labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_split_keeps_order_and_loses_nothing():
    whole, (training, validation) = mnist.train(), mnist.train_validation()
    assert (len(training.images), len(validation.images)) == (55_000, 5_000)
    np.testing.assert_array_equal(np.concatenate([training.labels, validation.labels]), whole.labels)
    np.testing.assert_array_equal(validation.images, whole.images[-5_000:])


def test_no_test_image_is_a_training_image():
    seen = {image.tobytes() for image in mnist.train().images}
    assert not any(image.tobytes() in seen for image in mnist.test().images)


def test_images_cannot_be_changed_by_mistake():
    with pytest.raises(ValueError, match="read-only"):
        mnist.test().images[0, 0, 0] = 1


def test_data_set_describes_the_digits():
    assert mnist.MNIST.class_names == tuple("0123456789")
    assert mnist.MNIST.num_classes == 10
    assert mnist.MNIST.licence == "CC BY-SA 3.0"
    np.testing.assert_array_equal(mnist.MNIST.test().labels, mnist.test().labels)
    training, validation = mnist.MNIST.train_validation()
    assert (len(training.labels), len(validation.labels)) == (55_000, 5_000)


def test_another_file_is_refused(tmp_path):
    content = mnist.PATH.read_bytes()
    changed = tmp_path / "mnist.npz"
    changed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    digest = hashlib.sha256(changed.read_bytes()).hexdigest()
    with pytest.raises(ValueError, match=f"is not the MNIST file: its SHA-256 is {digest}"):
        mnist._read_checked(changed)


def test_checksum_is_the_one_stated_beside_the_file():
    assert mnist.SHA256 in (mnist.PATH.parent / "README.md").read_text()


def test_checksum_is_that_of_the_source(shared):
    assert mnist.SHA256 in (shared / "data" / "SHA256SUMS").read_text()
