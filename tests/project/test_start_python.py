"""start.py: which Python it uses, and how uv provides one. The tests download nothing."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support.project import PROJECT
from tests.support.start_script import MAKE_ENVIRONMENT, make_mirror, make_wheel, posix_only, write_script


@pytest.fixture
def path_folder(start, monkeypatch, tmp_path):
    """An empty folder, the only one on the PATH. The running Python is replaced by an unsuitable one."""
    python = write_script(tmp_path / "python3.13", "exit 1\n")
    monkeypatch.setattr(start.sys, "executable", str(python))
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


def test_running_python_is_used_if_it_is_suitable(start):
    assert start.find_python() == sys.executable


def test_package_that_provides_venv_is_named_if_it_is_missing(start, monkeypatch):
    monkeypatch.setattr(
        start, "suitable_python", lambda command, module: None if module == "ensurepip" else "python"
    )
    with pytest.raises(SystemExit, match=r"-venv$"):
        start.make_environment()


@posix_only
def test_other_installed_python_is_used(start, path_folder, capsys):
    write_script(path_folder / "python3.12", "exit 127\n")
    write_script(path_folder / "python3.11", f'exec "{sys._base_executable}" "$@"\n')
    assert Path(start.find_python()).samefile(sys._base_executable)
    assert "instead" in capsys.readouterr().err


@posix_only
def test_uv_on_the_path_provides_python(start, path_folder, monkeypatch):
    log = path_folder / "log"
    write_script(
        path_folder / "uv", f'echo "$@" >> {log}\n[ "$2" = find ] && echo {sys._base_executable}\nexit 0\n'
    )
    assert start.find_python() == sys._base_executable
    assert log.read_text() == "python install 3.12\npython find --system 3.12\n"


@posix_only
def test_path_of_a_python_may_have_letters_that_an_encoding_lacks(start, path_folder, tmp_path, monkeypatch):
    # This takes the place of a Windows code page, which lacks some letters.
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    folder = tmp_path / "Łódź"
    venv.create(folder, symlinks=True)
    python = start.program(folder, "python")
    assert start.suitable_python([python], "sys") == str(python)


@posix_only
def test_path_that_uv_prints_is_read_as_utf_8_whatever_the_encoding_is(tmp_path):
    uv = write_script(tmp_path / "uv", "echo Łódź\n")
    code = f"import start; print(ascii(start.call([{str(uv)!r}], stdout=-1).stdout.strip()))"
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    command, environment = [sys.executable, "-c", code], {**os.environ, **ascii_only}
    printed = subprocess.check_output(command, cwd=PROJECT, env=environment, text=True)
    assert printed.strip() == ascii("Łódź")


@posix_only
def test_advice_is_printed_if_uv_cannot_provide_python(start, path_folder, capsys):
    write_script(path_folder / "uv", "exit 2\n")
    with pytest.raises(SystemExit, match=re.escape("uv run --python 3.12 start.py")):
        start.make_environment()
    assert start.NEEDED in capsys.readouterr().err.splitlines()[0]


@posix_only
def test_python_that_uv_provides_must_be_suitable(start, path_folder):
    write_script(path_folder / "uv", f'[ "$2" = find ] && echo {start.sys.executable}\nexit 0\n')
    with pytest.raises(SystemExit, match="uv run"):
        start.find_python()


@posix_only
def test_uv_is_installed_from_the_index_into_a_temporary_folder(start, tmp_path, monkeypatch):
    """A folder takes the place of the package index. It has a wheel, which contains a program named uv."""
    script = f'#!/bin/sh\n[ "$2" = find ] && echo {sys._base_executable}\nexit 0\n'
    make_wheel(tmp_path, "uv", {"uv-1.data/scripts/uv": script})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(start.shutil, "which", lambda name: name if Path(name).is_absolute() else None)
    monkeypatch.setattr(start.tempfile, "tempdir", str(tmp_path))
    (tmp_path / "make.py").write_text(MAKE_ENVIRONMENT)
    python = write_script(tmp_path / "python", f'exec "{sys.executable}" "{tmp_path}/make.py" "$@"\n')
    monkeypatch.setattr(start.sys, "executable", str(python))
    assert start.uv_python() == sys._base_executable
    assert not list(tmp_path.glob("tmp*"))


@pytest.mark.skipif(sys.platform != "linux", reason="the mirror is made for Linux")
def test_uv_installs_python_from_a_mirror(start, tmp_path, monkeypatch, path_folder):
    uv = shutil.which("uv", path=f"{sys.prefix}/bin")
    assert uv, "tests/requirements.txt has uv"
    (path_folder / "uv").symlink_to(uv)
    monkeypatch.setattr(start, "UV_PYTHON", ".".join(map(str, sys.version_info[:2])))
    for name, value in make_mirror(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert Path(start.find_python()).samefile(sys._base_executable)
    assert list((tmp_path / "pythons").glob("cpython-*/bin/python3*"))
