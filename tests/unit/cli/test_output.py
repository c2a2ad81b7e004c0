"""Numbers as text in the output of commands."""

from bnn.cli import output


def test_only_1_is_printed_as_100_percent_and_only_0_as_0_percent():
    assert output.percent(0.99999) == "99.99%"
    assert output.percent(0.9996, 1) == "99.9%"
    assert output.percent(1.0) == "100.00%"
    assert output.percent(1 / 60_000) == "0.01%"
    assert output.percent(0) == "0.00%"
    assert output.percent(0.98765) == "98.77%"
    assert output.percent(None) == "-"
    assert output.confidence(1.0) == "> 99.9%"
    assert output.confidence(0.9994) == "99.9%"
