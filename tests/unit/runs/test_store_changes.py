"""Runs are renamed and deleted, unless a name would mislead or a run is in training."""

import shutil

import pytest
from filelock import FileLock

from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from tests.support.run_content import RECIPE, living_status


def test_run_can_be_renamed(run):
    assert run.name() == run.id
    store.rename(run, "  Größe 7 ✏️ ")
    assert run.name() == "Größe 7 ✏️"
    store.rename(run, "👨\u200d👩\u200d👧")
    assert run.name() == "👨\u200d👩\u200d👧"
    store.rename(run, " ")
    assert run.name() == run.id


@pytest.mark.parametrize(
    "name, words",
    [
        ("x" * 61, "at most 60 characters long, got 61"),
        ("a\nb", "Character 2 of this name is one .U.000A."),
        ("a\tb", "invisible character"),
        ("a\0b", "invisible character"),
        ("\u202ereversed", "Character 1 of this name is one .U.202E."),
        ("zero\u200bwidth", "Character 5 of this name is one .U.200B."),
        ("\ud800", "invisible character"),
    ],
)
def test_names_that_cannot_be_shown_are_refused(run, name, words):
    with pytest.raises(ValueError, match=words) as refused:
        store.rename(run, name)
    assert str(refused.value).isprintable()
    assert run.name() == run.id


@pytest.mark.parametrize(
    "name",
    [
        "quick",
        "Quick (Example)",
        "The app’s network",
        "the app's  network",
        "ANN",
        "quick, 31 Jan 09:45:00",
        "20260131-094500-quick",
    ],
)
def test_names_that_look_like_another_runs_are_refused(run, runs_root, name):
    others = [
        Run(run_id, runs_root / run_id) for run_id in ("20260131-094500-quick", "20260131-094501-quick")
    ]
    for other in others:
        other.write_recipe(RECIPE)
    store.rename(others[1], "Ann")
    with pytest.raises(ValueError, match="another run is called"):
        store.rename(run, name)
    assert run.name() == run.id


def test_run_can_be_deleted(run):
    other = store.create(RECIPE)
    run.write_status(Status("stopped"))
    store.delete(run)
    assert not run.folder.exists()
    assert store.find(other.id) == other
    with pytest.raises(ValueError, match="there is no run"):
        store.find(run.id)


def test_run_in_training_is_not_deleted(run):
    for state in ACTIVE:
        run.write_status(living_status(state))
        with pytest.raises(ValueError, match="stop it before deleting"):
            store.delete(run)
    assert run.recipe() == RECIPE


def test_interrupted_run_can_be_deleted(run, dead_pid):
    run.write_status(Status("running", pid=dead_pid, started=1.0))
    store.delete(run)
    assert not run.folder.exists()


def test_run_trained_in_another_container_is_not_deleted(run, dead_pid):
    run.write_status(Status("running", pid=dead_pid, started=1.0, machine="elsewhere"))
    with FileLock(run.lock_path), pytest.raises(ValueError, match="stop it before deleting"):
        store.delete(run)
    store.delete(run)


def test_shipped_run_is_neither_renamed_nor_deleted(shipped):
    with pytest.raises(ValueError, match="cannot be renamed"):
        store.rename(shipped, "mine")
    with pytest.raises(ValueError, match="cannot be deleted"):
        store.delete(shipped)
    assert [path.name for path in shipped.folder.iterdir()] == ["recipe.json"]


def test_error_that_ended_a_new_run_is_not_hidden_by_its_removal(runs_root, monkeypatch):
    run = store.create(RECIPE)

    def refuse(*arguments, **options):
        raise PermissionError("the file is in use")

    monkeypatch.setattr(shutil.os, "unlink", refuse)
    with pytest.raises(OSError, match="No space left"), store.removed_on_failure(run):
        raise OSError("No space left on device")
