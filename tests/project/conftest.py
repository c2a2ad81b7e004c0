"""Fixtures for the tests of start.py."""

import importlib.util

import pytest

from tests.support.project import PROJECT


@pytest.fixture
def start(tmp_path, monkeypatch):
    """The script start.py as a module, with a temporary folder in place of the project's."""
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
