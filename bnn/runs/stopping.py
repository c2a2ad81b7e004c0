"""How a trainer is asked to stop, and what it does then."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from shlex import quote
from types import FrameType

from bnn.runs.run import Run

POLL_SECONDS = 0.25
EXIT_CODE = 3
# Sent when a machine shuts down, when a terminal is closed, and (Windows) when a console is.
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGBREAK")


class Stopped(Exception):
    """The run was asked to stop."""


def raise_if_stopped(run: Run) -> None:
    """Raises `Stopped` if the run was asked to stop."""
    if run.stop_path.exists():
        raise Stopped


@contextmanager
def exit_when_stopped(run: Run) -> Iterator[threading.Event]:
    """Ends this process as soon as the run is asked to stop, until the event is set.

    For the seconds in which TensorFlow loads and the first step is compiled: they cannot be interrupted from
    within, and nothing has been learnt yet.

    Yields:
        The event; whoever trains sets it after the first step.
    """
    first_step_done = threading.Event()
    threading.Thread(target=_exit_when_stopped, args=(run, first_step_done), daemon=True).start()
    try:
        yield first_step_done
    finally:
        first_step_done.set()


def stop_on_signals() -> None:
    """Lets SIGTERM, and the signals of a closed terminal, stop the training as Ctrl-C does."""
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        # Under `nohup` a hang-up is ignored, and stays so.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def write_stopped(run: Run) -> None:
    """Notes that the run has stopped as asked, and says so on standard error."""
    run.write_status(replace(run.status(), state="stopped", message="", eta_seconds=0.0))
    run.stop_path.unlink(missing_ok=True)
    # Whoever reads standard error may have gone.
    with suppress(OSError):
        print(
            f"bnn: stopped; `python -m bnn train --resume {quote(run.id)}` goes on",
            file=sys.stderr,
            flush=True,
        )


def _exit_when_stopped(run: Run, first_step_done: threading.Event) -> None:
    while not first_step_done.wait(POLL_SECONDS):
        if run.stop_path.exists():
            write_stopped(run)
            os._exit(EXIT_CODE)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    # A closing terminal sends its signal more than once; the second must not interrupt the saving.
    for name in _SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if number != signal.SIGTERM:
        _discard_output()
    raise KeyboardInterrupt


def _discard_output() -> None:
    # The terminal is gone, and writing to it would fail.
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            os.dup2(null, stream.fileno())
