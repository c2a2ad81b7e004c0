"""The shipped network reads all usual kinds of pictures. A program makes most of these pictures."""

import numpy as np
import pytest

from bnn.data import mnist
from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing.picture_files import grey_pixels
from bnn.drawing.preprocessing import digit_from_image
from bnn.engine import answer, file
from bnn.runs import store
from tests.support import pictures

NUM_DIGITS = 10


@pytest.fixture(scope="module")
def network():
    """The shipped network."""
    return file.load(store.find(None).model_path)


def read(network, path):
    """Returns the network's answer to a picture file."""
    drawing = digit_from_image(grey_pixels(path))
    assert not drawing.is_empty, path.name
    return answer.read(network, drawing.digit)


@pytest.mark.parametrize("maker", pictures.READABLE, ids=lambda maker: maker.__name__)
def test_generated_pictures_are_read(network, tmp_path, maker):
    answers = []
    for label in range(NUM_DIGITS):
        strokes = draw_strokes(label, np.random.default_rng([3, label]))
        image = maker(np.random.default_rng([4, label]), strokes)
        path = tmp_path / f"{label}{pictures.suffix(image)}"
        image.save(path)
        answers.append(read(network, path))
    is_right = [one.label == label for label, one in enumerate(answers)]
    assert sum(is_right) >= NUM_DIGITS - 1
    assert sum(one.is_sure for one in answers) >= NUM_DIGITS - 2
    assert not any(one.is_sure and not right for one, right in zip(answers, is_right, strict=True))


@pytest.mark.parametrize(
    "name",
    [
        *(f"28x28-{kind}-{digit}" for kind in ("corner", "grey-paper", "pale-pencil") for digit in (1, 4, 7)),
        *(f"thin-280px-pen{width}-{digit}" for width in (1, 2) for digit in (1, 4, 7)),
        *(f"{kind}-{digit}" for kind in ("dust1", "dust3", "framed", "page-number") for digit in (1, 4, 7)),
        "16bit-scan-grey-5",
        "canvas-export-5",
        "rgba-3",
    ],
)
def test_shared_pictures_are_read(network, shared, name):
    answered = read(network, shared / "cases" / f"{name}.png")
    assert answered.label == int(name[-1])
    assert answered.is_sure


@pytest.mark.parametrize("name", ["animated-blank-first.gif", "int32.tif", "palette-with-transparency.png"])
def test_shared_pictures_of_other_formats_are_read(network, shared, name):
    assert read(network, shared / "cases" / name).is_sure


def test_mnist_images_are_not_changed():
    images = np.concatenate([mnist.test().images, mnist.train().images[::10]])
    for number, image in enumerate(images):
        digit = digit_from_image(image if number % 2 else 255 - image).digit
        assert np.array_equal(digit, image)
