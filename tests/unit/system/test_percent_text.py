"""Fractions as text in percent."""

import pytest

from bnn.system.percent_text import percent_digits


@pytest.mark.parametrize(
    "fraction, decimals, expected",
    [
        (0, 2, "0.00"),
        (1 / 60_000, 2, "0.01"),
        (0.0004, 1, "0.1"),
        (0.98765, 2, "98.77"),
        (0.9996, 1, "99.9"),
        (59_999 / 60_000, 2, "99.99"),
        (0.996, 0, "99"),
        (0.004, 0, "1"),
        (1, 2, "100.00"),
        (1.0, 0, "100"),
    ],
)
def test_only_0_is_0_percent_and_only_1_is_100_percent(fraction, decimals, expected):
    assert percent_digits(fraction, decimals) == expected
