"""Damages each file of a run in several ways, opens pages each time, and tries commands on damaged runs."""

import shutil

from bnn.runs import store
from tests.endurance import run_folders
from tests.endurance.damage_files import (
    DAMAGES,
    FILES,
    NEEDED,
    PAGES,
    command,
    damage_file,
    make_run,
    page_messages,
    snapshot,
)


def damage_every_file(quick):
    """Damages one file after the other and opens the pages in `PAGES` each time; tries commands, too.

    Returns the figures.
    """
    damages = dict(list(DAMAGES.items())[:1]) if quick else DAMAGES
    num_looks, num_sentences = 0, 0
    with run_folders.folder_of_runs():
        other = make_run("20260101-000000-other")
        before = snapshot(other.folder)
        for name in FILES:
            for damage in damages:
                for page, texts in _damage_and_look(name, damage).items():
                    # Pages list only runs that have a recipe, and some pages only runs that have a network.
                    # So a page need not report a file that was deleted or replaced by a folder.
                    must_say_so = (name, page) in NEEDED and damage not in ("a folder", "deleted")
                    assert len(texts) <= 1, f"{name} {damage}, {page}: {texts}"
                    assert texts or not must_say_so, f"{name} {damage}, {page}: no message"
                    num_looks, num_sentences = num_looks + 1, num_sentences + len(texts)
        num_commands = _damage_and_command()
        assert snapshot(other.folder) == before, "another run was harmed"
    return (
        f"{len(FILES)} kinds of files damaged in {len(damages)} ways: {num_looks} pages, "
        f"{num_sentences} sentences, no traceback, nothing overwritten; {num_commands} commands refused in "
        "one line each"
    )


def _damage_and_look(name, damage):
    """Returns each page's errors and warnings about a run with a damaged file; no page may change a file."""
    run = make_run("20260202-000000-damaged")
    damage_file(run, name, damage)
    before = snapshot(run.folder)
    try:
        texts = {page: page_messages(page, run, name) for page in PAGES}
        assert snapshot(run.folder) == before, "a page has changed a file"
    except AssertionError as error:
        raise AssertionError(f"{name} {damage}: {error}") from error
    finally:
        shutil.rmtree(run.folder)
    return texts


def _damage_and_command():
    """Tries commands on runs with a damaged file, checks that they fail, and returns how many were tried."""
    num_tried = 0
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
        assert code, f"{words[0]} accepted a damaged {name}"
        after = snapshot(run.folder)
        changed = {path.name for path in before if after.get(path) != before[path]}
        assert not changed, f"{words[0]} with a damaged {name} has changed {changed}"
        shutil.rmtree(run.folder)
        num_tried += 1
    return num_tried


def add_what_is_no_run():
    """Checks that other files in the folder of runs are neither listed nor changed; returns the figures."""
    with run_folders.folder_of_runs() as folder:
        other = make_run("20260101-000000-other")
        # "me.jpg" and "notes.txt" stand for a user's own files.
        for name in ("empty", "photos", "20260303-000000-odd", ".hidden"):
            (folder / name).mkdir()
        (folder / "photos" / "me.jpg").write_bytes(b"\xff\xd8")
        (folder / "20260303-000000-odd" / "recipe.json").mkdir()
        (folder / "notes.txt").write_text("mine")
        (folder / "loop").symlink_to(folder)
        before = snapshot(folder)
        assert [each.id for each in store.all_runs() if not each.shipped] == [other.id]
        for page in PAGES:
            assert page_messages(page, other) == []
        names = ("empty", "photos", "20260303-000000-odd", "notes.txt", "../photos", "none")
        assert [command("evaluate", name)[0] for name in names] == [2] * len(names)
        assert snapshot(folder) == before
    return f"{len(names)} folders and names that are no run refused in one line each"
