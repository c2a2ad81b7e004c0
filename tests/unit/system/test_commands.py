"""The commands that start `bnn`: the one that a user types, and the one for a new process."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bnn.system import commands
from tests.support.project import PROJECT


def test_program_bnn_counts_as_installed_only_if_it_belongs_to_this_python(monkeypatch):
    for folder, is_installed in ((Path(sys.prefix, "bin"), True), (Path("/opt/other"), False)):
        monkeypatch.setattr(shutil, "which", lambda name, folder=folder: str(folder / name))
        assert (commands.typed_command() == "bnn") == is_installed, folder


@pytest.mark.parametrize("python", [".venv/bin/python", "/opt/a b/python3"])
def test_command_for_a_checkout_names_the_running_python(monkeypatch, python):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(commands.sys, "executable", str(PROJECT / python))
    assert _words(commands.typed_command()) == [str(Path(python)), "-m", "bnn"]


def test_arguments_get_quotes_where_the_shell_needs_them():
    arguments = ["export", "20260131-094500-quick - Copy (2)", "it's #2", "-o", "network.keras"]
    command = commands.typed_command(*arguments)
    assert _words(command)[-len(arguments) :] == arguments
    assert command.endswith(" -o network.keras")


def test_windows_gets_quotes_that_its_console_takes(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(commands, "_IS_WINDOWS", True)
    monkeypatch.setattr(commands.sys, "executable", r"C:\Users\A B\python.exe")
    assert commands.typed_command("a b") == r'"C:\Users\A B\python.exe" -m bnn "a b"'


def test_typed_command_works_in_the_projects_folder():
    command = [*_words(commands.typed_command()), "--version"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    assert done.stdout.startswith(b"one-bit-lab ")


def test_new_process_finds_this_package_despite_pythons_safe_mode(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    command = commands.bnn_command(["--version"], tmp_path)
    done = subprocess.run(**command, capture_output=True, check=True)
    assert done.stdout.startswith(b"one-bit-lab ")


def test_new_process_gets_absolute_paths(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BNN_RUNS_DIR", "my runs")
    monkeypatch.setenv("BNN_UNIPEN", "~/digits.gz")
    monkeypatch.setenv("BNN_UNIPEN_LETTERS", "")
    variables = commands.environment_variables()
    assert variables["BNN_RUNS_DIR"] == str(tmp_path / "my runs")
    assert variables["BNN_UNIPEN"] == "~/digits.gz"
    assert variables["BNN_UNIPEN_LETTERS"] == ""


def _words(command: str) -> list[str]:
    """Returns the words into which this system's shell splits a command."""
    if os.name != "nt":
        return shlex.split(command)
    return [word.strip('"') for word in shlex.split(command, posix=False)]
