"""Limits for reading a file: on time, on memory, and on the actions that reading may cause."""

import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.project import PROJECT

# The processor time for one file, in seconds. The short version also runs on slow and busy machines.
MAX_SECONDS, MAX_SECONDS_QUICK = 2.0, 10.0
# A file such as a pipe can keep its reader waiting without using processor time.
MAX_WAIT_SECONDS = 30.0
# A reading process that needs more memory than this fails, before the machine runs out of memory.
MAX_BYTES = 3_000_000_000
# Names of the Python audit events that reading must never cause.
FORBIDDEN = re.compile(
    r"(exec|compile|code\.__new__|marshal\..*|pickle\..*|subprocess\..*|socket\..*|ctypes\..*|shutil\..*"
    r"|os\.(system|exec|fork|spawn|posix_spawn|startfile|remove|rename|rmdir|link|symlink))"
)


class TooSlowError(BaseException):
    """Reading has used up its time. It is not an `Exception`, so that no reader catches it."""


class Guard:
    """In its `with` block, `FORBIDDEN` events fail, and so does opening a file outside the allowed folders.

    The allowed folders are the given one, the project's, Python's and /proc. /dev/null is allowed, too.
    `max_seconds` is the limit for `timed`.
    """

    def __init__(self, folder: Path, max_seconds: float = MAX_SECONDS):
        self.max_seconds = max_seconds
        self.allowed = (str(folder), str(PROJECT), sys.prefix, sys.base_prefix, "/proc", "/dev/null")
        self.is_on = False
        sys.addaudithook(self._check)

    def __enter__(self):
        self.is_on = True

    def __exit__(self, *error):
        self.is_on = False

    def _check(self, event, arguments):
        if not self.is_on:
            return
        if FORBIDDEN.fullmatch(event):
            raise AssertionError(f"reading does {event}{arguments!r}"[:300])
        if event == "open" and isinstance(arguments[0], str) and not arguments[0].startswith(self.allowed):
            raise AssertionError(f"reading opens {arguments[0]!r}")


def limit_this_process() -> None:
    """Limits this process's memory, and lets `timed` raise TooSlowError."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (MAX_BYTES, MAX_BYTES))
    signal.signal(signal.SIGPROF, _raise_too_slow)
    signal.signal(signal.SIGALRM, _raise_too_slow)


@contextmanager
def timed(max_seconds: float) -> Iterator[list[float]]:
    """Limits the time of the `with` block. Afterwards, the yielded list has its processor time in seconds.

    Raises:
        TooSlowError: after `max_seconds` of processor time, or after `MAX_WAIT_SECONDS`.
    """
    seconds, started = [], time.process_time()
    signal.setitimer(signal.ITIMER_PROF, max_seconds)
    signal.setitimer(signal.ITIMER_REAL, MAX_WAIT_SECONDS)
    try:
        yield seconds
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        seconds.append(time.process_time() - started)


def forget_peak() -> float:
    """Resets the peak to the memory that this process uses now, and returns it in megabytes (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_megabytes()


def peak_megabytes() -> float:
    """Returns the peak of the memory that this process has used, in megabytes (Linux)."""
    # `ru_maxrss` would include the memory of the parent process.
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024 / 1e6


def _raise_too_slow(number, frame):
    raise TooSlowError(f"took too much processor time, or more than {MAX_WAIT_SECONDS:g} s of waiting")
