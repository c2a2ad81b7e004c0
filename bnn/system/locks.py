"""Tells whether a process holds a file lock (`filelock.FileLock`)."""

import os
import threading
from pathlib import Path

from filelock import FileLock, Timeout

# To check a lock on Windows, a thread acquires it. Only one thread may do so at a time. Otherwise, a thread
# could find the lock held by another thread that is only checking it.
_check_lock = threading.Lock()


def is_locked(path: Path) -> bool:
    """Returns whether a process holds the lock. The process may be in another container on the same disk.

    To find out, this function acquires the lock for some microseconds. A process that wants to hold the lock
    should therefore try for longer than that.
    """
    try:
        # This may raise an error, too, for example if the name is too long.
        if not path.exists():
            return False
        return _is_locked_on_windows(path) if os.name == "nt" else _is_flocked(path)
    except OSError:
        # The file was deleted meanwhile, or this process has no permission to open it.
        return False


def _is_flocked(path: Path) -> bool:
    import fcntl

    # A shared lock is enough, because acquiring it fails while another process holds the exclusive lock. A
    # shared lock needs no permission to write, so it also works in a container in which the folder is
    # read-only.
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_locked_on_windows(path: Path) -> bool:
    # As on other systems, the file is kept. Otherwise, asking would remove the file of a free lock.
    lock = FileLock(path, preserve_lock_file=True)
    with _check_lock:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
    return False
