"""Files are written so that a crash does not damage them, and files left over by a crash are removed."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bnn.recipes.presets import preset
from bnn.runs.status import Status
from bnn.system import files
from bnn.system.errors import error_text
from bnn.system.files import write_atomically
from bnn.system.processes import pid_lives
from tests.support import waiting
from tests.support.project import PROJECT
from tests.support.run_content import history_row


def test_writing_replaces_the_content_and_leaves_nothing_behind(run):
    path = run.folder / "a" / "b.json"
    path.parent.mkdir()
    write_atomically(path, "old")
    write_atomically(path, b"new")
    assert path.read_text() == "new"
    assert [path.name for path in path.parent.iterdir()] == ["b.json"]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_failed_write_keeps_the_old_content(run, monkeypatch, broken):
    before = (run.folder / "recipe.json").read_bytes()

    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(OSError, match="disk full"):
        run.write_recipe(preset("report"))
    assert (run.folder / "recipe.json").read_bytes() == before
    assert [path.name for path in run.folder.iterdir()] == ["recipe.json"]


def test_file_that_a_reader_has_open_is_removed_later(run, monkeypatch):
    """On Windows, a file cannot be removed while a reader has it open."""
    path, tries, unlink = run.folder / "recipe.json", [], type(run.folder).unlink

    def unlink_later(path, missing_ok=False):
        tries.append(path)
        if len(tries) < 3:
            raise PermissionError("a reader has it open")
        unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(type(path), "unlink", unlink_later)
        patch.setattr(files, "os", SimpleNamespace(name="nt"))
        patch.setattr(files, "time", SimpleNamespace(sleep=lambda seconds: None))
        files.remove_if_possible(path)
    assert tries == [path] * 3
    assert not path.exists()


def test_file_that_is_just_being_replaced_is_read_later(run, monkeypatch):
    """On Windows, a file cannot be opened at the moment at which it is replaced."""
    run.write_status(Status("finished"))
    tries, open_now = [], type(run.folder).open

    def open_later(path, *arguments):
        tries.append(path)
        if len(tries) < 3:
            raise PermissionError("it is being replaced")
        return open_now(path, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(type(run.folder), "open", open_later)
        patch.setattr(files, "os", SimpleNamespace(name="nt"))
        patch.setattr(files, "time", SimpleNamespace(sleep=lambda seconds: None))
        assert run.written_status() == Status("finished")
    assert tries == [run.folder / "status.json"] * 3


def test_file_that_may_not_be_read_is_an_error_at_once(run, monkeypatch):
    tries = []

    def refuse(path, *arguments):
        tries.append(path)
        raise PermissionError("not yours")

    monkeypatch.setattr(type(run.folder), "open", refuse)
    monkeypatch.setattr(files, "os", SimpleNamespace(name="posix"))
    with pytest.raises(PermissionError, match="not yours"):
        files.read_bytes(run.folder / "recipe.json", 1000)
    assert len(tries) == 1


def test_file_that_cannot_be_removed_is_no_error(run, monkeypatch):
    files.remove_if_possible(run.folder / "no such file")

    def fail(path, missing_ok=False):
        raise OSError("the disk is read-only")

    monkeypatch.setattr(type(run.folder), "unlink", fail)
    files.remove_if_possible(run.folder / "recipe.json")
    assert (run.folder / "recipe.json").exists()


def test_error_on_a_full_disk_names_the_file(run, full_disk):
    for write in (lambda: run.write_status(Status("failed")), lambda: run.append_history(history_row(1))):
        with pytest.raises(OSError, match="No space left") as caught:
            write()
        assert re.fullmatch(r"the disk is full: .*(status\.json|history\.csv)", error_text(caught.value))


def test_only_the_leftovers_of_killed_writers_are_removed(run):
    (run.folder / "checkpoint").mkdir()
    # `write_atomically` calls `fsync` after it has written a partial file. In this script, `fsync` ends the
    # process.
    script = (
        "import os, sys, pathlib; from bnn.system import files; os.fsync = lambda file: os._exit(0)\n"
        "files.write_atomically(pathlib.Path(sys.argv[1]), 'x')"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, path], cwd=PROJECT)
        for path in (run.checkpoint_path, run.folder / "status.json")
    ]
    writers[0].wait()
    # The second writer has ended, too, but stays a zombie until its parent asks for its exit code.
    waiting.until(lambda: not pid_lives(writers[1].pid), "the writer to end")
    assert len(list(run.folder.rglob(f".*{files.PARTIAL_SUFFIX}"))) == 2
    kept = [
        run.folder / name for name in ("mine.part", f".{os.getpid()}-x.part", ".x.part", ".training.lock")
    ]
    for path in kept:
        path.touch()
    files.remove_partial_files(run.folder)
    writers[1].wait()
    assert sorted(run.folder.rglob("*")) == sorted(
        [*kept, run.folder / "checkpoint", run.folder / "recipe.json"]
    )


def test_reader_never_sees_a_half_written_file(run):
    """Another process replaces the status as fast as it can. Whatever this process reads is complete."""
    script = (
        "import sys; from bnn.runs import status, store; run = store.find(sys.argv[1])\n"
        "for i in range(10**9): run.write_status(status.Status('finished', 'x' * (i % 5000), epoch=i))"
    )
    run.write_status(Status("finished"))
    with subprocess.Popen([sys.executable, "-c", script, run.id], cwd=PROJECT) as writer:
        try:
            seen = set()
            while len(seen) < 30 and writer.poll() is None:
                status = run.status()
                assert status.state == "finished", status.message
                seen.add(status.epoch)
        finally:
            writer.kill()
    assert len(seen) == 30
