"""Random deformations: each strength changes images within its limits; a strength of 0 changes nothing."""

import numpy as np
import pytest

from bnn.data.augment import augment

OFF = {
    "rotation_degrees": 0,
    "shear": 0,
    "scale": 0,
    "shift_pixels": 0,
    "pen_width": 0,
    "elastic": 0,
    "contrast": 0,
}
BAR = np.zeros((200, 28, 28), np.uint8)
BAR[:, 6:23, 12:17] = 255
NOISE = np.random.default_rng(0).integers(0, 256, (7, 28, 28)).astype(np.uint8)


def moments(images):
    """Returns the mass, the centre (y, x) and the covariances yy, yx and xx of each image."""
    images, (rows, columns) = images.astype(float), np.mgrid[0:28, 0:28]
    weights = images / images.sum((1, 2), keepdims=True)
    y, x = (weights * rows).sum((1, 2)), (weights * columns).sum((1, 2))
    dy, dx = rows - y[:, None, None], columns - x[:, None, None]
    return (
        images.sum((1, 2)),
        y,
        x,
        (weights * dy * dy).sum((1, 2)),
        (weights * dy * dx).sum((1, 2)),
        (weights * dx * dx).sum((1, 2)),
    )


def test_strength_of_0_changes_nothing():
    assert np.array_equal(augment(NOISE, 3, **OFF), NOISE)


@pytest.mark.parametrize("num", [0, 1, 7])
def test_same_seed_gives_the_same_images(num):
    first = augment(NOISE[:num], 5)
    assert first.shape == (num, 28, 28)
    assert first.dtype == np.uint8
    assert np.array_equal(first, augment(NOISE[:num], 5))
    assert num == 0 or not np.array_equal(first, augment(NOISE[:num], 6))


def test_input_is_not_changed_and_may_be_read_only():
    images = NOISE.copy()
    images.flags.writeable = False
    augment(images, 1)
    assert np.array_equal(images, NOISE)


def test_every_image_is_deformed_differently():
    assert len(np.unique(augment(BAR, 0), axis=0)) == len(BAR)


def test_shift_moves_up_to_its_limit():
    mass, y, x, *_ = moments(augment(BAR, 1, **{**OFF, "shift_pixels": 2.0}))
    assert mass == pytest.approx(BAR[0].sum(), rel=0.01)
    assert np.abs(y - 14).max() <= 2.01
    assert np.abs(x - 14).max() <= 2.01
    assert np.abs(y - 14).max() > 1.8
    assert np.corrcoef(y, x)[0, 1] == pytest.approx(0, abs=0.25)


def test_rotation_turns_up_to_its_limit_about_the_centre():
    _, y, x, yy, xy, xx = moments(augment(BAR, 1, **{**OFF, "rotation_degrees": 20}))
    # The direction of the bar, from the covariances.
    angles = np.degrees(np.arctan2(2 * xy, yy - xx) / 2)
    assert np.abs(angles).max() <= 20.5
    assert angles.min() < -17
    assert angles.max() > 17
    assert np.abs([y - 14, x - 14]).max() < 0.05


def test_shear_leans_without_turning():
    _, _, _, yy, xy, _ = moments(augment(BAR, 1, **{**OFF, "shear": 0.3}))
    lean = xy / yy
    assert np.abs(lean).max() <= 0.32
    assert np.ptp(lean) > 0.5


def test_scale_changes_area_within_its_limits():
    mass, *_ = moments(augment(BAR, 1, **{**OFF, "scale": 0.2}))
    ratio = mass / BAR[0].sum()
    assert 1 / 1.2**2 - 0.03 <= ratio.min() < 0.8
    assert 1.25 < ratio.max() <= 1.2**2 + 0.03


def test_pen_width_moves_edges_by_part_of_a_pixel():
    mass, *_ = moments(augment(BAR, 1, **{**OFF, "pen_width": 0.5}))
    # The bar has 17 x 5 pixels. Moving its four sides out by d adds 2 d (17 + 5) = 44 d pixels. Moving them
    # in removes d times the 40 pixels of its rim.
    change = mass / 255 - 85
    assert 18 < change.max() <= 0.5 * 44 + 0.6
    assert -0.5 * 40 - 0.6 <= change.min() < -16


def test_thinning_never_erases_a_thin_stroke():
    thin = np.zeros((100, 28, 28), np.uint8)
    thin[:, 4:24, 14] = 255
    out = augment(thin, 1, **{**OFF, "pen_width": 1.0})
    assert out.sum((1, 2)).min() >= 0.59 * thin[0].sum()


def test_elastic_bends_smoothly():
    out = augment(BAR, 1, **{**OFF, "elastic": 1.0})
    assert not np.array_equal(out, BAR)
    # There is no ink beyond the largest displacement, and the middle of the bar is still full.
    assert out[:, :, :10].max() <= 255 * 0.01 + 1
    assert out[:, 8:21, 14].min() == 255


def test_contrast_makes_edges_steeper():
    ramp = np.zeros((100, 28, 28), np.uint8)
    ramp[:, 5:20, 10:14] = 48, 96, 144, 240
    out = augment(ramp, 1, **{**OFF, "contrast": 1.0})[:, 10, 10:14].astype(int)
    # The level 96 stays as it is. Every other value is at most twice as far from 96 as before.
    assert (out[:, 1] == 96).all()
    assert (out[:, 3] >= 240).all()
    assert out[:, 0].min() < 5
    assert out[:, 0].max() > 43
    assert 187 < out[:, 2].max() <= 192
    assert (abs((96 - out[:, 0]) - (out[:, 2] - 96)) <= 1).all()


@pytest.mark.parametrize(
    "wrong", [np.zeros((3, 28, 28)), np.zeros((28, 28), np.uint8), np.zeros((1, 28, 27), np.uint8)]
)
def test_bad_images_are_refused(wrong):
    with pytest.raises(ValueError, match="images must be"):
        augment(wrong, 0)


@pytest.mark.parametrize(
    "name, value", [("shear", -0.1), ("scale", np.nan), ("elastic", np.inf), ("pen_width", 1.1)]
)
def test_impossible_strength_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        augment(NOISE, 0, **{name: value})
