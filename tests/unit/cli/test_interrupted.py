"""A command ends silently if it is interrupted, or if its standard output or standard error is closed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.closed_pipe import run_without_reader
from tests.support.project import PROJECT

# In this program, Ctrl-C is pressed while `bnn.cli` is imported. With the argument "other error", another
# exception replaces KeyboardInterrupt. C code may do this.
INTERRUPTED_IMPORT = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "bnn.cli":
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                if sys.argv[1] == "other error":
                    raise ImportError("initialization failed")
                raise

sys.meta_path.insert(0, Finder())
from bnn.__main__ import run
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("how", ["interrupt", "other error"])
def test_ctrl_c_during_the_imports_ends_the_command_silently(how):
    command = [sys.executable, "-c", INTERRUPTED_IMPORT, how]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no broken pipes")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["runs", "--json"]])
def test_command_ends_silently_when_its_reader_has_closed_the_pipe(arguments):
    assert run_without_reader([sys.executable, "-m", "bnn", *arguments]) == (141, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed, code", [("2>&-", 2), (">&-", 0)])
def test_output_or_errors_may_be_closed_from_the_start(closed, code):
    arguments = "classify none.png --json" if code else "runs"
    command = f"exec '{sys.executable}' -m bnn {arguments} {closed}"
    done = subprocess.run(command, shell=True, cwd=PROJECT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["runs"]])
def test_full_output_is_reported_in_one_line(arguments):
    command = [sys.executable, "-m", "bnn", *arguments]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"bnn: the disk is full\n")
