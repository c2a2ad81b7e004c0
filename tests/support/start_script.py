"""Makes scripts, wheels and a mirror with a fake Python, so that the tests of start.py download nothing."""

import base64
import hashlib
import io
import json
import os
import platform
import sys
import tarfile
import zipfile
from pathlib import Path

import pip
import pytest

# The sysconfig file of the fake Python. uv recognizes such a file by its first lines, and rewrites it after
# installing.
SYSCONFIG = "# system configuration generated and used by the sysconfig module\nbuild_time_vars = {}\n"
# Makes a virtual environment with a copy of the pip of these tests, because installing pip takes seconds.
MAKE_ENVIRONMENT = f"""
import pathlib, shutil, sys, venv
folder = pathlib.Path(sys.argv[-1])
venv.create(folder, symlinks={os.name != "nt"})
for packages in folder.glob("[lL]ib/**/site-packages"):
    shutil.copytree({str(Path(pip.__file__).parent)!r}, packages / "pip")
"""
posix_only = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for interpreters")


def write_script(path, text):
    """Writes an executable shell script, and returns its path."""
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def make_mirror(folder):
    """Makes a mirror with a fake Python, and returns the environment variables that make uv use the mirror.

    The fake Python is a script that starts the Python of these tests.
    """
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


def make_wheel(folder, name, files):
    """Writes a wheel with these files (paths and texts), and returns its path."""
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
