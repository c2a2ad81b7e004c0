"""`python -m bnn`: the command line."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

from bnn.cli import main


def run() -> NoReturn:
    """Run the command line, and end the process with its exit code."""
    exit_code = main()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Everything is saved. A normal exit waits for TensorFlow's threads, up to half a minute on a busy
    # processor.
    os._exit(exit_code)


if __name__ == "__main__":
    run()
