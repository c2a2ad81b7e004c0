"""Pen paths become training images, unchanged or deformed. No deformation erases a drawing."""

import numpy as np
import pytest

from bnn.data import pen_deformations, pen_paths
from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing.preprocessing import digit_from_strokes

DRAWINGS = [draw_strokes(label % 10, np.random.default_rng(label)) for label in range(20)]
PATHS = pen_paths.gather(DRAWINGS)
EVERY = np.arange(len(DRAWINGS))


def random_deformations(num):
    deformations = pen_deformations.random_deformations(np.random.default_rng(7), num)
    return deformations._replace(is_plain=np.zeros(num, bool))


def without_deformation(num):
    """Returns deformations of strength 0: every step is carried out, but changes almost nothing."""
    none = {name: np.zeros_like(values) for name, values in random_deformations(num)._asdict().items()}
    matrices, widths = np.tile(np.eye(2), (num, 1, 1)), np.full(num, 2.4)
    return pen_deformations.Deformations(
        **{**none, "matrices": matrices, "pen_widths": widths, "skips": np.ones(num, int)}
    )


def drawn(deformations, paths=PATHS):
    """Returns an image of each drawing, deformed."""
    images = np.zeros((len(paths.drawing_ends), 28, 28), np.uint8)
    pen_paths._draw(paths, np.arange(len(images)), deformations, images)
    return images


def test_undeformed_drawings_equal_those_of_the_draw_page():
    expected = np.stack([digit_from_strokes(strokes).digit for strokes in DRAWINGS])
    assert np.abs(pen_paths.draw_plain(PATHS).astype(int) - expected).max() <= 1


def test_dots_of_a_trembling_hand_stay_dots():
    rng = np.random.default_rng(5)
    dots = [[100 + rng.uniform(-2, 2, (4, 2))] for _ in range(20)]
    paths = pen_paths.gather([*DRAWINGS, *dots])
    expected = np.stack([digit_from_strokes(strokes).digit for strokes in dots])
    assert np.abs(pen_paths.draw_plain(paths)[-20:].astype(int) - expected).max() <= 1
    num_inked = (drawn(random_deformations(40), paths) > 0).sum(axis=(1, 2))
    assert num_inked[-20:].max() < 50 < num_inked[:20].min()


def test_coordinates_may_have_any_unit():
    paths = pen_paths.gather([[stroke / 500 for stroke in strokes] for strokes in DRAWINGS])
    assert np.array_equal(paths.sides, PATHS.sides)


def test_deformations_of_strength_0_change_almost_nothing():
    difference = np.abs(drawn(without_deformation(len(EVERY))).astype(int) - pen_paths.draw_plain(PATHS))
    assert difference.mean() < 1


@pytest.mark.parametrize(
    "name", sorted({*pen_deformations.Deformations._fields} - {"is_plain", "warp_phases", "tremor_phases"})
)
def test_each_deformation_changes_drawings(name):
    num = len(EVERY)
    random = random_deformations(num)
    # At random, only some of the drawings would get these deformations. Here every drawing gets them.
    fixed = {
        "grids": np.full(num, 0.05),
        "gaps": np.full((num, 2), 0.2),
        "dropped": np.full((num, 2), 0.06),
        "skips": np.full(num, 5),
        "roundings": np.full(num, 9),
    }
    value = fixed.get(name, getattr(random, name))
    phases = {"warp_phases": random.warp_phases, "tremor_phases": random.tremor_phases}
    deformations = without_deformation(num)._replace(**{**phases, name: value})
    difference = np.abs(drawn(deformations).astype(int) - drawn(without_deformation(num))).mean(axis=(1, 2))
    # Each stroke is shifted separately, and then the drawing is centred. So a shift changes nothing in a
    # drawing of one stroke.
    has_several = np.array([len(strokes) > 1 for strokes in DRAWINGS])
    differing = difference[has_several] if name == "shifts" else difference
    # Some drawings may stay the same: a straight stroke, for example, has no corners to round.
    assert (differing > 0.3).mean() > 0.2


def test_same_seed_gives_the_same_images_and_some_are_undeformed():
    chosen = np.repeat(EVERY, 5)
    images, again, others = (pen_paths.draw(PATHS, chosen, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(images, again)
    assert not np.array_equal(images, others)
    assert (images.max(axis=(1, 2)) > 128).all()
    plain = sum(
        np.array_equal(image, pen_paths.draw_plain(PATHS)[n]) for image, n in zip(images, chosen, strict=True)
    )
    assert 0.05 < plain / len(images) < 0.4


def test_dots_and_very_long_strokes_are_drawn():
    scribble = np.random.default_rng(1).uniform(0, 1, (9000, 2))
    paths = pen_paths.gather([[np.array([[5.0, 5.0]])], [scribble], [np.zeros((2, 2))] * 90])
    images = pen_paths.draw(paths, np.repeat([0, 1, 2], 30), np.random.default_rng(0))
    # With the thinnest pens, no pixel is completely full.
    assert (images.max(axis=(1, 2)) > 200).all()


def test_gap_divides_a_stroke_in_two():
    paths = pen_paths.gather([[np.array([[0.0, 0.0], [0.0, 1.0]])]])
    whole = drawn(without_deformation(1), paths)[0]
    parted = drawn(without_deformation(1)._replace(gaps=np.array([[0.4, 0.4]])), paths)[0]
    assert (whole[:, 14] > 0).sum() > (parted[:, 14] > 0).sum() + 3
