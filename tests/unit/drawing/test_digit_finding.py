"""Specks, frames and ruled lines do not belong to the digit. Strokes that look like ruled lines do."""

import numpy as np

from bnn.drawing.digit_finding import digit_box, find_digit


def digit():
    """Returns a mask (100, 100) with an upright bar in it."""
    mask = np.zeros((100, 100), bool)
    mask[30:70, 45:50] = True
    return mask


def test_specks_are_not_part_of_the_digit_but_large_parts_are():
    mask = digit()
    mask[2:5, 2:5] = mask[95:99, 90:94] = True
    assert digit_box(mask)[0] == (30, 70, 45, 50)
    mask[50:53, 60:80] = True
    assert digit_box(mask)[0] == (30, 70, 45, 80)


def test_frame_is_not_part_of_the_digit_unless_it_is_empty():
    mask = digit()
    mask[8:92, [8, 91]] = mask[[8, 91], 8:92] = True
    box, is_stroke = digit_box(mask)
    assert box == (30, 70, 45, 50)
    assert is_stroke.all()
    mask[20:80, 20:80] = False
    assert digit_box(mask)[0] == (8, 92, 8, 92)


def test_line_from_edge_to_edge_is_not_part_of_the_digit_unless_it_is_alone():
    mask = digit()
    mask[90:92] = True
    assert digit_box(mask)[0] == (30, 70, 45, 50)
    mask[:90] = False
    assert digit_box(mask)[0] == (90, 92, 0, 100)


def found_box(ink):
    """Returns the box of the digit in a picture that is 200 where `ink` is True, and 0 elsewhere."""
    found = find_digit(200 * ink.astype(np.int32))
    assert found is not None
    return found.box


def test_no_piece_of_a_slanted_ruled_line_belongs_to_the_digit():
    mask = digit()
    mask[:, 10] = mask[:60, 9] = mask[:30, 8] = mask[40:, 11] = mask[70:, 12] = True
    assert found_box(mask) == (30, 70, 45, 50)


def test_upright_stroke_from_edge_to_edge_is_a_stem_and_not_a_ruled_line():
    mask = np.zeros((100, 100), bool)
    mask[:, 60:62] = True
    for step in range(20):
        mask[10 + step, 58 - step : 62 - step] = True
    assert found_box(mask) == (0, 100, 39, 62)


def test_strokes_along_the_edges_of_a_closely_cropped_picture_are_not_ruled_lines():
    mask = np.zeros((100, 100), bool)
    mask[:2] = mask[98:] = True
    for row in range(100):
        mask[row, max(95 - row, 0) : 100 - row] = True
    assert found_box(mask) == (0, 100, 0, 100)


def test_tall_stroke_with_dust_beside_it_is_a_1():
    mask = np.zeros((100, 100), bool)
    mask[3:97, 50:55] = mask[20:23, 20:23] = True
    assert found_box(mask) == (3, 97, 50, 55)


def test_hole_of_a_bold_zero_is_not_a_digit_on_a_sheet():
    ink = np.zeros((240, 140), np.int32)
    ink[20:220, 20:120] = 200
    ink[50:190, 50:90] = 0
    found = find_digit(ink)
    assert found is not None
    height, width = found.is_stroke.shape
    assert height == 2 * width
    assert found.is_stroke[height // 2, 0]
    assert not found.is_stroke[height // 2, width // 2]


def test_sheet_of_paper_on_other_surroundings_is_not_the_digit():
    ink = np.zeros((100, 100), np.int32)
    ink[10:90, 10:90] = 180
    ink[30:70, 45:50] = 20
    found = find_digit(ink)
    assert found is not None
    assert found.is_stroke.shape == (40, 5)
    assert found.peak == 160
