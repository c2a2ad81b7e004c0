"""Processes: which one is meant, whether it lives, what ended it, its priority and its open files."""

import os
import platform
import signal
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import psutil

# How much a process gives way (POSIX): one of the usual niceness, 0, gets about three times as much of a
# busy processor.
LOW_NICENESS = 5
# What Windows reports as the exit code of a process that it ended (NTSTATUS values, MS-ERREF 2.3.1).
_WINDOWS_SIGNALS = {0xC000001D: "SIGILL", 0xC0000005: "SIGSEGV", 0xC0000017: "SIGKILL"}


class ProcessIdentity(TypedDict):
    """What tells one process from all others, also after its id was given to another one.

    Attributes:
        pid: its process id.
        started: when it started, in seconds: on Linux since the machine started, elsewhere since 1970; 0 if
            it has ended.
        machine: the computer or container on which it runs, by its network name.
    """

    pid: int
    started: float
    machine: str


def process_identity(pid: int) -> ProcessIdentity:
    """Returns the identity of a process on this machine."""
    try:
        started = _started(psutil.Process(pid))
    except psutil.NoSuchProcess:
        started = 0.0
    return {"pid": pid, "started": started, "machine": platform.node()}


def is_this_machine(machine: str) -> bool:
    """Returns whether a process identity's machine is this one; an empty name, of older runs, is."""
    return machine in ("", platform.node())


def process_lives(pid: int, started: float) -> bool:
    """Returns whether the process on this machine with that id and start lives."""
    try:
        process = psutil.Process(pid)
        same = abs(_started(process) - started) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        # There is no such process, or it belongs to another user or the system and may not be looked at.
        return False


def pid_lives(pid: int) -> bool:
    """Returns whether some process has this id and has not ended; a zombie has ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, OverflowError):
        return False
    except psutil.AccessDenied:
        return True


def lower_priority(pid: int) -> None:
    """Lets a process give way to those of the usual priority; costs nothing while none of them is busy."""
    lower = (
        psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else max(LOW_NICENESS, psutil.Process().nice())
    )
    with suppress(psutil.Error):
        psutil.Process(pid).nice(lower)
    # Linux first shares the processor among sessions, whatever their processes' niceness (man 7 sched,
    # autogroup).
    autogroup = Path(f"/proc/{pid}/autogroup")
    with suppress(OSError):
        if autogroup.exists():
            autogroup.write_text(str(LOW_NICENESS))


def crash_cause(exit_code: int) -> str | None:
    """Returns what ended a process, as a clause; None if it ended by itself.

    Args:
        exit_code: as `subprocess.Popen.returncode`: negative for a signal (POSIX), or an NTSTATUS (Windows).
    """
    name = _signal_name(exit_code)
    if name == "SIGILL":
        return "this processor lacks an instruction that TensorFlow needs"
    if name == "SIGKILL":
        return "the system ended its process, probably because memory ran out"
    return name and f"its process crashed ({name})"


def allow_open_files(number: int) -> None:
    """Lets this process have that many files open at once, as far as the system allows."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _started(process: psutil.Process) -> float:
    # psutil adds to Linux' time since the machine started when that was by the clock. When the clock is set
    # right, as on a laptop that finds a network again, the same process would have another start.
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


def _signal_name(exit_code: int) -> str | None:
    if exit_code >= 0:
        return _WINDOWS_SIGNALS.get(exit_code) or (hex(exit_code) if exit_code >= 0xC0000000 else None)
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"
