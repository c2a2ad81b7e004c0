"""What libraries write to standard error is discarded. Exceptions are passed on."""

import os
import subprocess
import sys

import pytest

from bnn.system.streams import without_messages
from tests.support.project import PROJECT


def test_only_what_is_written_in_the_block_is_discarded(capfd):
    def fail():
        os.write(2, b"noise ")
        raise ValueError("kept")

    os.write(2, b"before ")
    with pytest.raises(ValueError, match="kept"), without_messages():
        fail()
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


def test_closed_standard_error_stays_closed():
    program = """
import os
from bnn.system.streams import without_messages
os.close(2)
with without_messages():
    print("done")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, check=True)
    assert done.stdout.split() == [b"done"]
