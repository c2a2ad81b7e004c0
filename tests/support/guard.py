"""Limits under which a file is read: on time, on memory, and on what reading it may do."""

import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.project import PROJECT

LONGEST_SECONDS = 2.0
# A file that keeps its reader waiting, as a pipe does, uses no processor time.
LONGEST_WAIT_SECONDS = 30.0
# Above this a file ends its reader, not the machine.
MOST_BYTES = 3_000_000_000
# What reading must never do, by the names of Python's audit events.
FORBIDDEN = re.compile(
    r"(exec|compile|code\.__new__|marshal\..*|pickle\..*|subprocess\..*|os\.(system|exec|fork|spawn|posix_spawn|startfile)"
    r"|socket\..*|ctypes\..*|shutil\..*|os\.(remove|rename|rmdir|link|symlink))"
)


class TooSlowError(BaseException):
    """Reading has used up its time. No Exception, so that no reader catches it."""


class Guard:
    """Inside it, nothing may be run, and no file opened outside the folder, the project and Python."""

    def __init__(self, folder: Path):
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
    """Limit this process's memory, and let `timed` raise TooSlowError."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    signal.signal(signal.SIGPROF, _raise_too_slow)
    signal.signal(signal.SIGALRM, _raise_too_slow)


@contextmanager
def timed() -> Iterator[list[float]]:
    """Give what runs inside two seconds of processor time; the list then holds the seconds it has used."""
    seconds, started = [], time.process_time()
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_WAIT_SECONDS)
    try:
        yield seconds
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        seconds.append(time.process_time() - started)


def peak_megabytes() -> float:
    """The most memory that this process has used so far (Linux)."""
    # Not `ru_maxrss`, which starts from the parent's memory.
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024 / 1e6


def _raise_too_slow(number, frame):
    raise TooSlowError(
        f"took more than {LONGEST_SECONDS:g} s of processor time or {LONGEST_WAIT_SECONDS:g} s of waiting"
    )
