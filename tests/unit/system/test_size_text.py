"""Numbers of bytes as text."""

import pytest

from bnn.system.size_text import bytes_text


@pytest.mark.parametrize(
    "num_bytes, expected",
    [
        (0, "0 bytes"),
        (840, "840 bytes"),
        (999, "999 bytes"),
        (999.7, "1.00 kB"),
        (1000, "1.00 kB"),
        (1234, "1.23 kB"),
        (9994, "9.99 kB"),
        (9996, "10 kB"),
        (112_032, "112 kB"),
        (1_688_400, "1,688 kB"),
    ],
)
def test_only_kilobytes_below_ten_have_decimals(num_bytes, expected):
    assert bytes_text(num_bytes) == expected.replace(" ", "\u00a0")
