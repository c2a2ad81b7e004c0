"""start.py: which machines it accepts, how it reports errors, and what it starts."""

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.closed_pipe import run_without_reader
from tests.support.project import PROJECT
from tests.support.start_script import posix_only, write_script


def refusal_of(start, words):
    """Returns the line with which start.py exits. Python prints it, and the exit code is 1."""
    with pytest.raises(SystemExit) as ended:
        start.main(words)
    assert "\n" not in ended.value.code
    return ended.value.code


@pytest.mark.parametrize(
    "machine", [("Linux", "x86_64"), ("Linux", "aarch64"), ("Windows", "AMD64"), ("Darwin", "arm64")]
)
def test_machines_in_the_lock_file_are_accepted(start, monkeypatch, machine):
    monkeypatch.setattr(start, "MACHINE", machine)
    monkeypatch.setattr(start, "suitable_python", lambda command, module: "python")
    monkeypatch.setattr(start, "install", lambda locks: True)
    monkeypatch.setattr(start, "run", lambda words: 7)
    monkeypatch.setattr(start.os, "chdir", lambda folder: None)
    assert start.main([]) == 7


@pytest.mark.parametrize(
    "machine", [("Plan 9", "mips"), ("Darwin", "x86_64"), ("Windows", "ARM64"), ("Linux", "riscv64")]
)
def test_other_machines_are_refused_in_one_line(start, monkeypatch, machine):
    monkeypatch.setattr(start, "MACHINE", machine)
    monkeypatch.setattr(start, "make_environment", lambda: pytest.fail("nothing may be made"))
    printed = refusal_of(start, [])
    assert " ".join(machine) in printed
    assert start.NEEDED in printed


@pytest.mark.parametrize("option", [["--cluster", "HOST:6379"], ["--cluster=HOST:6379"]])
def test_address_of_a_cluster_is_passed_to_the_app_and_not_to_streamlit(start, monkeypatch, option):
    started = []
    monkeypatch.setenv("BNN_CLUSTER", "")
    monkeypatch.setattr(start, "suitable_python", lambda command, module: "python")
    monkeypatch.setattr(start, "install", lambda locks: True)
    monkeypatch.setattr(start.os, "chdir", lambda folder: None)
    monkeypatch.setattr(start, "run", lambda words: started.append((words, os.environ["BNN_CLUSTER"])))
    start.main(["--server.port", "80", *option, "--help"])
    assert started == [
        (["streamlit", "run", "app.py", "--server.port", "80", "--help"], "HOST:6379"),
    ]


def test_port_in_use_is_refused_in_one_line(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert refusal_of(start, ["--server.port", str(port)]) == (
            f"Port {port} is in use: the app may already be running at http://localhost:{port}."
            " To start it on another port, give --server.port another number."
        )


@pytest.mark.parametrize("option", [["--server.port", "99999"], ["--server.port=0"], ["--server.port", "x"]])
def test_wrong_port_is_refused_in_one_line(start, option):
    assert refusal_of(start, option) == (
        f"--server.port must be a number from 1 to 65535, got {option[-1].rpartition('=')[2]!r}"
    )


@pytest.mark.parametrize("option", [["--cluster"], ["--cluster="], ["--cluster", " "]])
def test_option_without_the_address_of_a_cluster_is_refused_in_one_line(start, option):
    assert "--cluster needs the address of a Ray cluster" in refusal_of(start, option)


@pytest.mark.parametrize("words", [["tests"], ["run", "app.py"], [""]])
def test_unknown_word_is_refused_in_one_line(start, words):
    assert refusal_of(start, words) == (
        f"start.py takes test, or options that begin with a dash; got {words[0]!r}"
    )


def test_machines_and_pythons_are_those_of_the_lock_file(start):
    project = (PROJECT / "pyproject.toml").read_text()
    for system, processor in start.MACHINES:
        name = {"Linux": "linux", "Windows": "win32", "Darwin": "darwin"}[system]
        assert f"sys_platform == '{name}' and platform_machine == '{processor}'" in project
        assert f"platform_machine == '{processor}'" in (PROJECT / "requirements.txt").read_text()
    assert project.count("platform_machine == ") == len(start.MACHINES)
    assert 'requires-python = ">=3.11,<3.13"' in project
    assert '# requires-python = ">=3.11,<3.13"' in (PROJECT / "start.py").read_text()
    assert start.PYTHONS == ((3, 11), (3, 12))


def test_old_pythons_can_read_the_script():
    ast.parse((PROJECT / "start.py").read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_names_the_arguments_of_start_py_and_installs_nothing(start, monkeypatch, capsys, word):
    monkeypatch.setattr(start, "install_and_run", lambda words: pytest.fail("nothing may be run"))
    assert start.main([word]) == 0
    printed = capsys.readouterr().out
    for words in ("python3 start.py test", "streamlit run app.py", "--server.port", "streamlit run --help"):
        assert words in printed


@posix_only
def test_path_that_no_virtual_environment_can_have_is_refused_in_one_line(tmp_path):
    folder = tmp_path / "a:b"
    folder.mkdir()
    shutil.copy(PROJECT / "start.py", folder)
    command = [sys.executable, folder / "start.py"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "':'" in result.stderr
    assert str(folder) in result.stderr


def test_operating_system_errors_are_reported_in_one_line(start, monkeypatch):
    def install(locks):
        raise PermissionError(13, "Permission denied", "installed-app.txt")

    monkeypatch.setattr(start, "suitable_python", lambda command, module: "python")
    monkeypatch.setattr(start, "install", install)
    assert refusal_of(start, []) == "installed-app.txt: Permission denied"


@posix_only
@pytest.mark.parametrize(
    "words, command",
    [
        ([], "-m streamlit run app.py"),
        (["--server.port", "9"], "-m streamlit run app.py --server.port 9"),
        (["test"], "-m pytest -n 3 --dist loadfile --no-loadscope-reorder"),
        (["test", "-k", "runs"], "-m pytest -n 3 --dist loadfile --no-loadscope-reorder -k runs"),
    ],
)
def test_arguments_are_passed_on_and_the_exit_code_is_returned(start, tmp_path, words, command):
    python = start.program(start.ENVIRONMENT, "python")
    # A script takes the place of Python. start.py checks it with -c, and the script passes this check. It
    # prints all other commands.
    write_script(python, '[ "$1" = -c ] && echo "$0" && exit 0\necho "$PWD: $@"\nexit 7\n')
    script = tmp_path / "start.py"
    script.write_text((PROJECT / "start.py").read_text())
    for lock in (start.APP_LOCK, start.TEST_LOCK):
        start.copy_of(lock).write_text(lock.read_text())
    result = subprocess.run(
        [sys.executable, script, *words], cwd="/", capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.returncode) == (f"{tmp_path}: {command}\n", 7)


@posix_only
def test_relative_paths_in_environment_variables_are_relative_to_the_users_folder(
    start, tmp_path, monkeypatch
):
    user = tmp_path / "user"
    user.mkdir()
    monkeypatch.chdir(user)
    monkeypatch.setenv("BNN_RUNS_DIR", "my runs")
    monkeypatch.setenv("BNN_UNIPEN", "~/digits.gz")
    monkeypatch.setenv("BNN_UNIPEN_LETTERS", "")
    monkeypatch.setattr(start, "suitable_python", lambda command, module: "python")
    monkeypatch.setattr(start, "install", lambda locks: True)
    monkeypatch.setattr(start, "run", lambda words: 0)
    assert start.main([]) == 0
    assert Path.cwd() == tmp_path
    assert os.environ["BNN_RUNS_DIR"] == str(user / "my runs")
    assert os.environ["BNN_UNIPEN"] == "~/digits.gz"
    assert os.environ["BNN_UNIPEN_LETTERS"] == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_help_that_cannot_be_written_ends_in_one_line():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "start.py", "--help"]
        done = subprocess.run(command, cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"start.py: No space left on device\n")


@posix_only
def test_help_whose_reader_has_ended_ends_in_one_line():
    assert run_without_reader([sys.executable, "start.py", "--help"]) == (1, b"start.py: Broken pipe\n")
