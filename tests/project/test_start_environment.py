"""start.py: how it makes the environment, what it installs, and when. The tests download nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.start_script import MAKE_ENVIRONMENT, make_wheel, posix_only, write_script


@pytest.fixture
def pip_calls(start, monkeypatch):
    """For each call of pip, the folders of the lock files that it was told to install. All calls succeed."""
    calls = []

    def call(command, **options):
        assert command[1:4] == ["-m", "pip", "install"]
        calls.append([Path(word).parent.name for word in command if str(word).endswith("requirements.txt")])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(start, "call", call)
    return calls


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment with pip."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys.executable, "-c", MAKE_ENVIRONMENT, folder], check=True)
    return folder


def test_incomplete_environment_is_noticed(start):
    python = start.program(start.ENVIRONMENT, "python")
    assert not start.suitable_python([python], "pip")
    python.parent.mkdir()
    python.write_text("no program")
    assert not start.suitable_python([python], "pip")


@posix_only
@pytest.mark.parametrize("code, is_sound", [(0, True), (1, False)])
def test_environment_is_checked_by_running_its_python(start, code, is_sound):
    python = write_script(start.program(start.ENVIRONMENT, "python"), f"echo here; exit {code}\n")
    assert start.suitable_python([python], "pip") == ("here" if is_sound else None)


@posix_only
def test_packages_count_as_not_installed_in_a_new_environment(start, monkeypatch):
    start.copy_of(start.APP_LOCK).write_text(start.APP_LOCK.read_text())
    python = write_script(start.PROJECT / "python", f'exec "{sys.executable}" "$@" --without-pip\n')
    monkeypatch.setattr(start, "find_python", lambda: str(python))
    start.make_environment()
    assert not start.is_installed(start.APP_LOCK)


@posix_only
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_reported(start, capfd):
    start.ENVIRONMENT.rmdir()
    start.PROJECT.chmod(0o555)
    with pytest.raises(SystemExit):
        start.main([])
    assert "Permission denied" in capfd.readouterr().err


def test_file_in_the_environments_place_is_reported(start, capfd):
    start.ENVIRONMENT.rmdir()
    start.ENVIRONMENT.write_text("")
    with pytest.raises(SystemExit, match="cannot be made"):
        start.main([])
    assert "Traceback" not in capfd.readouterr().err


def test_packages_are_installed_once(start, pip_calls):
    start.install([start.APP_LOCK])
    start.install([start.APP_LOCK])
    assert len(pip_calls) == 1


def test_changed_lock_file_is_installed_again(start, pip_calls):
    start.install([start.APP_LOCK])
    start.APP_LOCK.write_text("APP_LOCK==2\n")
    assert not start.is_installed(start.APP_LOCK)
    start.install([start.APP_LOCK])
    assert len(pip_calls) == 2
    assert start.is_installed(start.APP_LOCK)


def test_tests_install_only_their_additional_packages(start, pip_calls):
    start.install([start.APP_LOCK])
    start.install([start.APP_LOCK, start.TEST_LOCK])
    start.install([start.APP_LOCK])
    assert pip_calls == [[start.PROJECT.name], ["tests"]]


def test_other_line_endings_do_not_count_as_a_change(start, pip_calls):
    start.install([start.APP_LOCK])
    start.APP_LOCK.write_bytes(b"APP_LOCK==1\r\n")
    assert start.is_installed(start.APP_LOCK)


def test_failed_installation_is_tried_again(start, monkeypatch):
    monkeypatch.setattr(start, "call", lambda command: subprocess.CompletedProcess(command, 1))
    with pytest.raises(SystemExit, match="The installation failed"):
        start.install([start.APP_LOCK])
    assert not start.is_installed(start.APP_LOCK)


@pytest.mark.parametrize("name", ["user", "target", "prefix"])
@pytest.mark.parametrize("place", ["variable", "file"])
def test_packages_are_installed_into_the_environment_despite_pip_settings(
    start, environment, tmp_path, monkeypatch, place, name
):
    value = "true" if name == "user" else str(tmp_path / "elsewhere")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    (tmp_path / "pip.conf").write_text(f"[global]\n{name} = {value}\n" if place == "file" else "")
    if place == "variable":
        monkeypatch.setenv(f"PIP_{name.upper()}", value)
    package = f"{place}_{name}"
    wheel = make_wheel(tmp_path, package, {f"{package}.py": ""})
    python = start.program(environment, "python")
    assert start.call([python, *start.pip_install(environment), wheel]).returncode == 0
    assert start.suitable_python([python], package)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["PYTHONHOME", "PYTHONPATH"])
def test_python_finds_the_environments_packages_despite_python_settings(
    start, environment, tmp_path, monkeypatch, name
):
    (tmp_path / "pip.py").write_text("raise ImportError")
    monkeypatch.setenv(name, str(tmp_path))
    python = start.program(environment, "python")
    assert Path(start.suitable_python([python], "pip")) == python


def test_python_finds_modules_of_the_project_despite_its_safe_mode(start, environment, tmp_path, monkeypatch):
    """The app is started in the project's folder, with `python -m`."""
    (tmp_path / "of_the_project.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    assert start.suitable_python([start.program(environment, "python")], "of_the_project")
