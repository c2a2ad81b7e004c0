"""Killed trainers and damaged files: a part of `python -m tests.endurance 1 3`, shortened."""

import random

import pytest

from tests.endurance import killed_trainer, run_folders
from tests.endurance.damage_files import (
    DAMAGES,
    FILES,
    NEEDED,
    damage_file,
    make_run,
    page_messages,
    snapshot,
)

# Only Inside reads these files.
ONLY_INSIDE = ("start.safetensors", "batches.csv", "batches/0000.safetensors")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_run_survives_kills_in_the_queue_and_while_writing():
    with run_folders.folder_of_runs():
        harness = killed_trainer.Harness(None, 3, random.Random(3))
        for moment in ("queued", "checkpoint"):
            harness.kill_at(moment)
        harness.finish()
        assert harness.kills == {"queued": 1, "checkpoint": 1}


@pytest.mark.parametrize("name", FILES)
def test_page_that_needs_a_truncated_file_reports_it_in_a_sentence(runs_root, component_packages, name):
    run = make_run("20260202-000000-damaged")
    damage_file(run, name, "cut")
    before = snapshot(run.folder)
    pages = ["inside"] if name in ONLY_INSIDE else ["train", "evaluate"]
    for page in pages:
        texts = page_messages(page, run, name)
        assert len(texts) == (1 if (name, page) in NEEDED else 0), texts
    assert snapshot(run.folder) == before


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name not in ("a folder", "deleted")])
def test_check_of_complete_files_notices_damage(runs_root, damage):
    """This shows that the check after every kill can fail."""
    run = make_run("20260202-000000-damaged")
    for path in (run.checkpoint_path, run.folder / "name.txt"):
        path.unlink()
    assert run_folders.check_files(run)
    for name in ("history.csv", "test.json", "model.safetensors"):
        content = (run.folder / name).read_bytes()
        DAMAGES[damage](run.folder / name)
        with pytest.raises(AssertionError, match=name):
            run_folders.check_files(run)
        (run.folder / name).write_bytes(content)
