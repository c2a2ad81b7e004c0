"""Paths that the canvas reports become strokes, even after they were edited. Other objects are refused."""

import math

import numpy as np
import pytest

from bnn.drawing.canvas import canvas_objects, strokes_from_canvas
from bnn.drawing.preprocessing import digit_from_strokes


def fabric(path, **more):
    """Returns a path object as Fabric.js, the canvas's library, reports it; `more` are further properties."""
    points = np.array([step[-2:] for step in path], float)
    left, top = (points.min(0) + points.max(0)) / 2
    return {
        "type": "Path",
        "path": path,
        "left": left,
        "top": top,
        "originX": "center",
        "originY": "center",
        **more,
    }


LINE = [["M", 10, 20], ["L", 50, 20]]


def test_canvas_path_becomes_points():
    path = [["M", 0, 0], ["Q", 10, 0, 10, 10], ["L", 10, 30]]
    (stroke,) = strokes_from_canvas([{"path": path}])
    # (1-t)^2 a + 2t(1-t) b + t^2 c at t = 1/4, 1/2, 3/4, 1.
    expected = [[0, 0], [4.375, 0.625], [7.5, 2.5], [9.375, 5.625], [10, 10], [10, 30]]
    assert stroke.tolist() == expected


def test_strokes_are_cut_off_at_the_edge_of_the_canvas():
    outside_and_back = [
        ["M", 50, 90],
        ["L", 50, 110],
        ["L", 70, 130],
        ["L", 90, 110],
        ["L", 90, 50],
        ["L", 110, 70],
    ]
    strokes = strokes_from_canvas([{"path": outside_and_back}], side=100)
    assert [stroke.tolist() for stroke in strokes] == [
        [[50, 90], [50, 100]],
        [[90, 100], [90, 50], [100, 60]],
    ]
    assert strokes_from_canvas([{"path": [["M", -5, 20], ["L", -7, 30]]}], side=100) == []
    (whole,) = strokes_from_canvas([{"path": outside_and_back}])
    assert len(whole) == 6


@pytest.mark.parametrize("nothing", [None, []])
def test_empty_canvas_has_no_strokes(nothing):
    assert strokes_from_canvas(nothing) == []


def test_tap_on_the_canvas_is_a_dot():
    strokes = strokes_from_canvas([fabric([["M", 70, 80], ["L", 70, 80]])])
    assert np.array_equal(digit_from_strokes(strokes).digit, digit_from_strokes([[[0, 0]]]).digit)


@pytest.mark.parametrize(
    "edit, expected",
    [
        ({}, [[10, 20], [50, 20]]),
        ({"left": 40.0, "top": 25.0}, [[20, 25], [60, 25]]),
        ({"scaleX": 2}, [[-10, 20], [70, 20]]),
        ({"angle": 90}, [[30, 0], [30, 40]]),
        ({"flipX": True}, [[50, 20], [10, 20]]),
        ({"skewY": 45}, [[10, 0], [50, 40]]),
    ],
)
def test_edited_path_has_the_place_that_the_canvas_shows(edit, expected):
    (stroke,) = strokes_from_canvas([fabric(LINE, **edit)])
    assert stroke == pytest.approx(np.array(expected, float))


def test_box_of_a_curve_is_the_one_that_fabric_computes():
    # Fabric.js treats the curve as a cubic with both control points at (100, 50). Then x is 300 t (1 - t).
    # It is at most 75, so the centre of the box is at 37.5.
    path = [["M", 0, 0], ["Q", 100, 50, 0, 100], ["L", 0, 100]]
    (drawn,) = strokes_from_canvas([{"path": path}])
    (unmoved,) = strokes_from_canvas([fabric(path, left=37.5, top=50)])
    (moved,) = strokes_from_canvas([fabric(path, left=47.5, top=50)])
    assert np.array_equal(unmoved, drawn)
    assert moved == pytest.approx(drawn + np.array([10, 0]), abs=0.05)


@pytest.mark.parametrize(
    "objects",
    [
        "path",
        [3],
        [{}],
        [{"path": None}],
        [{"path": [["L"]]}],
        [{"path": [["M", 1, "x"]]}],
        [{"path": [["Q", 1, 2, 3, 4]]}],
        [{"path": [["M", 1, 2], ["C", 1, 2, 3, 4, 5, 6]]}],
        [{"path": [["M", 1, 2], ["M", 3, 4]]}],
        [{"path": [["M", math.nan, 2]]}],
        [{"path": [["M", 1, 2], []]}],
        [fabric(LINE, left="far")],
        [{"type": "Rect", "width": 3}],
    ],
)
def test_bad_objects_are_refused(objects):
    with pytest.raises(ValueError, match=r"object|coordinate"):
        strokes_from_canvas(objects)


@pytest.mark.parametrize("data", [None, 3, "objects", [], {}, {"objects": []}, {"other": 1}])
def test_canvas_without_objects_is_empty(data):
    assert strokes_from_canvas(canvas_objects(data)) == []


@pytest.mark.parametrize("objects", [[{"path": [["M", 0, 0]] * 50_001}], [{"path": []}] * 50_001])
def test_canvas_of_too_many_steps_is_refused(objects):
    with pytest.raises(ValueError, match="a drawing may have at most 50000 steps, got"):
        strokes_from_canvas(objects)
