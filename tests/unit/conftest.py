"""Fixtures for unit tests: runs, a process that has ended, and a full disk."""

import errno
import os
import subprocess
import sys

import pytest

from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.run import Run
from tests.support.run_content import RECIPE


@pytest.fixture
def run(runs_root):
    """A new run."""
    return store.create(RECIPE)


@pytest.fixture
def shipped(run, tmp_path, monkeypatch):
    """A shipped run, in place of the real ones."""
    folder = tmp_path / "assets"
    monkeypatch.setattr(store, "SHIPPED", folder)
    shipped_run = Run("shipped", folder / "shipped", shipped=True)
    shipped_run.write_recipe(preset("report"))
    return shipped_run


@pytest.fixture
def dead_pid():
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


@pytest.fixture
def full_disk(monkeypatch):
    """A full disk: files can be created, but writing their content fails."""

    def fail(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
