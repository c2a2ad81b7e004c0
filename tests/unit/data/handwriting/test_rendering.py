"""Digits and other signs that a program draws: repeatable, varied, of the right size, typical in form."""

import numpy as np
import pytest

from bnn.data.handwriting.non_digits import NAMES, OTHERS
from bnn.data.handwriting.pen import Pen
from bnn.data.handwriting.rendering import draw_digits, draw_non_digits, draw_strokes
from bnn.data.handwriting.styles import STYLES
from bnn.drawing import preprocessing

ALL_STYLES = [(label, style) for label, styles in enumerate(STYLES) for style, _ in styles]


@pytest.mark.parametrize("num", [0, 1, 7, 10, 64, 65])
def test_images_have_the_right_shape_and_each_digit_is_equally_frequent(num):
    images, labels = draw_digits(num, 0)
    assert images.shape == (num, 28, 28)
    assert (images.dtype, labels.dtype) == (np.uint8, np.uint8)
    assert np.ptp(np.bincount(labels, minlength=10)) <= 1
    assert (images.max(axis=(1, 2)) == 255).all()


def test_same_seed_gives_the_same_digits():
    images, labels = draw_digits(50, 4)
    again, labels_again = draw_digits(50, 4)
    assert np.array_equal(images, again)
    assert np.array_equal(labels, labels_again)
    assert not np.array_equal(images, draw_digits(50, 5)[0])


def test_digits_are_all_different_and_shuffled():
    images, labels = draw_digits(500, 1)
    assert len(np.unique(images, axis=0)) == 500
    assert not np.array_equal(labels, np.arange(500) % 10)


@pytest.mark.parametrize("seed", range(4))
def test_digits_have_the_position_and_size_of_mnist_digits(seed):
    images, _ = draw_digits(500, seed)
    # A few digits have so much ink at the top that they cannot be centred: their foot would leave the image.
    # They touch the edge of the image.
    is_centred = ~(images[:, [0, -1]].any((1, 2)) | images[:, :, [0, -1]].any((1, 2)))
    assert is_centred.mean() > 0.95
    images = images[is_centred]
    rows, columns = np.mgrid[0:28, 0:28]
    mass = images.sum((1, 2))
    # A few others nearly touch it.
    for places in (rows, columns):
        distances = np.abs((images * places).sum((1, 2)) / mass - 14)
        assert np.quantile(distances, 0.99) < 0.1
        assert distances.max() < 0.25
    full = images >= 128
    # Rows and columns without ink count as 14, a position inside the digit.
    heights = np.ptp(np.where(full.any(2), np.arange(28), 14), axis=1) + 1
    widths = np.ptp(np.where(full.any(1), np.arange(28), 14), axis=1) + 1
    assert set(np.maximum(heights, widths)) <= {19, 20, 21}


@pytest.mark.parametrize("label", range(10))
def test_strokes_are_repeatable_and_not_empty(label):
    strokes = draw_strokes(label, np.random.default_rng(label))
    again = draw_strokes(label, np.random.default_rng(label))
    assert all(np.array_equal(a, b) for a, b in zip(strokes, again, strict=True))
    assert all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in strokes)
    assert not preprocessing.digit_from_strokes(strokes).is_empty


def holes(image):
    """Returns how many regions of background are enclosed by ink, found by flooding."""
    paper = np.pad(image < 64, 1, constant_values=True)
    count = -1
    while paper.any():
        count += 1
        todo = [tuple(np.argwhere(paper)[0])]
        while todo:
            y, x = todo.pop()
            if 0 <= y < paper.shape[0] and 0 <= x < paper.shape[1] and paper[y, x]:
                paper[y, x] = False
                todo += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return count


@pytest.mark.parametrize("label, usual", [(0, 1), (1, 0), (3, 0), (5, 0), (6, 1), (7, 0), (8, 2), (9, 1)])
def test_digits_have_their_usual_number_of_holes(label, usual):
    images, labels = draw_digits(600, 8)
    counts = [holes(image) for image in images[labels == label]]
    assert np.mean(np.array(counts) == usual) > 0.6


@pytest.mark.parametrize("label, style", ALL_STYLES, ids=lambda value: getattr(value, "__name__", str(value)))
def test_every_style_has_about_the_size_of_its_box(label, style):
    strokes = style(Pen(np.random.default_rng(label), 40))
    for stroke in strokes:
        assert stroke.shape[0] == 40
        assert stroke.shape[2] == 2
    points = np.concatenate(strokes, axis=1)
    assert np.isfinite(points).all()
    assert np.ptp(points[..., 1], axis=1).min() > 0.75
    assert np.ptp(points[..., 1], axis=1).max() < 1.35
    assert np.ptp(points[..., 0], axis=1).max() < 1.1


@pytest.mark.parametrize("style", [style for _, style in ALL_STYLES if style.__name__.startswith("one_")])
def test_upstroke_of_a_one_is_steep(style):
    # The bar of a 7 is nearly level. To differ from it, the upstroke of a 1 must rise by at least 0.6 of the
    # upstroke's width (31 degrees).
    pen = Pen(np.random.default_rng(3), 500, neatest=0.0, sloppiest=0.01)
    first = style(pen)[0]
    start, top = first[:, 0], first[np.arange(500), first[..., 1].argmin(axis=1)]
    across, down = (top - start)[:, 0] * pen.width_factor, (start - top)[:, 1]
    assert (down >= 0.6 * np.abs(across) - 1e-3).all()


def test_weights_of_the_styles_add_up_to_1():
    for styles in STYLES:
        assert sum(weight for _, weight in styles) == pytest.approx(1)


@pytest.mark.parametrize("label", [-1, 10, "3", 2.5])
def test_unknown_label_is_refused(label):
    with pytest.raises(ValueError, match="label must be"):
        draw_strokes(label, np.random.default_rng(0))


@pytest.mark.parametrize("draw", [draw_digits, draw_non_digits])
def test_negative_number_is_refused(draw):
    with pytest.raises(ValueError, match="at least 0, got -1"):
        draw(-1, 0)


@pytest.mark.parametrize("kind", [*OTHERS, *NAMES])
def test_every_non_digit_is_drawn(kind):
    chosen = {"signs": (), "others": (kind,)} if kind in OTHERS else {"signs": (kind,), "others": ()}
    images = draw_non_digits(9, 1, **chosen)
    assert images.shape == (9, 28, 28)
    assert (images.max(axis=(1, 2)) == 255).all()
    assert len(np.unique(images, axis=0)) > 1
    assert np.array_equal(images, draw_non_digits(9, 1, **chosen))


def test_line_that_is_not_a_digit_is_flat_and_wide():
    ink = draw_non_digits(50, 1, signs=(), others=("line",)) >= 128
    num_rows, num_columns = ink.any(2).sum(1), ink.any(1).sum(1)
    assert num_rows.max() < 16
    assert num_columns.min() >= 15


@pytest.mark.parametrize(
    "chosen, message",
    [
        ({"signs": "AZB"}, "signs must be from A, C, D, .*, got B, Z"),
        ({"others": ("dog",)}, "others must be from .*, got dog"),
        ({"signs": (), "others": ()}, "signs and others must not both be empty"),
    ],
)
def test_unknown_non_digit_is_refused(chosen, message):
    with pytest.raises(ValueError, match=message):
        draw_non_digits(3, 0, **chosen)
