"""Messages of libraries do not reach standard error, and errors do."""

import os

import pytest

from bnn.system.streams import without_messages


def test_only_what_is_written_in_the_block_is_discarded(capfd):
    def fail():
        os.write(2, b"noise ")
        raise ValueError("kept")

    os.write(2, b"before ")
    with pytest.raises(ValueError, match="kept"), without_messages():
        fail()
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"
