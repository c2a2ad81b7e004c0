"""If an option of the training benchmark is too small, the message names the smallest value allowed."""

import sys

import pytest

# The benchmark imports Playwright.
pytest.importorskip("playwright")
from tests.benchmarks import training


@pytest.mark.parametrize("option, minimum", [("--epochs", 2), ("--rounds", 1)])
def test_training_benchmark_names_the_smallest_allowed_value(option, minimum, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["training.py", option, str(minimum - 1)])
    with pytest.raises(SystemExit) as ended:
        training.main()
    assert ended.value.code == 2
    assert f"{option} must be at least {minimum}, got {minimum - 1}" in capsys.readouterr().err
