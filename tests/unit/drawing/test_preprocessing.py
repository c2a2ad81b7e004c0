"""Drawings become 28x28 digits, checked against brute force and cases worked by hand."""

import math

import numpy as np
import pytest

from bnn.data import mnist
from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing import preprocessing, raster
from bnn.drawing.preprocessing import digit_from_strokes
from tests.support.picture_ink import mass_middle

HOOK = [np.array([[10.0, 20.0], [90.0, 30.0], [60.0, 140.0]])]
CROSS = [np.array([[0.0, 50.0], [70.0, 50.0]]), np.array([[40.0, 0.0], [41.0, 99.0]])]
WALK = [np.cumsum(np.random.default_rng(1).integers(-9, 10, (60, 2)), axis=0).astype(float)]


def painted(strokes, pen_width):
    """Returns the drawing as an image (28, 28), from the distance of every pixel to every segment."""
    rows, columns = np.mgrid[0:28, 0:28].astype(float)
    nearest = np.full((28, 28), np.inf)
    for stroke in strokes:
        for a, b in zip(stroke, [*stroke[1:], stroke[-1]], strict=True):
            length = np.hypot(*(b - a))
            direction = (b - a) / (length or 1)
            # For each pixel: the distance from the segment's start to the segment's point nearest to it.
            along = (columns - a[0]) * direction[0] + (rows - a[1]) * direction[1]
            along = np.clip(along, 0, length)
            x, y = a[0] + along * direction[0], a[1] + along * direction[1]
            nearest = np.minimum(nearest, np.hypot(columns - x, rows - y))
    return np.floor(255 * np.clip(pen_width / 2 + 0.5 - nearest, 0, 1) + 0.5)


def fitted(strokes):
    """Returns the digit that the docstring of `preprocessing` describes, computed in plain NumPy."""
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
    # The line is 17.6 pixels long and 2.4 wide, and its middle is at (14, 14). Columns 13, 14 and 15 are 1, 0
    # and 1 away from the middle, so the line covers 0.7, 1 and 0.7 of their width. It ends 8.8 above and
    # below the middle, in rows 5 and 23. The next rows, 4 and 24, are half covered.
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


def test_canvas_is_square_and_cropped_to_all_of_its_ink():
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
    # A dense zigzag at the top, and a long straight line down from it.
    blob = np.array([[(-50, 50)[k % 2], k / 6] for k in range(100)])
    heavy = np.concatenate([blob, [[0.0, 17.0], [0.0, 100.0]]])
    for _ in range(quarter_turns):
        heavy = heavy[:, ::-1] * [-1, 1]
    digit = digit_from_strokes([heavy]).digit
    # The digit is not centred: centring it would have pushed ink out of the picture.
    assert np.abs(mass_middle(digit) - 14).max() > 0.3
    assert np.abs(digit - fitted([heavy])).max() <= 1
    assert 80 < np.concatenate([digit[0], digit[-1], digit[:, 0], digit[:, -1]]).max() <= 255


def ink_over_edge(images):
    """Returns the ink's area divided by its perimeter (median over images): about half the pen's width."""
    ink = images / 255
    return np.median(ink.sum((1, 2)) / np.hypot(*np.gradient(ink, axis=(1, 2))).sum(axis=(1, 2)))


def test_pen_width_and_centre_equal_those_of_mnist():
    path = mnist.PATH
    if not path.exists():
        pytest.skip("MNIST is not here")
    images = np.load(path)["x_train"][:5000]
    assert np.mean([mass_middle(image) for image in images], axis=0) == pytest.approx([14, 14], abs=0.03)
    rng = np.random.default_rng(0)
    drawn = np.array([digit_from_strokes(draw_strokes(k % 10, rng)).digit for k in range(500)])
    assert ink_over_edge(drawn) == pytest.approx(ink_over_edge(images), rel=0.06)


def test_pictures_of_the_steps_are_drawn_once_and_only_when_they_are_used(monkeypatch):
    drawn, draw = [], preprocessing.draw_path
    monkeypatch.setattr(preprocessing, "draw_path", lambda *given: drawn.append(given) or draw(*given))
    drawing = digit_from_strokes([np.array([[0.0, 0.0], [5.0, 9.0]])])
    assert (drawing.digit.any(), len(drawn)) == (True, 0)
    assert drawing.canvas.any()
    assert drawing.cropped.any()
    assert len(drawn) == 1
