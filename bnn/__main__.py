"""`python -m bnn`: the command line."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from bnn.system.commands import EXIT_INTERRUPTED


def run() -> NoReturn:
    """Runs the command line, and ends the process with the command's exit code."""
    _replace_closed_streams()
    exit_code = _exit_code()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # A normal exit would wait for TensorFlow's threads, up to half a minute on a busy processor. Everything
    # has been saved by now, so the process ends at once.
    os._exit(exit_code)


def _replace_closed_streams() -> None:
    """Connects standard streams that are closed, as by `2>&-`, to the null device.

    Python sets `sys.stderr` to None if standard error is closed. `print(file=None)` writes to standard
    output, so errors would appear there. The next file to be opened would get the number of the closed
    stream, so TensorFlow's messages would be written into this file.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - stays open


def _exit_code() -> int:
    is_interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        nonlocal is_interrupted
        is_interrupted = True
        raise KeyboardInterrupt

    # A process that was started with Ctrl-C ignored (as shells start some jobs) must go on ignoring it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        # Imported here, so that Ctrl-C also works during this import, which takes a second.
        from bnn.cli import main

        return main()
    except BaseException:
        # If Ctrl-C interrupts code in C, the KeyboardInterrupt may become another exception.
        if not is_interrupted:
            raise
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    run()
