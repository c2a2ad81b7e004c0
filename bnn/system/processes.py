"""Identity, life, cause of a crash and priority of processes, and how many files this process may open."""

import os
import platform
import signal
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import psutil

# The niceness (POSIX) of a process with low priority. While the processor is busy, a process of the usual
# niceness 0 gets about three times as much processor time.
LOW_NICENESS = 5
# Exit codes of processes that Windows has ended (NTSTATUS values, MS-ERREF 2.3.1): {exit code: the POSIX
# signal with the same meaning}.
_WINDOWS_SIGNALS = {0xC000001D: "SIGILL", 0xC0000005: "SIGSEGV", 0xC0000017: "SIGKILL"}


class ProcessIdentity(TypedDict):
    """Identifies a process, even if its id is given to another process later.

    Attributes:
        pid: the process id.
        started: the time at which the process started, in seconds, counted from the start of the machine on
            Linux and from 1970 on other systems. 0 if the process has ended.
        machine: the network name of the computer or container on which the process runs.
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
    """Returns whether the machine of a process identity is this one.

    Runs of earlier versions do not name their machine, so an empty name counts as this machine.
    """
    return machine in ("", platform.node())


def process_lives(pid: int, started: float) -> bool:
    """Returns whether the process with this id and starting time still runs on this machine.

    Args:
        pid: the process id.
        started: when the process started, as in `ProcessIdentity`.
    """
    try:
        process = psutil.Process(pid)
        is_same = abs(_started(process) - started) < 1.0
        return is_same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        # There is no such process, or the id now belongs to a process of another user or of the system.
        return False


def pid_lives(pid: int) -> bool:
    """Returns whether a running process has this id. A zombie process counts as ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, OverflowError):
        return False
    except psutil.AccessDenied:
        return True


def lower_priority(pid: int) -> None:
    """Lowers the priority of a process, so that processes of the usual priority run first.

    The process is as fast as before while no other process is busy.
    """
    lower = (
        psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else max(LOW_NICENESS, psutil.Process().nice())
    )
    with suppress(psutil.Error):
        psutil.Process(pid).nice(lower)
    # Linux first shares the processor among sessions. A process's niceness counts only within its session. So
    # the session gets a niceness, too (man 7 sched, "The autogroup feature").
    autogroup = Path(f"/proc/{pid}/autogroup")
    with suppress(OSError):
        if autogroup.exists():
            autogroup.write_text(str(LOW_NICENESS))


def crash_cause(exit_code: int) -> str | None:
    """Returns why a process crashed, as a clause without a full stop; None if it did not crash.

    Args:
        exit_code: the `returncode` of `subprocess.Popen`. It is a negative signal number (POSIX) or an
            NTSTATUS value (Windows) if the process crashed.
    """
    name = _signal_name(exit_code)
    if name == "SIGILL":
        return "this processor lacks an instruction that TensorFlow needs"
    if name == "SIGKILL":
        return "the system ended its process, probably because memory ran out"
    return f"its process crashed ({name})" if name else None


def allow_open_files(number: int) -> None:
    """Raises this process's limit of open files to `number`, or as far as the system allows."""
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
    # Linux reports the start of a process in seconds since the start of the machine. psutil adds the clock
    # time at which the machine started. Because that time changes if the clock is corrected, it is subtracted
    # again.
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


def _signal_name(exit_code: int) -> str | None:
    # From 0xC0000000 on, NTSTATUS values are errors. Smaller exit codes are a program's own.
    if exit_code >= 0xC0000000:
        return _WINDOWS_SIGNALS.get(exit_code, hex(exit_code))
    if exit_code >= 0:
        return None
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"
