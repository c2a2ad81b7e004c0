"""The folder of runs: where it is, which runs are listed and found, and how they are made."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bnn.data import unipen_files
from bnn.runs import store
from bnn.runs.run import Run
from tests.support.project import PROJECT
from tests.support.run_content import RECIPE


def test_folder_of_runs_is_the_one_in_the_environment_or_beside_the_app(monkeypatch, tmp_path):
    assert store.root() == tmp_path / "runs"
    monkeypatch.setenv("BNN_RUNS_DIR", "")
    assert store.root() == PROJECT / "runs"
    monkeypatch.delenv("BNN_RUNS_DIR")
    assert store.root() == PROJECT / "runs"


def test_home_folder_may_be_written_as_in_a_shell(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("BNN_RUNS_DIR", "~/my runs")
    assert store.root() == tmp_path / "my runs"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows assumes that all home folders are side by side")
def test_home_folder_of_an_unknown_user_is_kept_as_written(monkeypatch):
    for variable in ("BNN_RUNS_DIR", "BNN_UNIPEN"):
        monkeypatch.setenv(variable, "~nobody-has-this-name/x")
    assert store.root() == unipen_files.digits_path() == Path("~nobody-has-this-name/x")


def test_runs_of_an_installed_package_are_in_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("BNN_RUNS_DIR")
    monkeypatch.setattr(store, "PROJECT", tmp_path / "site-packages")
    assert store.root() == tmp_path / "one-bit-lab" / "runs"


def test_without_a_folder_there_are_no_runs(runs_root, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "none")
    assert not runs_root.exists()
    assert store.all_runs() == []


def test_new_run_holds_its_recipe(run):
    assert run.recipe() == RECIPE
    assert run.id.endswith("-quick")
    assert run.folder == store.root() / run.id
    assert store.find(run.id) == run


def test_runs_of_the_same_second_get_different_ids(runs_root):
    created = [store.create(RECIPE) for _ in range(5)]
    assert len({run.id for run in created}) == 5
    assert {run.id for run in store.all_runs() if not run.shipped} == {run.id for run in created}


def test_id_of_a_long_recipe_name_can_be_found(runs_root):
    run = store.create(replace(RECIPE, name="n" * 300))
    assert store.find(run.id) == run


def test_newest_run_is_first_and_shipped_runs_are_last(runs_root, shipped):
    for run_id in ("20260101-000000-a", "20270101-000000-b", "20260601-000000-c"):
        Run(run_id, runs_root / run_id).write_recipe(RECIPE)
    *runs, last = store.all_runs()
    ids = [run.id for run in runs]
    assert ids == sorted(ids, reverse=True)
    assert {"20270101-000000-b", "20260601-000000-c", "20260101-000000-a"} <= set(ids)
    assert (last.id, last.shipped) == ("shipped", True)


def test_other_files_and_folders_are_not_listed(run):
    (store.root() / "notes.txt").write_text("mine")
    (store.root() / "empty").mkdir()
    (store.root() / ".hidden").mkdir()
    (store.root() / ".hidden" / "recipe.json").write_text("{}")
    assert [each.id for each in store.all_runs() if not each.shipped] == [run.id]


@pytest.mark.parametrize("name", [" - Copy", " (2)", ".old", " – Kopie", " größer", ", mine", "-copy"])
def test_copied_and_renamed_folders_are_runs(run, name):
    copy = shutil.copytree(run.folder, run.folder.with_name(run.id + name))
    renamed = store.find(run.id + name)
    assert renamed.folder == copy
    assert renamed in store.all_runs()
    assert store.passed_over() == {}


def test_folder_that_the_app_may_not_read_is_neither_listed_nor_reported(run, monkeypatch):
    """The root of a disk has `lost+found`, which only the administrator may read."""
    (store.root() / "lost+found").mkdir()
    stat = os.stat

    # Changed permissions would not be enough: the tests may run as administrator, who may read any folder.
    def refuse(path, *arguments, **options):
        if isinstance(path, str | Path) and Path(path).parent.name == "lost+found":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", refuse)
    with pytest.raises(PermissionError):
        (store.root() / "lost+found" / "recipe.json").stat()
    assert [each.id for each in store.all_runs() if not each.shipped] == [run.id]
    assert store.passed_over() == {}
    with pytest.raises(ValueError, match="there is no run"):
        store.find("lost+found")


def test_run_that_the_app_may_not_read_is_reported(run, monkeypatch):
    stat = os.stat

    def refuse(path, *arguments, **options):
        if isinstance(path, str | Path) and Path(path).parent.name == run.id:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", refuse)
    assert store.passed_over() == {run.id: "it cannot be read (Permission denied)"}


@pytest.mark.skipif(os.name == "nt", reason="Windows does not allow these names")
@pytest.mark.parametrize(
    "name",
    ["-x", "a`b", "a$b", "a\nb", "blank ", "x" * 121, ".hidden", b"\xff".decode("utf-8", "surrogateescape")],
)
def test_folders_that_cannot_be_runs_are_named_with_the_reason(run, name):
    shutil.copytree(run.folder, run.folder.with_name(name))
    assert [each.id for each in store.all_runs() if not each.shipped] == [run.id]
    ((passed_over, reason),) = store.passed_over().items()
    assert passed_over.isprintable()
    assert "its name" in reason
    with pytest.raises(ValueError, match="there is no run"):
        store.find(name)


@pytest.mark.skipif(os.name == "nt", reason="on Windows, most users may not make links")
def test_link_to_a_run_is_named_with_the_reason(run, tmp_path):
    outside = shutil.copytree(run.folder, tmp_path / "outside")
    (store.root() / "link").symlink_to(outside)
    assert store.passed_over() == {"link": "it is a link to a folder elsewhere"}


@pytest.mark.skipif(os.name == "nt", reason="on Windows, most users may not make links")
def test_link_to_a_run_is_not_listed_and_not_found(run, tmp_path):
    outside = shutil.copytree(run.folder, tmp_path / "outside")
    (store.root() / "link").symlink_to(outside)
    assert [listed for listed in store.all_runs() if not listed.shipped] == [run]
    with pytest.raises(ValueError, match="there is no run 'link'"):
        store.find("link")


def test_folder_of_runs_is_resolved_once_for_a_list(runs_root, monkeypatch):
    """Every visitor's page lists all runs each second."""
    created = {store.create(RECIPE).id for _ in range(5)}
    resolved, resolve = [], Path.resolve

    def count(path, strict=False):
        resolved.append(path)
        return resolve(path, strict)

    monkeypatch.setattr(Path, "resolve", count)
    assert {run.id for run in store.all_runs() if not run.shipped} == created
    assert resolved.count(runs_root) == 1


def test_folder_with_the_id_of_a_shipped_run_is_named_with_the_reason(run, shipped):
    shutil.copytree(run.folder, store.root() / shipped.id)
    assert store.all_runs() == [run, shipped]
    assert store.find(shipped.id) == shipped
    assert store.passed_over() == {shipped.id: "an example has the same name"}


def test_without_an_id_the_shipped_run_is_found(shipped):
    assert store.find(None) == store.find("") == store.find("shipped") == shipped


@pytest.mark.parametrize(
    "run_id",
    [
        ".",
        "..",
        "../outside",
        "a/../../outside",
        "/etc",
        "..\\outside",
        "a\0b",
        "a\n",
        "-x",
        "x" * 121,
        # Longer than a file name may be: 120 characters of four bytes each.
        "\N{CJK UNIFIED IDEOGRAPH-20000}" * 120,
        "ü",
        "none",
    ],
)
def test_unknown_ids_and_ids_that_lead_outside_are_refused(run, tmp_path, run_id):
    outside = Run("outside", tmp_path / "outside")
    outside.write_recipe(RECIPE)
    (store.root() / "recipe.json").write_text(RECIPE.to_json())
    with pytest.raises(ValueError, match="there is no run"):
        store.find(run_id)


def test_run_that_could_not_be_made_leaves_no_folder(runs_root, full_disk):
    with pytest.raises(OSError, match="No space left"):
        store.create(RECIPE)
    assert not list(runs_root.iterdir())
