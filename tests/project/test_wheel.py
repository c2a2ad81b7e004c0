"""The wheel contains the library, and works with only the packages that it declares."""

import configparser
import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import distribution

import numpy as np
import pytest
from packaging.requirements import Requirement
from PIL import Image

import bnn
from bnn.data import mnist
from tests.support.project import PROJECT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The folder of the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    subprocess.run([sys.executable, *build, "--wheel-dir", folder, PROJECT], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "files")
    return folder / "files"


@pytest.fixture(scope="module")
def metadata(wheel):
    return Parser().parsestr(next(wheel.glob("*.dist-info/METADATA")).read_text("utf-8"))


@pytest.fixture(scope="module")
def run_bnn(wheel, metadata, tmp_path_factory):
    """A function that runs the wheel's command line, with only the packages that the wheel declares."""
    packages, empty = tmp_path_factory.mktemp("packages"), tmp_path_factory.mktemp("empty")
    for name in _required([r for r in metadata.get_all("Requires-Dist") if "extra ==" not in r]):
        _link_packages(name, packages)
    path = os.pathsep.join([str(wheel), str(packages)])

    def run(*words):
        return subprocess.run(
            [sys.executable, "-S", "-m", "bnn", *map(str, words)],
            cwd=empty,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def _required(requirements):
    """Returns the names of these requirements' distributions, and of all distributions that they require."""
    names, to_do = set(), [Requirement(requirement) for requirement in requirements]
    while to_do:
        requirement = to_do.pop()
        if requirement.name not in names and (not requirement.marker or requirement.marker.evaluate()):
            names.add(requirement.name)
            others = map(Requirement, distribution(requirement.name).requires or ())
            to_do += [other for other in others if not _is_extra(other)]
    return names


def _is_extra(requirement):
    return requirement.marker is not None and "extra ==" in str(requirement.marker)


def _link_packages(name, folder):
    """Makes links in a folder to all packages and modules that a distribution has installed."""
    for top in {path.parts[0] for path in distribution(name).files} - {"..", "__pycache__"}:
        link = folder / top
        if not link.exists():
            link.symlink_to(distribution(name).locate_file(top))


def test_wheel_has_all_files_that_the_library_reads(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "bnn"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("this is no git checkout")
    assert [path for path in listed if not (wheel / path).is_file()] == []
    assert {path.name for path in wheel.iterdir()} == {"bnn", f"one_bit_lab-{bnn.__version__}.dist-info"}


def test_version_is_a_release_number_that_the_changelog_describes(metadata):
    assert metadata["Version"] == bnn.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", bnn.__version__)
    assert f"\n## {bnn.__version__}" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


def test_tensorflow_and_streamlit_are_extras(metadata):
    extras = {}
    for text in metadata.get_all("Requires-Dist"):
        requirement = Requirement(text)
        extras.setdefault(str(requirement.marker or ""), set()).add(requirement.name)
    assert {"tensorflow", "tf-keras", "larq"} <= extras['extra == "train"']
    assert "streamlit" in extras['extra == "app"']
    assert not extras[""] & {"tensorflow", "tf-keras", "keras", "larq", "streamlit"}


def test_wheel_installs_the_command_bnn(wheel):
    entry_points = configparser.ConfigParser()
    entry_points.read(next(wheel.glob("*.dist-info/entry_points.txt")))
    assert dict(entry_points["console_scripts"]) == {"bnn": "bnn.__main__:run"}


@pytest.mark.slow
def test_wheel_classifies_a_picture_without_tensorflow(run_bnn, tmp_path):
    test = mnist.test()
    path = tmp_path / "digit.png"
    Image.fromarray(np.kron(255 - test.images[0], np.ones((10, 10), np.uint8))).save(path)
    result = run_bnn("classify", path)
    assert result.stdout.startswith(f"{path}: {test.labels[0]} ("), result.stderr
    assert result.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", ["train", "twin", "bench"])
def test_commands_that_need_tensorflow_name_the_extra(run_bnn, command, tmp_path, monkeypatch):
    monkeypatch.setenv("BNN_RUNS_DIR", str(tmp_path / "runs"))
    result = run_bnn(command)
    assert result.returncode == 2
    assert result.stderr == (
        'bnn: this command needs tensorflow, tf_keras, larq: pip install "one-bit-lab[train]"\n'
    )
    assert result.stdout == ""
    assert not (tmp_path / "runs").exists()
