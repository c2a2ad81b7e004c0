"""Stopping a trainer: by a file in its run's folder, or by a signal."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TextIO, cast

from bnn.runs.run import Run
from bnn.system.commands import typed_command
from bnn.system.errors import error_text

POLL_SECONDS = 0.25
EXIT_CODE = 3
_LOST = "What the network had learnt since the last save is lost"
# The signals of Ctrl-C, of a shutdown of the machine, of a closed terminal, and (on Windows) of a closed
# console.
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Stopped(Exception):
    """The run was asked to stop."""


class NotSaved(Stopped):
    """The run was asked to stop, but what it had learnt since the last save could not be saved."""


def raise_if_stopped(run: Run) -> None:
    """Raises `Stopped` if the run was asked to stop."""
    if run.stop_path.exists():
        raise Stopped


def is_stop(run: Run, error: BaseException) -> bool:
    """Returns whether a training that has ended with this exception was stopped, and has not failed.

    If the run was asked to stop, any exception counts as the stop. A signal raises `KeyboardInterrupt` at any
    place in the program. If TensorFlow's C++ code is running, it may turn this into another exception.
    """
    return isinstance(error, Stopped | KeyboardInterrupt) or run.stop_path.exists()


@contextmanager
def exit_when_stopped(run: Run) -> Iterator[threading.Event]:
    """Ends this process if the run is asked to stop before the first training step is done.

    Loading TensorFlow and compiling the first step take seconds. During them, the training loop cannot check
    for a stop, and there is nothing to save yet. So another thread checks, and ends the process at once.

    Yields:
        An event. The training loop must set it after the first step.
    """
    first_step_done = threading.Event()
    threading.Thread(target=_exit_when_stopped, args=(run, first_step_done), daemon=True).start()
    try:
        yield first_step_done
    finally:
        first_step_done.set()


@contextmanager
def stop_on_signals(run: Run | None = None) -> Iterator[None]:
    """Makes SIGTERM and the signals of a closed terminal raise `KeyboardInterrupt`, as Ctrl-C does.

    After the terminal is closed, text printed on standard error is discarded.

    Args:
        run: the run that this process trains, if any. A signal also creates the run's file `stop`, so that
            the training stops even if the exception is lost on its way.
    """
    interrupt = partial(_interrupt, run)
    handlers = {number: signal.signal(number, interrupt) for number in _handled_signals()}
    stderr = sys.stderr
    sys.stderr = cast(TextIO, _Terminal(stderr)) if stderr.isatty() else stderr
    try:
        yield
    finally:
        sys.stderr = stderr
        for number, handler in handlers.items():
            signal.signal(number, handler)


def write_stopped(run: Run, error: BaseException | None = None) -> None:
    """Writes the status "stopped", removes the request to stop, and prints a line on standard error.

    Args:
        run: the run.
        error: the exception with which the training ended. It is printed. If it is itself a stop, its cause
            is printed, if there is one. The status shows what is printed only if the user can do something
            about it, for example if the disk is full. After `NotSaved`, the status and a printed line say
            that something is lost.
    """
    cause = _other_error(error)
    message = error_text(cause) if isinstance(cause, ValueError | OSError) else ""
    if isinstance(error, NotSaved):
        message = f"{message}. {_LOST}" if message else _LOST
    run.write_status(replace(run.status(), state="stopped", message=message, eta_seconds=0.0))
    run.stop_path.unlink(missing_ok=True)
    if cause:
        _print(f"the training was asked to stop, and ended with {type(cause).__name__}: {error_text(cause)}")
    if isinstance(error, NotSaved):
        _print(_LOST)
    _print(f"stopped; resume it with `{typed_command('train', '--resume', run.id)}`")


def _other_error(error: BaseException | None) -> BaseException | None:
    """Returns the exception, or its cause if the exception is a stop; None for a stop without a cause."""
    while isinstance(error, Stopped | KeyboardInterrupt):
        error = error.__cause__
    return error


def _print(line: str) -> None:
    # Printing may fail, because standard error may have been closed.
    with suppress(OSError):
        print(f"bnn: {line}", file=sys.stderr, flush=True)


def _exit_when_stopped(run: Run, first_step_done: threading.Event) -> None:
    while not first_step_done.wait(POLL_SECONDS):
        if run.stop_path.exists():
            write_stopped(run)
            os._exit(EXIT_CODE)


def _handled_signals() -> list[int]:
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    # A process started by `nohup` ignores SIGHUP, and must go on ignoring it.
    return [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]


def _interrupt(run: Run | None, _number: int, _frame: FrameType | None) -> None:
    # A terminal that is closed may send its signal more than once. The second signal must not interrupt the
    # saving of the run. Only a second Ctrl-C may do that.
    for number in _handled_signals():
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_IGN)
    if run:
        with suppress(OSError):
            run.stop_path.touch()
    raise KeyboardInterrupt


class _Terminal:
    """A stream to a terminal. If the terminal is closed, text is discarded instead of raising an error."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)
