"""The curves on the Train page for runs with other numbers of classes than ten."""

import json
from dataclasses import asdict, replace

import pytest

from bnn.runs import run_data
from pages.shared import curve_charts
from pages.train import curves


@pytest.fixture
def run_with(make_run):
    """A function that makes a run on a data set with that number of classes."""

    def run_with(num_classes):
        run = make_run()
        names = tuple(f"sign {i}" for i in range(num_classes))
        facts = replace(run_data.MNIST_FACTS, name="signs.zip", class_names=names, file="data.npz")
        (run.folder / "data.json").write_text(json.dumps(asdict(facts)))
        return run

    return run_with


@pytest.fixture
def specs(monkeypatch):
    """The specifications of all charts that are shown."""
    specs = []
    monkeypatch.setattr(curves.st, "vega_lite_chart", lambda table, spec, **_: specs.append(spec))
    return specs


@pytest.mark.parametrize("nums_of_classes, end", [([2], 3), ([20], 3), ([21], 4), ([26], 4), ([2, 64], 5)])
def test_axis_of_the_loss_reaches_the_loss_of_guessing(run_with, specs, monkeypatch, nums_of_classes, end):
    monkeypatch.setattr(curves.st, "toggle", lambda *_, **__: True)
    curves.more([run_with(num) for num in nums_of_classes])
    assert not any("data" in layer for layer in specs[0]["layer"])
    axis = specs[0]["layer"][0]["encoding"]["y"]
    assert axis["scale"]["domain"] == [0, end]
    assert axis["axis"]["values"] == list(range(end + 1))


@pytest.mark.parametrize("nums_of_classes, share", [([10], 0.1), ([4, 4], 0.25), ([10, 2], None)])
def test_line_of_guessing_is_drawn_only_if_it_is_right_for_all_runs(
    run_with, specs, monkeypatch, nums_of_classes, share
):
    monkeypatch.setattr(curve_charts, "is_good", lambda table: False)
    curves.accuracy([run_with(num) for num in nums_of_classes])
    shares = {layer["data"]["values"][0]["share"] for layer in specs[0]["layer"] if "data" in layer}
    assert shares == ({share} if share else set())


def test_damaged_facts_of_a_run_leave_the_line_of_guessing_out(run_with, specs):
    run = run_with(4)
    (run.folder / "data.json").write_text("{")
    curves.accuracy([run, run_with(4)])
    assert not any("data" in layer for layer in specs[0]["layer"])
