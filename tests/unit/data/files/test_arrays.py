"""Data sets of images in .npz files."""

import io
import zipfile

import numpy as np
import pytest

from bnn.data import files, mnist
from bnn.data.dataset import MAX_CLASSES, MAX_NAME_CHARACTERS
from bnn.data.files import arrays
from bnn.data.files.npy import MAX_BYTES, read_array
from tests.support.data_files import all_parts, damaged_member, npz, zipped


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_file_in_keras_layout_gives_its_images():
    images = np.random.default_rng(1).integers(0, 256, (60, 28, 28), np.uint8)
    data = files.parse(npz(x_train=images), "shapes.npz", "Ann", "MIT")
    training, validation, test = all_parts(data)
    assert (data.name, data.class_names, data.licence) == ("shapes.npz", ("0", "1", "2"), "MIT")
    assert [len(part.labels) for part in all_parts(data)] == [51, 9, 12]
    labels_by_image = {
        image.tobytes(): label for part in (training, validation) for image, label in zip(*part, strict=True)
    }
    assert labels_by_image == {image.tobytes(): index % 3 for index, image in enumerate(images)}
    assert test.labels.tolist() == [0, 1, 2] * 4


def test_file_of_mnist_can_be_read():
    data = files.read(mnist.PATH)
    assert data.class_names == tuple("0123456789")
    np.testing.assert_array_equal(data.test().images, mnist.test().images)


def test_larger_images_are_shrunk_by_averaging():
    image = np.zeros((56, 56), np.uint8)
    image[:28] = 200
    image[28:30, 10:12] = [[100, 0], [0, 100]]
    data = files.parse(npz(x_test=np.stack([image] * 12)), "a")
    small = data.test().images[0]
    assert small.shape == (28, 28)
    assert (small[:14] == 200).all()
    assert small[14, 5] == 50
    assert small[14:].sum() == 50


def test_colours_become_grey_and_proportions_stay():
    wide = np.zeros((12, 32, 64, 3), np.uint8)
    wide[..., 1] = 255
    small = files.parse(npz(x_test=wide), "a").test().images[0]
    # ITU-R 601: green has 58.7 % of the brightness.
    assert (small[7:21] == 150).all()
    assert small[:7].sum() == small[21:].sum() == 0


def test_labels_may_be_a_column_and_images_may_have_one_channel():
    images = np.random.default_rng(2).integers(0, 256, (12, 28, 28, 1), np.uint8)
    data = files.parse(npz(x_test=images, y_test=np.arange(12)[:, None] % 3), "a")
    assert np.array_equal(data.test().images, images[..., 0])
    assert data.test().labels.tolist() == [0, 1, 2] * 4


def test_class_names_are_read():
    data = files.parse(npz(class_names=np.array(["shoe", "bag", "coat"])), "a")
    assert data.class_names == ("shoe", "bag", "coat")


def test_kept_file_gives_the_same_parts():
    """A run keeps its data set in the file `kept_file`."""
    data = files.parse(npz(class_names=np.array(["shoe", "bag", "coat"])), "a")
    again = files.parse(data.kept_file.content(), "a")
    assert data.kept_file.name == "data.npz"
    assert again.class_names == data.class_names
    for one, other in zip(all_parts(data), all_parts(again), strict=True):
        assert np.array_equal(one.images, other.images)
        assert np.array_equal(one.labels, other.labels)


def test_a_file_with_a_validation_part_needs_one_training_image_of_each_class():
    images = np.random.default_rng(5).integers(0, 256, (9, 16, 16), np.uint8)
    parts = {f"x_{part}": images[i * 3 : i * 3 + 3] for i, part in enumerate(("train", "validation", "test"))}
    labels = {f"y_{part}": np.arange(3) for part in ("train", "validation", "test")}
    data = files.parse(npz(**parts, **labels), "a")
    assert [part.labels.tolist() for part in all_parts(data)] == [[0, 1, 2]] * 3
    with pytest.raises(ValueError, match="at least 1 example, but '1' has 0"):
        files.parse(npz(**parts, **labels | {"y_train": np.array([0, 0, 2])}), "a")


IMAGES = np.zeros((60, 16, 16), np.uint8)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"x_test": None}, "a must have x_train, y_train, x_test, y_test; it has no x_test"),
        ({"x_train": IMAGES.astype(float)}, "x_train must be an array of uint8, got float64"),
        ({"x_train": IMAGES.astype(np.int16)}, "x_train must be an array of uint8, got int16"),
        ({"x_train": IMAGES.astype(object)}, "x_train must be an array of uint8, got objects"),
        ({"x_train": IMAGES[0]}, "x_train must be (n, height, width)"),
        ({"x_train": np.zeros((60, 16, 16, 2), np.uint8)}, "x_train must be (n, height, width)"),
        ({"x_train": np.zeros((60, 65, 16), np.uint8)}, "sides of 1 to 64 pixels, got (60, 65, 16)"),
        ({"x_train": np.zeros((60, 0, 16), np.uint8)}, "sides of 1 to 64 pixels, got (60, 0, 16)"),
        ({"x_train": IMAGES[:50]}, "x_train has 50 images, but y_train has 60 labels"),
        (
            {"y_train": np.arange(60) % 3 + 1, "y_test": np.arange(12) % 3 + 1},
            "labels must count from 0, but the lowest label is 1",
        ),
        ({"y_train": np.arange(60) - 1}, "y_train must have labels from 0 to 63, got -1"),
        ({"y_train": np.arange(60) + 5}, "y_train must have labels from 0 to 63, got 64"),
        ({"y_train": np.arange(60) / 60}, "y_train must be an array of whole numbers, got float64"),
        (
            {"y_train": np.eye(3)[np.arange(60) % 3].astype(int)},
            "y_train must have one dimension, got (60, 3)",
        ),
        ({"y_test": np.array(1)}, "y_test must have one dimension, got ()"),
        ({"y_train": np.zeros(60, int), "y_test": np.zeros(12, int)}, "2 to 64 classes, got 1"),
        ({"y_train": np.array([0, 1] * 28 + [2] * 4)}, "at least 5 examples, but '2' has 4"),
        ({"y_train": np.arange(60) % 3 * 2}, "at least 5 examples, but '1' has 0"),
        ({"x_test": IMAGES[:0], "y_test": np.zeros(0, int)}, "x_test has no images"),
        ({"x_validation": IMAGES[:0], "y_validation": np.zeros(0, int)}, "x_validation has no images"),
        (
            {"x_validation": IMAGES, "y_validation": np.arange(60) % 3, "x_test": IMAGES[:12]},
            "only images that are also in x_test",
        ),
        (
            {"class_names": np.array(["a", "b"])},
            "there are 2 class names, so labels must be at most 1, got 2",
        ),
        ({"class_names": np.array(["a", "a", "b"])}, "class names must differ, got 'a' twice"),
        ({"class_names": np.array(["👨\u200d👩", "👨👩", "b"])}, "class names must differ, got '👨👩' twice"),
        ({"class_names": np.array(["a", "", "b"])}, "1 to 20 visible characters"),
        ({"class_names": np.array(["a", "a\u200db", "b"])}, "1 to 20 visible characters"),
        ({"class_names": np.array([2**21] * 3, np.uint32).view("U1")}, "2,097,152 is not a character"),
        ({"class_names": np.array([1, 2, 3])}, "class_names must be an array of text, got int64"),
    ],
)
def test_wrong_arrays_are_refused_in_one_sentence(changes, message):
    with pytest.raises(ValueError) as refusal:
        files.parse(npz(**changes), "a")
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "shape, words",
    [
        ((10**6, 28, 28), "x_train is too long: at most 100,000 images"),
        ((10**12, 28, 28), "x_train is too long: at most 100,000 images"),
        (
            (90_000, 64, 64, 3),
            r"at most 200,000,000 bytes. .* of them are left, and x_train has 1,105,920,000",
        ),
    ],
)
def test_an_array_that_is_too_large_according_to_its_header_is_refused(shape, words):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    members = {f"{name}.npy": npy(np.zeros(3, int)) for name in ("y_train", "x_test", "y_test")}
    with pytest.raises(ValueError, match=words):
        files.parse(zipped({"x_train.npy": header.getvalue(), **members}), "a")


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 1, 1)])
def test_no_more_of_an_array_is_unpacked_than_its_header_says(shape):
    class Member(io.BytesIO):
        def read(self, size=-1):
            assert 0 <= size <= 1000
            return super().read(size)

    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    assert read_array(Member(header.getvalue() + bytes(100_000)), "x_train", 10**6).shape == shape


def test_arrays_in_fortran_order_are_read():
    images = np.random.default_rng(4).integers(0, 256, (12, 28, 28), np.uint8)
    data = files.parse(npz(x_test=np.asfortranarray(images)), "a")
    assert np.array_equal(data.test().images, images)


def test_an_array_with_too_few_bytes_is_refused():
    members = {f"{name}.npy": npy(np.zeros(3, np.uint8)) for name in ("y_train", "x_test", "y_test")}
    images = npy(np.zeros((60, 16, 16), np.uint8))[:-1]
    with pytest.raises(ValueError, match="x_train is damaged: only 15,359 of 15,360 bytes are there"):
        files.parse(zipped({"x_train.npy": images, **members}), "a")


def test_a_damaged_file_is_refused():
    content = npz()
    middle = content.index(b"x_train.npy") + 60
    broken = content[:middle] + bytes(40) + content[middle + 40 :]
    for damaged in (content[:500], broken, content[:2] + bytes(300), content[:2]):
        with pytest.raises(ValueError) as refusal:
            files.parse(damaged, "a")
        assert str(refusal.value).startswith("a is damaged, incomplete or encrypted. Drawings (.jsonl)")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_file_with_another_compression_is_refused(compression):
    with zipfile.ZipFile(io.BytesIO(npz())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert files.parse(zipped(members, compression), "a").num_classes == 3
    with pytest.raises(ValueError, match="a is damaged"):
        files.parse(damaged_member(zipped(members, compression)), "a")


def test_an_encrypted_archive_is_refused():
    content = bytearray(npz())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        offset = archive.getinfo("x_train.npy").header_offset
    # The lowest bit of a member's flags marks it as encrypted. The archive contains these flags twice.
    content[offset + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ValueError, match="a is damaged"):
        files.parse(bytes(content), "a")


def test_images_are_counted_before_they_are_kept_at_28x28(monkeypatch):
    """Small images grow, so a file that is small enough could become too large for the trainer."""
    tiny = {f"x_{part}": np.zeros((12, 1, 1), np.uint8) for part in ("train", "validation", "test")}
    labels = {f"y_{part}": np.arange(12) % 3 for part in ("train", "validation", "test")}
    monkeypatch.setattr(arrays, "MAX_IMAGES_TOGETHER", 35)
    with pytest.raises(
        ValueError, match="x_train, x_validation, x_test may have at most 35 images together, got 36"
    ):
        files.parse(npz(**tiny, **labels), "a")


def test_largest_number_of_images_can_be_kept():
    bytes_of_names = MAX_CLASSES * MAX_NAME_CHARACTERS * 4
    assert arrays.MAX_IMAGES_TOGETHER * (28 * 28 + 1) + bytes_of_names < MAX_BYTES
    # Images that cannot be compressed take 5 bytes more for 16,000 bytes, at most.
    assert arrays.MAX_IMAGES_TOGETHER * (28 * 28 + 1) * (1 + 5 / 16_000) < files.MAX_FILE_BYTES
