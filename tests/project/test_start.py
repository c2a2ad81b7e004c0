"""start.py: who is refused, which Python is used, what is installed when and where.

Nothing comes from a network: wheels and Pythons are made here.
"""

import ast
import base64
import hashlib
import importlib.util
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pip
import pytest

from tests.support.project import PROJECT

# uv rewrites this file, which it knows by its first line.
SYSCONFIG = "# system configuration generated and used by the sysconfig module\nbuild_time_vars = {}\n"
# A virtual environment with a copy of the pip of these tests: installing pip takes seconds.
MAKE_ENVIRONMENT = f"""
import pathlib, shutil, sys, venv
folder = pathlib.Path(sys.argv[-1])
venv.create(folder, symlinks={os.name != "nt"})
for packages in folder.glob("[lL]ib/**/site-packages"):
    shutil.copytree({str(Path(pip.__file__).parent)!r}, packages / "pip")
"""
posix_only = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for interpreters")


@pytest.fixture
def start(tmp_path, monkeypatch):
    """The script as a module, with a folder of its own instead of the project's."""
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
    """The lock folders that pip was asked to install from, per call; each call succeeds."""
    calls = []

    def call(command, **options):
        assert command[1:4] == ["-m", "pip", "install"]
        calls.append([Path(word).parent.name for word in command if str(word).endswith("requirements.txt")])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(start, "call", call)
    return calls


def write_script(path, text):
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


# Machines and versions


@pytest.mark.parametrize(
    "machine", [("Linux", "x86_64"), ("Linux", "aarch64"), ("Windows", "AMD64"), ("Darwin", "arm64")]
)
def test_machines_of_the_lock_are_accepted(start, monkeypatch, machine):
    monkeypatch.setattr(start, "machine", lambda: machine)
    monkeypatch.setattr(start, "check", lambda python, module: "python")
    monkeypatch.setattr(start, "install", lambda locks: True)
    monkeypatch.setattr(start, "run", lambda words: 7)
    monkeypatch.setattr(start.os, "chdir", lambda folder: None)
    assert start.main([]) == 7


@pytest.mark.parametrize(
    "machine", [("Plan 9", "mips"), ("Darwin", "x86_64"), ("Windows", "ARM64"), ("Linux", "riscv64")]
)
def test_other_machines_get_one_line_and_exit_code_2(start, monkeypatch, capsys, machine):
    monkeypatch.setattr(start, "machine", lambda: machine)
    monkeypatch.setattr(start, "make_environment", lambda: pytest.fail("nothing may be made"))
    assert start.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert " ".join(machine) in printed.err
    assert start.NEEDED in printed.err


def test_machines_and_pythons_are_those_that_the_lock_was_made_for(start):
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


@posix_only
def test_path_that_no_virtual_environment_can_have_is_one_line(tmp_path):
    folder = tmp_path / "a:b"
    folder.mkdir()
    shutil.copy(PROJECT / "start.py", folder)
    command = [sys.executable, folder / "start.py"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "':'" in result.stderr
    assert str(folder) in result.stderr


def test_operating_system_errors_are_one_line(start, monkeypatch, capsys):
    def install(locks):
        raise PermissionError(13, "Permission denied", "installed-app.sha256")

    monkeypatch.setattr(start, "check", lambda python, module: "python")
    monkeypatch.setattr(start, "install", install)
    assert start.main([]) == 2
    assert capsys.readouterr().err == "installed-app.sha256: Permission denied\n"


# Which Python is used


@pytest.fixture
def unsuitable(start, monkeypatch, tmp_path):
    """Make the running Python unsuitable, and take all others off the PATH, which it returns."""
    python = write_script(tmp_path / "python3.13", "exit 1\n")
    monkeypatch.setattr(start.sys, "executable", str(python))
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


def test_running_python_is_used_if_it_is_suitable(start):
    assert start.find_python() == sys.executable


def test_python_without_venv_names_the_missing_package(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "check", lambda python, module: None if module == "ensurepip" else "python")
    assert not start.make_environment()
    assert capsys.readouterr().err.endswith("-venv\n")


@posix_only
def test_other_installed_python_is_used(start, unsuitable, capsys):
    write_script(unsuitable / "python3.12", "exit 127\n")
    write_script(unsuitable / "python3.11", f'exec "{sys._base_executable}" "$@"\n')
    assert Path(start.find_python()).samefile(sys._base_executable)
    assert "instead" in capsys.readouterr().err


@posix_only
def test_uv_on_the_path_provides_python(start, unsuitable, monkeypatch):
    log = unsuitable / "log"
    write_script(
        unsuitable / "uv", f'echo "$@" >> {log}\n[ "$2" = find ] && echo {sys._base_executable}\nexit 0\n'
    )
    assert start.find_python() == sys._base_executable
    assert log.read_text() == "python install 3.12\npython find --system 3.12\n"


@posix_only
def test_uv_that_cannot_provide_python_is_followed_by_what_may_help(start, unsuitable, capsys):
    write_script(unsuitable / "uv", "exit 2\n")
    assert not start.make_environment()
    lines = capsys.readouterr().err.splitlines()
    assert start.NEEDED in lines[0]
    assert "uv run --python 3.12 start.py" in lines[-1]


@posix_only
def test_python_that_uv_provides_must_be_suitable(start, unsuitable):
    write_script(unsuitable / "uv", f'[ "$2" = find ] && echo {start.sys.executable}\nexit 0\n')
    assert start.find_python() is None


@posix_only
def test_uv_is_installed_from_the_index_into_a_temporary_folder(start, tmp_path, monkeypatch):
    """The index is a folder with a wheel that holds a program of that name."""
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
def test_uv_installs_python_from_a_mirror(start, tmp_path, monkeypatch, unsuitable):
    uv = shutil.which("uv", path=f"{sys.prefix}/bin")
    assert uv, "tests/requirements.txt has uv"
    (unsuitable / "uv").symlink_to(uv)
    monkeypatch.setattr(start, "UV_PYTHON", ".".join(map(str, sys.version_info[:2])))
    for name, value in make_mirror(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert Path(start.find_python()).samefile(sys._base_executable)
    assert list((tmp_path / "pythons").glob("cpython-*/bin/python3*"))


def make_mirror(folder):
    """A download for uv: a Python that starts the one of these tests. Returns variables for uv."""
    version, processor = platform.python_version_tuple(), platform.machine()
    archive, library = folder / "python.tar.gz", f"python/lib/python3.{version[1]}"
    files = {
        f"python/bin/python3.{version[1]}": f'#!/bin/sh\nexec "{sys._base_executable}" "$@"\n',
        f"{library}/_sysconfigdata__linux_{processor}-linux-gnu.py": SYSCONFIG,
    }
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text), 0o755
            tar.addfile(member, io.BytesIO(text.encode()))
    download = {
        "name": "cpython",
        "arch": {"family": processor, "variant": None},
        "os": "linux",
        "libc": "gnu",
        "major": int(version[0]),
        "minor": int(version[1]),
        "patch": int(version[2]),
        "prerelease": "",
        "url": "https://github.com/astral-sh/python-build-standalone/releases/download/python.tar.gz",
        "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "variant": None,
        "build": "20240101",
    }
    key = f"cpython-{'.'.join(version)}-linux-{processor}-gnu"
    (folder / "downloads.json").write_text(json.dumps({key: download}))
    return {
        "UV_PYTHON_DOWNLOADS_JSON_URL": str(folder / "downloads.json"),
        "UV_PYTHON_INSTALL_MIRROR": folder.as_uri(),
        "UV_PYTHON_INSTALL_DIR": str(folder / "pythons"),
        "UV_CACHE_DIR": str(folder / "cache"),
        "UV_NO_CONFIG": "1",
        "HOME": str(folder),
    }


# The environment


def test_environment_that_is_not_whole_is_noticed(start):
    python = start.program(start.ENVIRONMENT, "python")
    assert not start.check([python], "pip")
    python.parent.mkdir()
    python.write_text("no program")
    assert not start.check([python], "pip")


@posix_only
@pytest.mark.parametrize("code, is_sound", [(0, True), (1, False)])
def test_environments_python_is_asked(start, code, is_sound):
    python = write_script(start.program(start.ENVIRONMENT, "python"), f"echo here; exit {code}\n")
    assert start.check([python], "pip") == ("here" if is_sound else None)


@posix_only
def test_new_environment_has_no_stamps(start, monkeypatch):
    start.stamp(start.APP_LOCK).write_text(start.digest(start.APP_LOCK))
    python = write_script(start.PROJECT / "python", f'exec "{sys.executable}" "$@" --without-pip\n')
    monkeypatch.setattr(start, "find_python", lambda: str(python))
    assert start.make_environment()
    assert not start.is_installed(start.APP_LOCK)


@posix_only
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_said(start, capfd):
    start.ENVIRONMENT.rmdir()
    start.PROJECT.chmod(0o555)
    assert start.main([]) == 2
    assert "Permission denied" in capfd.readouterr().err


def test_file_in_the_environments_place_is_said(start, capfd):
    start.ENVIRONMENT.rmdir()
    start.ENVIRONMENT.write_text("")
    assert start.main([]) == 2
    printed = capfd.readouterr().err
    assert "cannot be made" in printed
    assert "Traceback" not in printed


# Packages


def test_packages_are_installed_once(start, pip_calls):
    assert start.install([start.APP_LOCK])
    assert start.install([start.APP_LOCK])
    assert len(pip_calls) == 1


def test_changed_lock_is_installed_again(start, pip_calls):
    start.install([start.APP_LOCK])
    start.APP_LOCK.write_text("APP_LOCK==2\n")
    assert not start.is_installed(start.APP_LOCK)
    start.install([start.APP_LOCK])
    assert len(pip_calls) == 2
    assert start.is_installed(start.APP_LOCK)


def test_tests_add_what_only_they_need(start, pip_calls):
    start.install([start.APP_LOCK])
    start.install([start.APP_LOCK, start.TEST_LOCK])
    start.install([start.APP_LOCK])
    assert pip_calls == [[start.PROJECT.name], ["tests"]]


def test_line_endings_are_no_change(start, pip_calls):
    start.install([start.APP_LOCK])
    start.APP_LOCK.write_bytes(b"APP_LOCK==1\r\n")
    assert start.is_installed(start.APP_LOCK)


def test_failed_installation_is_tried_again(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "call", lambda command: subprocess.CompletedProcess(command, 1))
    assert not start.install([start.APP_LOCK])
    assert not start.is_installed(start.APP_LOCK)
    assert "The installation failed" in capsys.readouterr().err


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment with pip."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys.executable, "-c", MAKE_ENVIRONMENT, folder], check=True)
    return folder


@pytest.mark.parametrize("name", ["user", "target", "prefix"])
@pytest.mark.parametrize("place", ["variable", "file"])
def test_packages_are_installed_into_the_environment_whatever_pip_is_set_to(
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
    assert start.check([python], package)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["PYTHONHOME", "PYTHONPATH"])
def test_python_finds_the_environments_packages_whatever_python_is_set_to(
    start, environment, tmp_path, monkeypatch, name
):
    (tmp_path / "pip.py").write_text("raise ImportError")
    monkeypatch.setenv(name, str(tmp_path))
    python = start.program(environment, "python")
    assert Path(start.check([python], "pip")) == python


def make_wheel(folder, name, files):
    """Write the wheel of a package with these files, {path: text}, and return its path."""
    info = f"{name}-1.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"])
    wheel = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            member = zipfile.ZipInfo(path)
            member.external_attr = 0o100755 << 16
            archive.writestr(member, text)
    return wheel


def _digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


# The app and the tests


@posix_only
@pytest.mark.parametrize(
    "words, command",
    [
        ([], "-m streamlit run app.py"),
        (["--server.port", "9"], "-m streamlit run app.py --server.port 9"),
        (["test"], "-m pytest -n 2 --dist loadfile"),
        (["test", "-k", "runs"], "-m pytest -n 2 --dist loadfile -k runs"),
    ],
)
def test_arguments_are_passed_on_and_the_exit_code_is_returned(start, tmp_path, words, command):
    python = start.program(start.ENVIRONMENT, "python")
    write_script(python, '[ "$1" = -c ] && echo "$0" && exit 0\necho "$PWD: $@"\nexit 7\n')
    script = tmp_path / "start.py"
    script.write_text((PROJECT / "start.py").read_text())
    for lock in (start.APP_LOCK, start.TEST_LOCK):
        start.stamp(lock).write_text(start.digest(lock))
    result = subprocess.run(
        [sys.executable, script, *words], cwd="/", capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.returncode) == (f"{tmp_path}: {command}\n", 7)
