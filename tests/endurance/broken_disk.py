"""Full or read-only disk, deleted folder, damaged files.

A small disk in memory is filled up, and made read-only, during trainings, on pages and under commands. The
folder of a run is deleted while it is trained. Every kind of file is damaged in every way. Filling a disk
needs the right to mount one.
"""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bnn.runs import store, trainings
from bnn.runs.launchers import local
from bnn.runs.run import Run
from tests.endurance import run_folders
from tests.endurance.damage_files import (
    DAMAGES,
    FILES,
    PAGES,
    PROJECT,
    SAID,
    command,
    look,
    make_run,
    said,
    snapshot,
)
from tests.support import waiting

# Large enough for two runs, small enough to fill quickly.
DISK_MB = 8
# Pages of memory left free on the full disk: none, and enough for a status but not for a checkpoint.
ROOMS = {"no room at all": 0, "room for a status": 16}
EPOCHS = 12


def run(quick: bool) -> str:
    """Try everything (each thing once in the quick version) and return the figures."""
    return "; ".join([_disks(quick), _deleted_folder(), _damaged_files(quick), _no_runs()])


# --- The disk


def _disks(quick):
    with disk() as folder:
        if folder is None:
            return "full and read-only disk: not tried, since this user may not mount one"
        with run_folders.folder_of_runs(folder):
            other = make_run("20260101-000000-other")
            before = snapshot(other.folder)
            rooms = list(ROOMS)[1:] if quick else list(ROOMS)
            states = [f"{room}: {_fill_under_a_training(folder, ROOMS[room])}" for room in rooms]
            said = _full_at_rest(folder, other)
            count = _read_only(folder, other)
            assert snapshot(other.folder) == before, "another run was harmed"
            return f"full disk under a training ({', '.join(states)}), resumed and finished; {said}; {count}"


@contextmanager
def disk() -> Iterator[Path | None]:
    """A small disk in memory; None where one may not be mounted."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", folder]
        if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(mount, check=False).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(folder, pages_free):
    """Fill the disk up to `pages_free` pages of memory; returns the file that fills it."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler, until_disk_is_full():
        while True:
            filler.write(bytes(4096))
    os.truncate(path, max(0, path.stat().st_size - 4096 * pages_free))
    return path


@contextmanager
def until_disk_is_full():
    """Leave the block when the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _fill_under_a_training(folder, pages_free):
    """Fill the disk during a training, then make room and resume it; returns its state on the full disk."""
    run = trainings.start(run_folders.short_recipe(EPOCHS))
    waiting.until(lambda: len(run.history()) >= 2, "two epochs", run_folders.LOADING_SECONDS)
    filler = _fill(folder, pages_free)
    state, message = run_folders.wait_for(run, "failed", "interrupted"), run.status().message
    _wait_for_end(run)
    assert state == "interrupted" or message.startswith("the disk is full"), message
    assert "Traceback" not in run.log_path.read_text("utf-8", "replace")
    assert not run_folders.parts(run)
    epochs = len(run.history())
    look("train", run)
    filler.unlink()
    trainings.resume(run)
    assert run_folders.wait_for(run, "finished", "failed") == "finished", run.status().message
    run_folders.check_files(run)
    assert run.history()["epoch"].tolist() == list(range(1, EPOCHS + 1))
    _wait_for_end(run)
    store.delete(run)
    return f"{state} after {epochs} epochs"


def _wait_for_end(run: Run):
    child = local._children[-1]
    waiting.until(lambda: child.poll() is not None, f"the trainer of {run.id} to end")


def _full_at_rest(folder, other):
    filler = _fill(folder, 0)
    there = sorted(path.name for path in folder.iterdir())
    for page in PAGES:
        assert look(page, other) == []
    texts = _press("train", other, "start")
    assert [text.startswith("The disk is full") for text in texts] == [True], texts
    code, text = command("train", "quick")
    assert code == 2, text
    assert "the disk is full" in text, text
    assert sorted(path.name for path in folder.iterdir()) == there, (
        "a run that was not started has left a folder"
    )
    filler.unlink()
    return "page and command say that the disk is full and start nothing"


def _read_only(folder, other):
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    stopped = [text for page in PAGES for text in look(page, other)]
    assert stopped == [], stopped
    pressed = [_press("train", other, key) for key in ("start", f"rename-{other.id}")]
    assert [len(texts) for texts in pressed] == [1, 1], pressed
    assert all("read-only" in texts[0] for texts in pressed), pressed
    codes = [command(*words)[0] for words in (["train", "quick"], ["evaluate", other.id], ["runs"])]
    assert codes == [2, 0, 0], codes
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    return f"read-only: {len(PAGES)} pages shown, 2 presses and 1 command refused in a sentence each"


def _press(page, run, key):
    """The errors and warnings on a page after pressing a button."""
    app = AppTest.from_file(str(PROJECT / "pages" / page / "page.py"), default_timeout=60)
    app.session_state["run_shown"] = run.id
    app.run()
    if key.startswith("rename"):
        app.text_input(key=f"name-{run.id}").set_value("another name")
    return said(app.button(key=key).click().run())


# --- The folder


def _deleted_folder():
    """Delete a run's folder while it is trained and shown."""
    with run_folders.folder_of_runs() as folder:
        other = make_run("20260101-000000-other")
        before = snapshot(other.folder)
        run = trainings.start(run_folders.short_recipe(1000))
        waiting.until(lambda: len(run.history()) >= 2, "two epochs", run_folders.LOADING_SECONDS)
        app = AppTest.from_file(str(PROJECT / "pages" / "train" / "page.py"), default_timeout=60).run()
        assert said(app) == []
        waiting.until(
            lambda: shutil.rmtree(run.folder, ignore_errors=True) or not run.folder.exists(), "no folder"
        )
        _wait_for_end(run)
        assert local._children[-1].returncode == 1
        assert not run.folder.exists(), "the folder has come back"
        texts = said(app.run())
        assert ["is gone" in text for text in texts] == [True], texts
        assert command("train", "--resume", run.id)[0] == 2
        assert snapshot(other.folder) == before, "another run was harmed"
        assert sorted(path.name for path in folder.iterdir()) == [".training.lock", other.id]
    return "folder deleted under a training: it ended, and the page says that the run is gone"


# --- The files


def _damaged_files(quick):
    """Damage one file after the other, and open every page."""
    damages = dict(list(DAMAGES.items())[:1]) if quick else DAMAGES
    num_looks, num_sentences = 0, 0
    with run_folders.folder_of_runs():
        other = make_run("20260101-000000-other")
        before = snapshot(other.folder)
        for name in FILES:
            for damage in damages:
                for page, texts in _damage_and_look(name, damage).items():
                    # Without its recipe a run is not offered at all, without its network on some pages.
                    needed = (name, page) in SAID and damage not in ("a folder", "deleted")
                    assert needed <= len(texts) <= 1, f"{name} {damage}, {page}: {texts}"
                    num_looks, num_sentences = num_looks + 1, num_sentences + len(texts)
        num_commands = _damage_and_command()
        assert snapshot(other.folder) == before, "another run was harmed"
    return (
        f"{len(FILES)} kinds of files damaged in {len(damages)} ways: {num_looks} pages, "
        f"{num_sentences} sentences, no traceback, nothing overwritten; {num_commands} commands refused in "
        "one line each"
    )


def _damage_and_look(name, damage):
    """Each page's errors and warnings about a run with one damaged file; no page may change a file."""
    run = make_run("20260202-000000-damaged")
    DAMAGES[damage](run.folder / name)
    before = snapshot(run.folder)
    try:
        found = {page: look(page, run) for page in PAGES}
        assert snapshot(run.folder) == before, "a page has changed a file"
    except AssertionError as error:
        raise AssertionError(f"{name} {damage}: {error}") from error
    finally:
        shutil.rmtree(run.folder)
    return found


def _damage_and_command():
    """How many commands were tried on a run with a damaged file."""
    tried = 0
    for name, words in (
        ("recipe.json", ["train", "--resume"]),
        ("checkpoint/state.safetensors", ["train", "--resume"]),
        ("history.csv", ["train", "--resume"]),
        ("model.safetensors", ["evaluate"]),
    ):
        run = make_run("20260202-000000-damaged")
        (run.folder / "status.json").unlink()
        DAMAGES["cut"](run.folder / name)
        before = snapshot(run.folder)
        code, _ = command(*words, run.id)
        assert code, f"{words[0]} took a damaged {name}"
        after = snapshot(run.folder)
        changed = {path.name for path in before if after.get(path) != before[path]}
        assert not changed, f"{words[0]} with a damaged {name} has changed {changed}"
        shutil.rmtree(run.folder)
        tried += 1
    return tried


def _no_runs():
    """What lies in the folder of runs and is no run is neither listed nor touched."""
    with run_folders.folder_of_runs() as folder:
        other = make_run("20260101-000000-other")
        for name in ("empty", "photos", "20260303-000000-odd", ".hidden"):
            (folder / name).mkdir()
        (folder / "photos" / "me.jpg").write_bytes(b"\xff\xd8")
        (folder / "20260303-000000-odd" / "recipe.json").mkdir()
        (folder / "notes.txt").write_text("mine")
        (folder / "loop").symlink_to(folder)
        before = snapshot(folder)
        assert [found.id for found in store.all_runs() if not found.shipped] == [other.id]
        for page in PAGES:
            assert look(page, other) == []
        names = ("empty", "photos", "20260303-000000-odd", "notes.txt", "../photos", "none")
        assert [command("evaluate", name)[0] for name in names] == [2] * len(names)
        assert snapshot(folder) == before
    return f"{len(names)} folders and names that are no run refused in one line each"
