"""Processes: the limit on open files, and why a process crashed."""

import os
import subprocess
import sys

import pytest

from bnn.system import processes
from tests.support.project import PROJECT


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_limit_on_open_files_is_raised():
    script = (
        "import resource as r; from bnn.system import processes\n"
        "r.setrlimit(r.RLIMIT_NOFILE, (100, 300))\n"
        "processes.allow_open_files(200); print(*r.getrlimit(r.RLIMIT_NOFILE))\n"
        "processes.allow_open_files(150); processes.allow_open_files(1000)\n"
        "print(*r.getrlimit(r.RLIMIT_NOFILE))"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["200 300", "300 300"]


@pytest.mark.parametrize(
    "exit_code, words",
    [
        (0, None),
        (1, None),
        (3, None),
        (-9, "memory"),
        (-4, "processor lacks an instruction"),
        (-11, "crashed (SIGSEGV)"),
        (-250, "crashed (signal 250)"),
        (0xC000001D, "processor lacks an instruction"),
        (0xC0000017, "memory"),
        (0xC0000374, "crashed (0xc0000374)"),
    ],
)
def test_cause_of_a_crash_is_named(exit_code, words):
    cause = processes.crash_cause(exit_code)
    assert (cause is None) if words is None else (words in cause)
