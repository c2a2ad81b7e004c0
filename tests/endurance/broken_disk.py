"""Full or read-only disk, deleted folder, damaged files.

A small disk in memory is filled up and made read-only while trainings, pages and commands use it. Without the
right to mount disks, this is left out. The folder of a run is deleted during its training. `damaged_runs`
damages files.
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
from tests.endurance import damaged_runs, run_folders
from tests.endurance.damage_files import (
    PAGES,
    PROJECT,
    command,
    make_run,
    messages,
    page_messages,
    snapshot,
)
from tests.support import waiting

# Large enough for two runs, small enough to fill quickly.
DISK_MB = 8
BLOCK_BYTES = 4096
# How many blocks are left free on the full disk: none, or enough for a status but not for a checkpoint.
FREE_BLOCKS = {"no space at all": 0, "space for a status": 16}
EPOCHS = 12


def run(quick: bool) -> str:
    """Tries everything and returns the figures.

    The quick version fills the disk during one training instead of two, and damages files in only one way.
    """
    figures = [_disks(quick), _deleted_folder()]
    figures += [damaged_runs.damage_every_file(quick), damaged_runs.add_what_is_no_run()]
    return "; ".join(figures)


def _disks(quick):
    with disk() as folder:
        if folder is None:
            return "full and read-only disk: not tried, since this user may not mount one"
        with run_folders.folder_of_runs(folder):
            other = make_run("20260101-000000-other")
            before = snapshot(other.folder)
            cases = list(FREE_BLOCKS)[1:] if quick else list(FREE_BLOCKS)
            states = [f"{case}: {_fill_during_a_training(folder, FREE_BLOCKS[case])}" for case in cases]
            full = _full_without_a_training(folder, other)
            read_only = _read_only(folder, other)
            assert snapshot(other.folder) == before, "another run was harmed"
            training = f"full disk during a training ({', '.join(states)}), resumed and finished"
            return f"{training}; {full}; {read_only}"


@contextmanager
def disk() -> Iterator[Path | None]:
    """Mounts a small disk in memory and yields its folder; yields None if this user may not mount one."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", folder]
        if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(mount, check=False).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(folder, num_free):
    """Fills the disk until only `num_free` blocks are free; returns the file that fills it."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler, until_disk_is_full():
        while True:
            filler.write(bytes(BLOCK_BYTES))
    os.truncate(path, max(0, path.stat().st_size - BLOCK_BYTES * num_free))
    return path


@contextmanager
def until_disk_is_full():
    """Ends the `with` statement when the disk is full. Other errors are raised."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _fill_during_a_training(folder, num_free):
    """Fills the disk during a training, frees it and resumes; returns the run's state on the full disk."""
    run = trainings.start(run_folders.short_recipe(EPOCHS))
    trainer = local._children[-1]
    waiting.until(lambda: len(run.history()) >= 2, "two epochs", run_folders.LOADING_SECONDS)
    filler = _fill(folder, num_free)
    state, message = run_folders.wait_for(run, "failed", "interrupted"), run.status().message
    _wait_for_end(trainer)
    assert state == "interrupted" or message.startswith("the disk is full"), message
    assert "Traceback" not in run.log_path.read_text("utf-8", "replace")
    assert not run_folders.parts(run)
    epochs = len(run.history())
    page_messages("train", run)
    filler.unlink()
    trainings.resume(run)
    trainer = local._children[-1]
    assert run_folders.wait_for(run, "finished", "failed") == "finished", run.status().message
    run_folders.check_files(run)
    assert run.history()["epoch"].tolist() == list(range(1, EPOCHS + 1))
    _wait_for_end(trainer)
    store.delete(run)
    return f"{state} after {epochs} epochs"


def _wait_for_end(trainer: subprocess.Popen):
    waiting.until(lambda: trainer.poll() is not None, "the trainer to end")


def _full_without_a_training(folder, other):
    """Checks pages and commands on a full disk while nothing is trained; returns the result in words."""
    filler = _fill(folder, 0)
    names_before = sorted(path.name for path in folder.iterdir())
    for page in PAGES:
        assert page_messages(page, other) == []
    texts = _press("train", other, "start")
    assert [text.startswith("The disk is full") for text in texts] == [True], texts
    code, text = command("train", "quick")
    assert code == 2, text
    assert "the disk is full" in text, text
    assert sorted(path.name for path in folder.iterdir()) == names_before, (
        "a run that was not started has left a folder"
    )
    filler.unlink()
    return "page and command say that the disk is full and start nothing"


def _read_only(folder, other):
    """Checks pages and commands on a read-only disk; returns the result in words."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    texts_of_pages = [text for page in PAGES for text in page_messages(page, other)]
    assert texts_of_pages == [], texts_of_pages
    texts_of_presses = [_press("train", other, key) for key in ("start", f"rename-{other.id}")]
    assert [len(texts) for texts in texts_of_presses] == [1, 1], texts_of_presses
    assert all("read-only" in texts[0] for texts in texts_of_presses), texts_of_presses
    codes = [command(*words)[0] for words in (["train", "quick"], ["evaluate", other.id], ["runs"])]
    assert codes == [2, 0, 0], codes
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    return f"read-only: {len(PAGES)} pages shown, 2 presses and 1 command refused in a sentence each"


def _press(page, run, key):
    """Presses a button on a page that shows the run, and returns the page's errors and warnings.

    Before a button for renaming is pressed, a name is typed.
    """
    app = AppTest.from_file(str(PROJECT / "pages" / page / "page.py"), default_timeout=60)
    app.session_state["run_shown"] = run.id
    app.run()
    if key.startswith("rename"):
        app.text_input(key=f"name-{run.id}").set_value("another name")
    return messages(app.button(key=key).click().run())


def _deleted_folder():
    """Deletes a run's folder while the run is trained and shown; returns in words what happens."""
    with run_folders.folder_of_runs() as folder:
        other = make_run("20260101-000000-other")
        before = snapshot(other.folder)
        run = trainings.start(run_folders.short_recipe(1000))
        trainer = local._children[-1]
        waiting.until(lambda: len(run.history()) >= 2, "two epochs", run_folders.LOADING_SECONDS)
        app = AppTest.from_file(str(PROJECT / "pages" / "train" / "page.py"), default_timeout=60).run()
        assert messages(app) == []
        waiting.until(lambda: _try_to_delete(run.folder), "no folder")
        _wait_for_end(trainer)
        assert trainer.returncode == 1
        assert not run.folder.exists(), "the folder has come back"
        texts = messages(app.run())
        assert ["no longer exists" in text for text in texts] == [True], texts
        assert command("train", "--resume", run.id)[0] == 2
        assert snapshot(other.folder) == before, "another run was harmed"
        assert sorted(path.name for path in folder.iterdir()) == [".training.lock", other.id]
    return "folder deleted under a training: it ended, and the page says that the run no longer exists"


def _try_to_delete(folder):
    """Deletes as much of a folder as possible, and returns whether it is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
