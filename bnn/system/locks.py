"""Whether some process holds a file lock (`filelock.FileLock`), without taking it away."""

import os
import threading
from pathlib import Path

from filelock import FileLock, Timeout

# Two threads that look at the same time would each take the other for the holder.
_looking = threading.Lock()


def is_locked(path: Path) -> bool:
    """Returns whether a process holds the lock, also one in another container on the same disk.

    To find out, the lock is taken for some microseconds. Whoever wants to hold it should therefore try for
    a moment before giving up.
    """
    if not path.exists():
        return False
    try:
        return _is_locked_on_windows(path) if os.name == "nt" else _is_flocked(path)
    except OSError:
        # The file is gone, or may not be opened.
        return False


def _is_flocked(path: Path) -> bool:
    import fcntl

    # A shared lock is enough: it fails only while another process holds the exclusive one. It needs no right
    # to write, so it also works in a container that has the folder read-only.
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_locked_on_windows(path: Path) -> bool:
    lock = FileLock(path)
    with _looking:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
    return False
