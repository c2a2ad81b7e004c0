"""Compiled functions work where Numba's cache cannot be written, and where compiling is switched off."""

import os
import shutil
import subprocess
import sys

import pytest
from PIL import Image

from bnn.data import mnist
from bnn.system.jit import compiled
from tests.support.project import PROJECT


@pytest.fixture
def picture(tmp_path):
    """The path of a picture of a 7."""
    path = tmp_path / "seven.png"
    Image.fromarray(mnist.test().images[0]).save(path)
    return path


def _can_mount():
    command = ["unshare", "--mount", "mount", "--bind", "/tmp", "/tmp"]
    return (
        shutil.which("unshare") and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def test_function_without_a_place_for_its_cache_is_compiled():
    # Numba finds no cache folder for code that has no file.
    double = compiled(eval("lambda x: 2 * x"))
    assert double(21) == 42
    assert double.signatures, "it was not compiled"


def test_digits_are_read_although_compiling_is_switched_off(picture):
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "bnn", "classify", str(picture)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ": 7 (" in done.stdout


# Mounts a folder read-only, and runs a command in it. File permissions would not stop root from writing.
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'


@pytest.mark.slow
@pytest.mark.skipif(not _can_mount(), reason="needs Linux and the right to mount a folder")
def test_digits_are_read_from_a_read_only_installation_without_a_home(tmp_path, picture):
    shutil.copytree(PROJECT / "bnn", tmp_path / "bnn", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "HOME": "/proc/nonexistent", "XDG_CACHE_HOME": "/proc/nonexistent"}
    command = [sys.executable, "-m", "bnn", "classify", str(picture)]
    command = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(tmp_path), *command]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ": 7 (" in done.stdout
