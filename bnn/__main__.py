"""`python -m bnn`: the command line."""

import os
import sys
from contextlib import suppress

from bnn.cli import main

if __name__ == "__main__":
    exit_code = main()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Everything is saved. To wind down TensorFlow's threads can take half a minute of a busy processor.
    os._exit(exit_code)
