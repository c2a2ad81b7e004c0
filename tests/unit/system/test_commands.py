"""The command that a user types to run the command line."""

import shlex
import shutil
import subprocess

import pytest

from bnn.system import commands
from tests.support.project import PROJECT


def test_installed_package_has_its_command(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert commands.typed_command() == "bnn"


@pytest.mark.parametrize("python", [".venv/bin/python", "/opt/a b/python3"])
def test_checkout_is_run_with_the_python_that_runs_it(monkeypatch, python):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(commands.sys, "executable", str(PROJECT / python))
    assert shlex.split(commands.typed_command()) == [python, "-m", "bnn"]


def test_typed_command_works_in_the_projects_folder():
    done = subprocess.run(
        [*shlex.split(commands.typed_command()), "--version"], cwd=PROJECT, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"one-bit-lab ")
