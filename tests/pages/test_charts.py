"""Charts: tables are right, specifications are valid (by Altair's JSON schema), and colours can be seen."""

import json
import re
from string import ascii_letters
from types import SimpleNamespace

import altair as alt
import numpy as np
import pandas as pd
import pytest

from bnn.data.dataset import DIGITS
from pages.evaluate import confusion_chart
from pages.shared import charts, curve_charts

PROGRESS = pd.DataFrame({"step": [5, 10, 20], "epoch": [1, 1, 2], "loss": [2.0, 1.0, 0.5], "accuracy": 0.5})
HISTORY = pd.DataFrame({"epoch": [1, 2], "validation_loss": [9.0, 0.3], "flip_ratio": [0.2, 0.05]})


def test_training_curve_is_measured_in_epochs():
    curve = curve_charts.training_curve("a run", PROGRESS, "loss", batches_per_epoch=10)
    assert list(curve.columns) == list(curve_charts.CURVE_COLUMNS)
    assert curve["epoch"].tolist() == [0.5, 1.0, 2.0]
    assert curve["value"].tolist() == [2.0, 1.0, 0.5]
    assert set(curve["part"]) == {curve_charts.TRAINING}


@pytest.mark.parametrize("num_rows", [0, 1, 239, 240, 241, 4000])
def test_long_curve_is_averaged_to_fewer_points(num_rows):
    steps = np.arange(1, num_rows + 1)
    progress = pd.DataFrame({"step": steps, "epoch": 1, "loss": steps, "accuracy": 0.1})
    curve = curve_charts.training_curve("a run", progress, "loss", 100)
    assert len(curve) == min(num_rows, curve_charts.MAX_POINTS)
    # Each loss equals its step, and an epoch has 100 steps. Averages keep this ratio.
    assert np.allclose(curve["value"], 100 * curve["epoch"])


def test_epoch_curve_has_a_point_for_each_epoch():
    curve = curve_charts.epoch_curve("a run", HISTORY, "validation_loss")
    assert curve["epoch"].tolist() == [1, 2]
    assert curve["value"].tolist() == [9.0, 0.3]


@pytest.mark.parametrize("value", ["accuracy", "mistakes", "loss", "flip_ratio"])
@pytest.mark.parametrize("names", [[], ["one"], ["one", "two", "three"]])
def test_curves_are_a_valid_chart(value, names):
    parts = [curve_charts.training_curve(name, PROGRESS, "loss", 10) for name in names]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=curve_charts.CURVE_COLUMNS)
    spec = curve_charts.curves(table, value, 10)
    assert_valid(spec)
    line = spec["layer"][0]["encoding"]
    assert line["x"]["scale"]["domain"] == [0, 10]
    assert line["color"]["field"] == ("run" if len(names) > 1 else "part")
    assert line["strokeDash"]["field"] == "part"
    if len(names) > 1:
        assert line["strokeDash"]["legend"]["symbolStrokeColor"] == charts.QUIET
        assert line["strokeDash"]["legend"]["orient"] != line["color"]["legend"]["orient"]


@pytest.mark.parametrize("value", ["accuracy", "mistakes", "flip_ratio"])
def test_tooltips_and_screen_readers_say_0_and_100_percent_only_of_exactly_these_shares(value):
    spec = curve_charts.curves(curve_charts.epoch_curve("one", HISTORY, "flip_ratio"), value, 10)
    shown = {share: f"{_calculated(spec, 'rounded', share):.2%}" for share in (0, 1e-6, 0.9876, 1 - 1e-6, 1)}
    assert list(shown.values()) == ["0.00%", "0.01%", "98.76%", "99.99%", "100.00%"]
    for layer in spec["layer"]:
        assert [(each["field"], each["format"]) for each in layer["encoding"]["tooltip"][3:]] == [
            ("rounded", ".2%")
        ]
    assert "format(datum.rounded, '.2%')" in spec["layer"][1]["mark"]["description"]["expr"]


def test_only_accuracies_without_mistakes_are_drawn_at_the_line_of_100_percent():
    spec = curve_charts.curves(curve_charts.epoch_curve("one", HISTORY, "flip_ratio"), "mistakes", 10)
    drawn = [_calculated(spec, "mistakes", accuracy) for accuracy in (0.9, 0.999, 0.9995, 0.99999, 1)]
    assert drawn == pytest.approx([0.1, 0.001, 0.0007, 0.0007, 0.0005])


def _calculated(spec, column, value):
    """Returns the number that the browser calculates for a column of a chart, from the column "value"."""
    (expression,) = [each["calculate"] for each in spec["transform"] if each["as"] == column]
    condition, yes, no = re.fullmatch(r"(.+) \? (.+) : (.+)", expression.replace("&&", "and")).groups()
    names = {
        "datum": SimpleNamespace(value=value),
        "max": max,
        "clamp": lambda x, low, high: max(low, min(high, x)),
    }
    return eval(f"({yes}) if ({condition}) else ({no})", names)


def test_curve_of_a_blind_network_is_not_green():
    table = curve_charts.epoch_curve("one", HISTORY, "validation_loss")
    has_green = [
        charts.RIGHT in json.dumps(curve_charts.curves(table, "accuracy", 10, is_blind=is_blind))
        for is_blind in (False, True)
    ]
    assert has_green == [True, False]


def test_specification_of_curves_contains_no_data():
    """The specification stays the same while the data grows, so the browser does not build the chart anew."""
    table = curve_charts.epoch_curve("one", HISTORY, "validation_loss")
    spec = curve_charts.curves(table, "loss", 10)
    assert "data" not in json.dumps(spec)
    # The axes do not depend on the values either.
    assert curve_charts.curves(table.assign(value=0.1), "loss", 10) == spec
    assert curve_charts.curves(table.assign(value=0.7), "accuracy", 10) == curve_charts.curves(
        table, "accuracy", 10
    )
    assert curve_charts.curves(table, "loss", 11) != spec


@pytest.mark.parametrize("value", ["accuracy", "mistakes"])
def test_curve_until_now_has_the_same_axes(value):
    history = HISTORY.assign(validation_accuracy=[0.8, 0.9])
    table = curve_charts.epoch_curve("one", history, "validation_accuracy")
    spec = curve_charts.curves(table, value, 10)
    ending = curve_charts.until_now(spec)
    assert_valid(ending)
    assert ending["layer"] == spec["layer"]
    assert ending["transform"][:-1] == spec["transform"]
    assert ending["transform"][-1] == {"filter": "datum.epoch <= datum.now"}


def test_axis_of_flip_ratios_ends_at_the_next_tenth():
    for highest, end in ((np.nan, 0.1), (0.0, 0.1), (0.1, 0.1), (0.101, 0.2), (0.3, 0.3), (1.0, 1.0)):
        _assert_axis_of_flip_ratios_ends_at(end, [0.0, highest])
    _assert_axis_of_flip_ratios_ends_at(0.3, [0.3, np.nan])


def _assert_axis_of_flip_ratios_ends_at(end, flip_ratios):
    table = curve_charts.epoch_curve("a run", HISTORY.assign(flip_ratio=flip_ratios), "flip_ratio")
    spec = curve_charts.curves(table, "flip_ratio", 10)
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, end]


@pytest.mark.parametrize(
    "accuracies, domain, has_guessing",
    [
        ([], [0.5, 1], True),
        ([0.0, 1.0], [0.0005, 1], True),
        ([0.0, 0.9991], [0.0005, 1], True),
        ([0.0, 0.9989], [0.001, 1], True),
        ([0.124, 0.9938], [0.005, 1], True),
        ([0.96, 0.96], [0.02, 0.05], False),
        ([0.9815, 0.9905], [0.005, 0.02], False),
    ],
)
def test_axis_of_mistakes_has_a_line_on_both_sides_of_the_curve(accuracies, domain, has_guessing):
    history = pd.DataFrame({"epoch": range(len(accuracies)), "validation_accuracy": accuracies})
    table = curve_charts.epoch_curve("a run", history, "validation_accuracy")
    spec = curve_charts.curves(table, "mistakes", 3, guessing=0.1)
    assert_valid(spec)
    axis = spec["layer"][0]["encoding"]["y"]
    assert axis["scale"]["domain"] == domain
    assert axis["scale"]["reverse"]
    # Labels beyond the ends of the axis would overlap.
    assert all(domain[0] <= value <= domain[1] for value in axis["axis"]["values"])
    # After the curves and their points come the line of guessing and its label.
    shares = [layer["data"]["values"][0]["share"] for layer in spec["layer"][2:]]
    assert shares == ([0.9, 0.9] if has_guessing else [])


@pytest.mark.parametrize(
    "class_names", [("no", "yes"), DIGITS, tuple(f"class number {i:07d}" for i in range(36))]
)
def test_confusion_chart_is_valid_and_uses_columns_of_its_table(class_names):
    spec = confusion_chart.confusion(class_names)
    assert_valid(spec)
    columns = set(confusion_chart.confusion_table(np.eye(len(class_names), dtype=int), class_names))
    assert fields(spec) <= columns
    (chosen,) = spec["layer"][0]["params"]
    assert chosen["name"] == "cell"
    assert set(chosen["select"]["fields"]) <= columns


@pytest.mark.parametrize(
    "class_names, width, height",
    [
        (ascii_letters, 520, 520),
        # Names of two characters stand side by side above the cells.
        ([f"{i:02d}" for i in range(64)], 1280, 640),
        # Longer names are turned.
        ([f"class number {i:07d}" for i in range(36)], 360, 360),
    ],
)
def test_names_beside_the_confusion_chart_are_ten_pixels_apart_or_some_are_left_out(
    class_names, width, height
):
    axes = {
        name: part["axis"]
        for name, part in confusion_chart.confusion(class_names)["encoding"].items()
        if "axis" in part
    }
    assert axes["x"]["labelExpr"].startswith(f"datum.value % ceil({width} / width) == 0 ? [")
    assert axes["y"]["labelExpr"].startswith(f"datum.value % ceil({height} / height) == 0 ? [")


def test_chart_of_accuracy_against_a_setting_is_valid():
    spec = charts.accuracy_against("Noise", 0, 200, guessing=0.1)
    assert_valid(spec)
    assert fields(spec) <= {"setting", "share", "now", "x", "name"}
    # The label stands at the line of guessing.
    (label,) = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert label["encoding"]["y"]["field"] == "share"
    assert label["data"]["values"][0]["share"] == 0.1
    # It is at the right edge, because the curve may fall steeply at the left edge.
    assert label["data"]["values"][0]["x"] == 200


def assert_valid(spec):
    """Checks a specification against Vega-Lite's schema. Altair raises an error if the schema forbids it."""
    assert len(alt.LayerChart.from_dict(spec).to_dict()["layer"]) == len(spec["layer"])


def fields(spec):
    """Returns all columns that a specification names, at any depth."""
    if isinstance(spec, dict):
        names = {spec["field"]} if "field" in spec else set()
        return names.union(*map(fields, spec.values()))
    return set().union(*map(fields, spec)) if isinstance(spec, list) else set()


@pytest.mark.parametrize("lowest, is_good", [(0.1, False), (0.89, False), (0.9, True), (0.98, True)])
def test_axis_of_good_networks_is_logarithmic_and_covers_the_whole_training(lowest, is_good):
    progress = pd.DataFrame({"step": [0, 100], "accuracy": [0.1, 0.97]})
    # The accuracy before learning, in epoch 0, does not count.
    history = pd.DataFrame({"epoch": [0, 1, 2], "validation_accuracy": [0.1, 0.99, lowest]})
    parts = [
        curve_charts.training_curve("run", progress, "accuracy", 100),
        curve_charts.epoch_curve("run", history, "validation_accuracy"),
    ]
    spec = curve_charts.curves(pd.concat(parts), "accuracy", 3, guessing=0.1)
    assert_valid(spec)
    y = spec["layer"][0]["encoding"]["y"]
    assert y["scale"]["domain"] == ([0.001, 1] if is_good else [0, 1])
    assert y["field"] == ("mistakes" if is_good else "value")
    # The line of guessing and its label stay.
    assert len(spec["layer"]) == 4
