"""Processes: which one is meant, whether it lives, and how many files it may open."""

import psutil


def allow_open_files(number: int) -> None:
    """Let this process have so many files open at once, as far as the system allows."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def process_identity(pid: int) -> dict:
    """`pid` and `started` of a living process, as in `Status`; `started` is 0 if it has ended already."""
    try:
        return {"pid": pid, "started": _started(psutil.Process(pid))}
    except psutil.NoSuchProcess:
        return {"pid": pid, "started": 0.0}


def _started(process):
    # Linux keeps the time since the machine started, and psutil adds when that was by the clock: after the clock is
    # set right, as a laptop does that finds a network again, the same process would have another time.
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


def pid_lives(pid: int) -> bool:
    """Whether some process has this id and has not ended: one that nobody has waited for yet has."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, OverflowError):
        return False
    except psutil.AccessDenied:
        return True
