"""The table that `bnn bench` prints."""

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
