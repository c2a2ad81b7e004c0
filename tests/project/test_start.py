"""start.py's decisions: who is refused, what is installed when. Nothing is installed here."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import PROJECT

LINUX = ("Linux", "x86_64", True)


@pytest.fixture
def start(tmp_path, monkeypatch):
    """The script as a module, with a folder of its own in the project's place."""
    spec = importlib.util.spec_from_file_location("start", PROJECT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    for name, path in (("APP_LOCK", "requirements.txt"), ("TEST_LOCK", "tests/requirements.txt")):
        lock = tmp_path / path
        lock.parent.mkdir(exist_ok=True)
        lock.write_text(f"{name}==1\n")
        monkeypatch.setattr(module, name, lock)
    (tmp_path / ".venv").mkdir()
    return module


@pytest.fixture
def pip_calls(start, monkeypatch):
    """What pip was asked to install from, each time; it succeeds."""
    calls = []

    def call(command, **options):
        assert command[1:4] == ["-m", "pip", "install"]
        calls.append([Path(word).parent.name for word in command if word.endswith("requirements.txt")])
        return 0

    monkeypatch.setattr(start.subprocess, "call", call)
    return calls


@pytest.mark.parametrize("machine", [LINUX, ("Windows", "AMD64", True), ("Darwin", "arm64", True)])
@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
def test_pythons_and_machines_of_the_lock_will_do(start, version, machine):
    assert start.refusal(version, "CPython", machine) == ""


@pytest.mark.parametrize(
    "version, implementation, machine, found",
    [
        ((3, 10), "CPython", LINUX, "CPython 3.10 on Linux x86_64"),
        ((3, 13), "CPython", LINUX, "CPython 3.13 on Linux x86_64"),
        ((2, 7), "CPython", LINUX, "CPython 2.7 on Linux x86_64"),
        ((3, 11), "PyPy", LINUX, "PyPy 3.11 on Linux x86_64"),
        ((3, 11), "CPython", ("Linux", "aarch64", True), "CPython 3.11 on Linux aarch64"),
        ((3, 11), "CPython", ("Darwin", "x86_64", True), "CPython 3.11 on Darwin x86_64"),
        ((3, 12), "CPython", ("Windows", "ARM64", True), "CPython 3.12 on Windows ARM64"),
        ((3, 12), "CPython", ("Windows", "AMD64", False), "CPython 3.12 (32-bit) on Windows AMD64"),
    ],
)
def test_others_are_told_what_was_found_and_what_is_needed(start, version, implementation, machine, found):
    message = start.refusal(version, implementation, machine)
    assert found in message and start.NEEDED in message and "\n" not in message


def test_machines_are_those_that_the_lock_was_made_for(start):
    project = (PROJECT / "pyproject.toml").read_text()
    for system, processor in start.MACHINES:
        platform = {"Linux": "linux", "Windows": "win32", "Darwin": "darwin"}[system]
        assert f"sys_platform == '{platform}' and platform_machine == '{processor}'" in project
    assert 'requires-python = ">=3.11,<3.13"' in project


def test_refusal_is_one_line_and_exit_code_2(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "machine", lambda: ("Plan 9", "mips", True))
    monkeypatch.setattr(start, "make_environment", lambda: pytest.fail("nothing may be made"))
    assert start.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1 and "Plan 9 mips" in printed.err


def test_old_pythons_can_read_the_script():
    ast.parse((PROJECT / "start.py").read_text("utf-8"), feature_version=(3, 6))


def test_packages_are_installed_once(start, pip_calls):
    assert start.install([start.APP_LOCK]) and start.install([start.APP_LOCK])
    assert len(pip_calls) == 1


def test_changed_lock_is_installed_again(start, pip_calls):
    start.install([start.APP_LOCK])
    start.APP_LOCK.write_text("APP_LOCK==2\n")
    assert not start.is_installed(start.APP_LOCK)
    start.install([start.APP_LOCK])
    assert len(pip_calls) == 2 and start.is_installed(start.APP_LOCK)


def test_tests_add_what_only_they_need(start, pip_calls):
    start.install([start.APP_LOCK])
    start.install([start.APP_LOCK, start.TEST_LOCK])
    start.install([start.APP_LOCK])
    assert pip_calls == [[start.PROJECT.name], ["tests"]]


def test_line_ends_are_no_change(start, pip_calls):
    start.install([start.APP_LOCK])
    start.APP_LOCK.write_bytes(b"APP_LOCK==1\r\n")
    assert start.is_installed(start.APP_LOCK)


def test_failed_installation_is_tried_again(start, monkeypatch, capsys):
    monkeypatch.setattr(start.subprocess, "call", lambda command, **options: 1)
    assert not start.install([start.APP_LOCK])
    assert not start.is_installed(start.APP_LOCK)
    assert "The installation failed" in capsys.readouterr().err


def test_new_environment_has_no_stamps(start):
    start.stamp(start.APP_LOCK).write_text(start.digest(start.APP_LOCK))
    start.venv.create = lambda folder, clear, **options: clear and os.remove(start.stamp(start.APP_LOCK))
    assert start.make_environment() and not start.is_installed(start.APP_LOCK)


def test_debian_without_venv_is_told_what_to_install(start, monkeypatch, capsys):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    assert not start.make_environment()
    assert capsys.readouterr().err.endswith("-venv\n")


def test_environment_that_is_not_whole_is_noticed(start):
    assert not start.is_sound_environment()
    python = start.environment_python()
    python.parent.mkdir()
    python.write_text("no program")
    assert not start.is_sound_environment()


@pytest.mark.skipif(os.name == "nt", reason="a shell script in the interpreter's place")
@pytest.mark.parametrize("code, is_sound", [(0, True), (1, False)])
def test_environments_python_is_asked(start, code, is_sound):
    python = start.environment_python()
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\nexit {code}\n")
    python.chmod(0o755)
    assert start.is_sound_environment() == is_sound


@pytest.mark.skipif(os.name == "nt", reason="a shell script in the interpreter's place")
@pytest.mark.parametrize(
    "words, command",
    [
        ([], "-m streamlit run app.py"),
        (["--server.port", "9"], "-m streamlit run app.py --server.port 9"),
        (["test"], "-m pytest"),
        (["test", "-k", "runs"], "-m pytest -k runs"),
    ],
)
def test_words_are_passed_on_and_the_exit_code_is_returned(start, tmp_path, words, command):
    python = start.environment_python()
    python.parent.mkdir()
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "$PWD: $@"\nexit 7\n')
    python.chmod(0o755)
    script = tmp_path / "start.py"
    script.write_text((PROJECT / "start.py").read_text())
    for lock in (start.APP_LOCK, start.TEST_LOCK):
        start.stamp(lock).write_text(start.digest(lock))
    result = subprocess.run(
        [sys.executable, script, *words], cwd="/", capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.returncode) == (f"{tmp_path}: {command}\n", 7)
