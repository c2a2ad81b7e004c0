"""`python -m bnn`: the command line."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

from bnn.cli import main


def run() -> NoReturn:
    """Runs the command line, and ends the process with its exit code."""
    exit_code = main()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # A normal exit would wait for TensorFlow's threads, up to half a minute on a busy processor. Everything
    # has been saved by now, so the process ends at once.
    os._exit(exit_code)


if __name__ == "__main__":
    run()
