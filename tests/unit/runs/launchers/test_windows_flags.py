"""The flags with which a trainer is started on Windows."""

import subprocess
from types import SimpleNamespace

from bnn.runs.launchers import local


def test_trainer_has_a_low_priority_on_windows_from_its_first_moment(monkeypatch):
    """In a virtual environment, the started process starts the trainer, which inherits only that priority."""
    values = {"CREATE_NEW_PROCESS_GROUP": 1, "CREATE_NO_WINDOW": 2, "BELOW_NORMAL_PRIORITY_CLASS": 4}
    for name, value in values.items():
        monkeypatch.setattr(subprocess, name, value, raising=False)
    monkeypatch.setattr(local, "os", SimpleNamespace(name="nt"))
    assert local._windows_flags() == sum(values.values())
