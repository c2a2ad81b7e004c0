"""Pictures of digits on any paper become 28x28 images. Images like those of MNIST stay unchanged."""

import math
from fractions import Fraction

import numpy as np
import pytest

from bnn.data import mnist
from bnn.drawing import preprocessing, raster
from bnn.drawing.preprocessing import digit_from_image, digit_from_strokes
from tests.support.picture_ink import mass_middle

HOOK = [np.array([[10.0, 20.0], [90.0, 30.0], [60.0, 140.0]])]


def boxes_averaged(image, height, width):
    """Returns means of equal areas of the image, (height, width), computed exactly and rounded half up."""

    def weights(size, count):
        """Returns how much of each of `size` pixels lies in each of `count` equal intervals."""
        step = Fraction(size, count)
        return [
            [max(0, min((i + 1) * step, p + 1) - max(i * step, p)) for p in range(size)] for i in range(count)
        ]

    down, across = weights(image.shape[0], height), weights(image.shape[1], width)
    area = Fraction(image.size, height * width)

    def mean(row_weights, column_weights):
        total = sum(
            row_weights[row] * column_weights[column] * int(value)
            for (row, column), value in np.ndenumerate(image)
        )
        return total / area

    means = [[mean(rows, columns) for columns in across] for rows in down]
    return np.array([[math.floor(value + Fraction(1, 2)) for value in line] for line in means])


@pytest.mark.parametrize("shape", [(1, 1), (7, 20), (33, 8), (40, 20), (23, 31)])
@pytest.mark.parametrize("size", [(20, 20), (1, 20), (20, 13)])
def test_box_average_is_exact(shape, size):
    image = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert np.array_equal(raster.box_average(image, *size), boxes_averaged(image, *size))


def test_picture_of_28x28_is_not_changed():
    image = np.zeros((28, 28), np.uint8)
    image[5:23, 11:17] = np.arange(108).reshape(18, 6) * 2 + 40
    assert np.array_equal(digit_from_image(image).digit, image)
    assert np.array_equal(digit_from_image(255 - image).digit, image)


@pytest.mark.parametrize("dark_on_light", [False, True])
@pytest.mark.parametrize("times", [2, 5, 20])
def test_enlarged_digit_comes_back_exactly(times, dark_on_light):
    digit = digit_from_strokes(HOOK).digit
    # Pixels that are too faint to be ink are set to 0, because cropping could remove them at the edge.
    digit = np.where(digit >= preprocessing.INK_LEVEL, digit, 0)
    rows, columns = np.nonzero(digit)
    small = np.zeros((30, 30), np.uint8)
    box = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert max(box.shape) == 20
    small[1 : 1 + box.shape[0], 2 : 2 + box.shape[1]] = box
    big = np.kron(small, np.ones((times, times), np.uint8))
    back = digit_from_image(255 - big if dark_on_light else big).digit
    rows, columns = np.nonzero(back)
    assert np.array_equal(back[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1], box)
    assert np.abs(mass_middle(back) - 14).max() <= 0.5


@pytest.mark.parametrize("side", [56, 84, 90, 280, 300, 369])
@pytest.mark.parametrize("shift", [0.5, 0.0], ids=["middle", "corner"])
def test_mnist_image_with_enlarged_pixels_comes_back_unchanged(side, shift):
    # When programs enlarge an image, they take the old value at the middle or at a corner of each new pixel.
    source = ((np.arange(side) + shift) * 28 / side).astype(int)
    for number, image in enumerate(mnist.test().images[:20]):
        large = image[np.ix_(source, source)]
        assert np.array_equal(digit_from_image(255 - large if number % 2 else large).digit, image)


@pytest.mark.parametrize("width, expected", [(10, 5), (11, 6), (12, 6), (25, 13)])
def test_digit_on_grey_paper_gets_a_longer_side_of_20(width, expected):
    image = np.full((100, 80), 200, np.uint8)
    image[20:60, 30 : 30 + width] = 90
    rows, columns = np.nonzero(digit_from_image(image).digit == 255)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, expected)


def test_thin_line_becomes_as_wide_as_mnists_pen():
    image = np.full((100, 80), 200, np.uint8)
    image[20:60, 30] = 90
    digit = digit_from_image(image).digit
    rows, columns = np.nonzero(digit >= 128)
    assert np.ptp(rows) + 1 in (19, 20)
    assert digit.sum() / 255 == pytest.approx(raster.PEN_WIDTH * 19.5, rel=0.1)
    assert set(columns) <= {13, 14, 15}


def _hairline_ring(side):
    """Returns a white picture, (side, side), with an ellipse in it. Its line is 1 pixel wide."""
    image = np.full((side, side), 255, np.uint8)
    turns = np.linspace(0, 2 * np.pi, 8 * side)
    rows, columns = side * (0.5 + 0.48 * np.sin(turns)), side * (0.5 + 0.25 * np.cos(turns))
    image[rows.astype(int), columns.astype(int)] = 0
    return image


@pytest.mark.parametrize("side", [2500, preprocessing.MAX_IMAGE_SIDE])
def test_hairline_in_a_large_picture_becomes_the_same_digit_as_in_a_small_one(side):
    small, large = (digit_from_image(_hairline_ring(each)).digit >= 128 for each in (500, side))
    assert 80 < small.sum() < 140
    assert (small != large).sum() <= 20


def test_digit_that_touches_all_edges_is_read_like_one_with_paper_around_it():
    y, x = np.abs(np.mgrid[-49.5:50, -49.5:50]) / 50
    distance = np.maximum(np.maximum(x, y), 0.75 * (x + y))
    ring = np.where((distance < 1) & (distance > 0.84), 255, 0).astype(np.uint8)
    assert np.array_equal(digit_from_image(ring).digit, digit_from_image(np.pad(ring, 60)).digit)


def test_thin_ring_in_uneven_light_is_ink_and_the_paper_inside_it_is_not():
    y, x = np.mgrid[-400:400, -300:300]
    is_ink = np.abs(np.hypot(x / 0.7, y) - 150) < 1.5
    light = 150 + 80 * (x + 300) / 600
    digit = digit_from_image(np.where(is_ink, 0.4 * light, light).astype(np.uint8)).digit
    assert digit[14, 14] == 0
    assert digit[14].max() > 200


def test_speck_in_a_large_picture_stays_small():
    image = np.zeros((400, 400), np.uint8)
    image[100:104, 200:204] = 255
    assert digit_from_image(image).digit.sum() == 4 * 4 * 255


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (1, 4096), (300, 200)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_blank_picture_is_empty(shape, grey):
    blank = digit_from_image(np.full(shape, grey, np.uint8))
    # A picture of 28x28 is not changed, so a grey one is full of ink.
    assert blank.is_empty or (shape == (28, 28) and grey == 128)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((28, 28)),
        np.zeros((0, 5), np.uint8),
        np.zeros((5, 4097), np.uint8),
        np.zeros((9, 9, 3), np.uint8),
    ],
)
def test_bad_pictures_are_refused(pixels):
    with pytest.raises(ValueError, match="must be"):
        digit_from_image(pixels)
