"""Drawings and pictures become digits, checked against brute force and cases worked by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest

from bnn.data import mnist
from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing import preprocessing, raster
from bnn.drawing.preprocessing import digit_from_image, digit_from_strokes

HOOK = [np.array([[10.0, 20.0], [90.0, 30.0], [60.0, 140.0]])]
CROSS = [np.array([[0.0, 50.0], [70.0, 50.0]]), np.array([[40.0, 0.0], [41.0, 99.0]])]
WALK = [np.cumsum(np.random.default_rng(1).integers(-9, 10, (60, 2)), axis=0).astype(float)]


def painted(strokes, pen_width):
    """Return the drawing as an image (28, 28), from the distance of every pixel to every segment."""
    rows, columns = np.mgrid[0:28, 0:28].astype(float)
    nearest = np.full((28, 28), np.inf)
    for stroke in strokes:
        for a, b in zip(stroke, [*stroke[1:], stroke[-1]], strict=True):
            length = np.hypot(*(b - a))
            along = (
                ((columns - a[0]) * (b - a)[0] + (rows - a[1]) * (b - a)[1]) / length if length else 0 * rows
            )
            along = np.clip(along, 0, length)
            foot = a[:, None, None] + along * ((b - a) / (length or 1))[:, None, None]
            nearest = np.minimum(nearest, np.hypot(columns - foot[0], rows - foot[1]))
    return np.floor(255 * np.clip(pen_width / 2 + 0.5 - nearest, 0, 1) + 0.5)


def mass_middle(image):
    """Return the centre of mass (x, y) of an image."""
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    return np.array([(columns * image).sum(), (rows * image).sum()]) / image.sum()


def fitted(strokes):
    """Return the digit that the module's docstring describes, computed in plain NumPy."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = (20 - raster.PEN_WIDTH) / max(*(high - low), raster.MINIMUM_SIDE)
    placed = [(stroke - (low + high) / 2) * scale + 14 for stroke in strokes]
    shift = 14 - mass_middle(painted(placed, raster.PEN_WIDTH))
    reach = np.abs(high - low) * scale / 2 + raster.PEN_WIDTH / 2
    shift = np.clip(shift, -0.5 - 14 + reach, 27.5 - 14 - reach)
    return painted([stroke + shift for stroke in placed], raster.PEN_WIDTH)


@pytest.mark.parametrize("strokes", [HOOK, CROSS, WALK, [np.array([[5.0, 5.0]])]])
def test_digit_equals_one_computed_by_brute_force(strokes):
    digit = digit_from_strokes(strokes).digit
    assert digit.dtype == np.uint8
    assert digit.shape == (28, 28)
    # A value that ends in exactly one half may be rounded either way.
    assert np.abs(digit - fitted(strokes)).max() <= 1


def test_vertical_line_equals_one_worked_by_hand():
    # The line is 17.6 pixels long and 2.4 wide, with its middle at x = 14. Columns 13, 14 and 15 are 1, 0 and
    # 1 away from it, so that it covers 0.7, 1 and 0.7 of them. It ends 8.8 above and below 14, in rows 5 and
    # 23. The next rows, 4 and 24, are half covered.
    digit = digit_from_strokes([np.array([[50, 0], [50, 176]])]).digit
    assert digit[14, 12:17].tolist() == [0, 179, 255, 179, 0]
    assert digit[[3, 5, 23, 25], 14].tolist() == [0, 255, 255, 0]
    assert set(digit[[4, 24], 14].tolist()) <= {127, 128}


@pytest.mark.parametrize("strokes", [HOOK, CROSS, WALK])
@pytest.mark.parametrize("move", [(1, 0), (-7, 1000), (12345, -999)])
def test_place_of_the_drawing_does_not_matter(strokes, move):
    moved = [stroke + move for stroke in strokes]
    assert np.array_equal(digit_from_strokes(moved).digit, digit_from_strokes(strokes).digit)


@pytest.mark.parametrize("strokes", [HOOK, CROSS, WALK])
@pytest.mark.parametrize("scale", [0.5, 1 / 3, 7.1, 600])
def test_size_order_and_direction_do_not_matter(strokes, scale):
    digit = digit_from_strokes(strokes).digit.astype(int)
    scaled = [scale * stroke[::-1] for stroke in strokes[::-1]]
    assert np.abs(digit_from_strokes(scaled).digit - digit).max() <= 1


def test_centre_of_mass_is_in_the_middle():
    for strokes in (HOOK, CROSS, WALK):
        assert mass_middle(digit_from_strokes(strokes).digit) == pytest.approx([14, 14], abs=0.05)


def test_dot_stays_small():
    for dot in ([[3, 4]], [[3, 4], [3, 4]], [[3, 4], [4, 4]]):
        rows, columns = np.nonzero(digit_from_strokes([np.array(dot)]).digit)
        assert np.ptp(rows) <= 4
        assert np.ptp(columns) <= 4
        assert not digit_from_strokes([np.array(dot)]).is_empty


@pytest.mark.parametrize("strokes", [[], [[]], [np.empty((0, 2)), []]])
def test_nothing_drawn_is_empty(strokes):
    empty = digit_from_strokes(strokes)
    assert empty.is_empty
    assert not empty.digit.any()


def test_stages_are_square_cropped_and_complete():
    shown = digit_from_strokes(CROSS)
    assert shown.canvas.shape[0] == shown.canvas.shape[1]
    assert shown.cropped.any(axis=0).all()
    assert shown.cropped.any(axis=1).all()
    assert shown.cropped.sum() == shown.canvas.sum()


@pytest.mark.parametrize(
    "stroke, complaint",
    [
        ([[0, math.nan]], "coordinate"),
        ([[0, 0], [math.inf, 0]], "coordinate"),
        ([[1e300, 0]], "coordinate"),
        ([1, 2, 3], r"shape \(n, 2\)"),
        ([[1, 2, 3]], r"shape \(n, 2\)"),
        (np.zeros((200_001, 2)), "at most 200000 points"),
    ],
)
def test_bad_strokes_are_refused(stroke, complaint):
    with pytest.raises(ValueError, match=complaint):
        digit_from_strokes([stroke])


def test_far_and_long_strokes_are_drawn():
    far = np.array([[-1e6, -1e6], [1e6, 1e6], [1e6, -1e6]])
    assert np.abs(digit_from_strokes([far]).digit - fitted([far])).max() <= 1
    long = np.cumsum(np.random.default_rng(2).normal(size=(100_000, 2)), axis=0)
    assert not digit_from_strokes([long]).is_empty


@pytest.mark.parametrize("quarter_turns", range(4))
def test_ink_is_never_pushed_out_of_the_picture(quarter_turns):
    blob = np.array([[(-50, 50)[k % 2], k / 6] for k in range(100)])
    heavy = np.concatenate([blob, [[0.0, 17.0], [0.0, 100.0]]])
    for _ in range(quarter_turns):
        heavy = heavy[:, ::-1] * [-1, 1]
    digit = digit_from_strokes([heavy]).digit
    # The digit is not centred: centring it would have pushed ink out of the picture.
    assert np.abs(mass_middle(digit) - 14).max() > 0.3
    assert np.abs(digit - fitted([heavy])).max() <= 1
    assert 80 < np.concatenate([digit[0], digit[-1], digit[:, 0], digit[:, -1]]).max() <= 255


# Pictures


def boxes_averaged(image, height, width):
    """Return the averages over equal areas, computed in exact fractions and rounded half up."""

    def weights(size, count):
        step = Fraction(size, count)
        return [
            [max(0, min((i + 1) * step, p + 1) - max(i * step, p)) for p in range(size)] for i in range(count)
        ]

    down, across = weights(image.shape[0], height), weights(image.shape[1], width)
    area = Fraction(image.size, height * width)
    means = [
        [
            sum(
                a * b * int(v) for a, line in zip(d, image, strict=True) for b, v in zip(c, line, strict=True)
            )
            / area
            for c in across
        ]
        for d in down
    ]
    return np.array([[math.floor(mean + Fraction(1, 2)) for mean in line] for line in means])


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
    # Pixels fainter than ink are made black, because cropping could remove them at the edge.
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
@pytest.mark.parametrize("way", ["middle", "corner"])
def test_mnist_image_with_enlarged_pixels_comes_back_unchanged(side, way):
    # Image programs take the value at the middle of each new pixel, or at its corner.
    source = ((np.arange(side) + (0.5 if way == "middle" else 0)) * 28 / side).astype(int)
    for number, image in enumerate(mnist.test().images[:20]):
        large = image[np.ix_(source, source)]
        assert np.array_equal(digit_from_image(255 - large if number % 2 else large).digit, image)


@pytest.mark.parametrize("width, expected", [(10, 5), (11, 6), (12, 6), (25, 13)])
def test_digit_on_grey_paper_is_enlarged(width, expected):
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


def ink_over_edge(images):
    """Return the median of the ink's area divided by its perimeter: about half the pen's width."""
    ink = images / 255
    return np.median(ink.sum((1, 2)) / np.hypot(*np.gradient(ink, axis=(1, 2))).sum(axis=(1, 2)))


def test_pen_width_and_centre_equal_mnists():
    path = mnist.PATH
    if not path.exists():
        pytest.skip("MNIST is not here")
    images = np.load(path)["x_train"][:5000]
    assert np.mean([mass_middle(image) for image in images], axis=0) == pytest.approx([14, 14], abs=0.03)
    rng = np.random.default_rng(0)
    drawn = np.array([digit_from_strokes(draw_strokes(k % 10, rng)).digit for k in range(500)])
    assert ink_over_edge(drawn) == pytest.approx(ink_over_edge(images), rel=0.06)
