"""The table that `bnn bench` prints."""

import json
import os
import re

from bnn.cli import main
from bnn.training import benchmark


def test_size_of_a_small_engine_is_not_rounded_to_zero(capsys, monkeypatch):
    row = {
        "engine": "packed",
        "microseconds_per_digit": 8.0,
        "microseconds_least": 7.0,
        "digits_per_second": 100_000.0,
        "model_bytes": 55_000,
        "engine_bytes": 61_000,
    }
    monkeypatch.setattr(benchmark, "rows", lambda recipe, brief: [row])
    assert main(["bench", "--brief"]) == 0
    assert re.search(r"packed .* 55,000 +0\.06$", capsys.readouterr().out, re.MULTILINE)


def test_run_whose_layers_are_measured_is_named_and_tensorflow_is_silent(capfd, run, monkeypatch):
    def rows(recipe, is_brief):
        os.write(2, b"a warning of TensorFlow")
        return []

    monkeypatch.setattr(benchmark, "rows", rows)
    for option, words in (
        ([], "the network of report-signed"),
        (["--run", run.id], f"layers of run {run.id}"),
    ):
        assert main(["bench", "--brief", *option]) == 0
        out, err = capfd.readouterr()
        assert words in out.splitlines()[0]
        assert ("a new network for ten classes" in out) == bool(option)
        assert err == ""
        assert main(["bench", "--brief", "--json", *option]) == 0
        assert json.loads(capfd.readouterr().out)["run"] == (run.id if option else None)
