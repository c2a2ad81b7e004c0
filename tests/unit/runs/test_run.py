"""A run's folder: written files are read again, and damaged ones are recognized."""

import json
import random
import shutil

import pandas as pd
import pytest

from bnn.runs.run import HISTORY_COLUMNS, PROGRESS_COLUMNS
from bnn.runs.status import STATES, Status
from bnn.system import files, tables
from bnn.system.visible_text import first_invisible
from tests.support.run_content import (
    RECIPE,
    STRANGE_BYTES,
    history_row,
    living_status,
    progress_row,
    sound_test_result,
)


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_damaged_recipe_gives_one_clear_error(run, content):
    (run.folder / "recipe.json").write_bytes(content)
    with pytest.raises(ValueError, match=f"run {run.id}"):
        run.recipe()


def test_missing_recipe_gives_one_clear_error(run):
    (run.folder / "recipe.json").unlink()
    with pytest.raises(ValueError, match=r"no readable recipe\.json: No such file"):
        run.recipe()


def test_recipe_with_impossible_values_gives_one_clear_error(run):
    for field, value in (
        ("epochs", 0),
        ("learning_rate", 10**400),
        ("stages", 5),
        ("dense", "7"),
        ("name", []),
    ):
        values = json.loads(RECIPE.to_json()) | {field: value}
        (run.folder / "recipe.json").write_text(json.dumps(values))
        with pytest.raises(ValueError, match=f"run {run.id}: {field}"):
            run.recipe()


def test_far_too_large_file_is_not_read(run, monkeypatch):
    monkeypatch.setattr(files, "MAX_TEXT_BYTES", 10)
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 10)
    with pytest.raises(ValueError, match=r"recipe\.json is larger than 10 bytes"):
        run.recipe()
    run.write_status(Status("finished"))
    assert run.status().state == "failed"
    run.append_history(history_row(1))
    assert run.history().empty


def test_test_result_is_read(run):
    assert run.test() is None
    run.write_test(sound_test_result())
    assert run.test() == sound_test_result()


@pytest.mark.parametrize("num_classes", [2, 26, 64])
def test_test_result_may_be_of_any_number_of_classes(run, num_classes):
    run.write_test(sound_test_result(num_classes))
    assert run.test() == sound_test_result(num_classes)


@pytest.mark.parametrize(
    "changes",
    [
        {"accuracy": float("nan")},
        {"accuracy": "0.875"},
        {"accuracy": 0.99},
        {"num_images": 9},
        {"num_correct": 8},
        {"num_correct": True},
        {"epoch": None},
        {"epoch": -1},
        {"confusion_matrix": []},
        {"confusion_matrix": 5},
        {"confusion_matrix": [[0] * 10] * 10},
        {"confusion_matrix": [[8]], "num_correct": 8, "accuracy": 1.0},
        {"confusion_matrix": [[0] * 1000] * 999 + [[7] + [0] * 999]},
        {"confusion_matrix": [[1] * 9] * 10},
        {"confusion_matrix": [["0"] * 10] * 10},
        {"confusion_matrix": [[10**400] * 10] * 10},
    ],
)
def test_test_result_that_does_not_add_up_is_ignored(run, changes):
    run.write_test(sound_test_result(**changes))
    assert run.test() is None


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_damaged_test_result_is_ignored(run, content):
    (run.folder / "test.json").write_bytes(content)
    assert run.test() is None


@pytest.mark.parametrize("table, columns", [("history", HISTORY_COLUMNS), ("progress", PROGRESS_COLUMNS)])
def test_absent_table_has_its_columns_and_types(run, table, columns):
    empty = getattr(run, table)()
    assert list(empty.columns) == list(columns)
    assert len(empty) == 0
    assert empty["epoch"].dtype == int
    assert empty["accuracy"].dtype == float


def test_rows_are_read_as_written(run):
    rows = [progress_row(step, 1 + step // 4) for step in range(1, 8)]
    run.append_progress(rows[:3])
    run.append_progress(rows[3:])
    pd.testing.assert_frame_equal(run.progress(), pd.DataFrame(rows))
    run.append_history(history_row(1, 0.9))
    assert run.history().to_dict("records") == [history_row(1, 0.9)]


def test_history_has_each_epoch_once_in_order(run):
    """An epoch has two rows if the trainer crashed between writing the history and the checkpoint."""
    for epoch, accuracy in ((1, 0.1), (3, 0.3), (2, 0.2), (3, 0.35)):
        run.append_history(history_row(epoch, accuracy))
    history = run.history()
    assert history["epoch"].tolist() == [1, 2, 3]
    assert history["validation_accuracy"].tolist() == [0.1, 0.2, 0.35]


def test_keep_until_removes_later_rows(run):
    run.append_progress([progress_row(step, 1 + step // 3) for step in range(1, 9)])
    for epoch in (1, 2, 3):
        run.append_history(history_row(epoch))
    run.keep_until(epoch=2, step=5)
    assert run.history()["epoch"].tolist() == [1, 2]
    assert run.progress()["step"].tolist() == [1, 2, 3, 4, 5]
    run.append_history(history_row(3, 0.75))
    assert run.history()["validation_accuracy"].tolist() == [0.5, 0.5, 0.75]


def test_keep_until_makes_no_new_tables(run):
    run.keep_until(0, 0)
    assert sorted(path.name for path in run.folder.iterdir()) == ["recipe.json"]


def test_table_whose_header_was_cut_short_is_readable_again_after_resuming(run):
    for name in ("history.csv", "progress.csv"):
        (run.folder / name).write_text("epoch,lo")
    run.keep_until(0, 0)
    run.append_history(history_row(1))
    run.append_progress([progress_row(1, 1)])
    assert (len(run.history()), len(run.progress())) == (1, 1)


@pytest.mark.parametrize("name", ["history.csv", "progress.csv"])
def test_resuming_does_not_rewrite_a_table_that_is_too_large_to_read(run, monkeypatch, name):
    """A table can become too large to be read. Resuming must not delete it."""
    run.append_history(history_row(1))
    run.append_progress([progress_row(1, 1)])
    content = (run.folder / name).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(tables, "MAX_TABLE_BYTES", 10)
        run.keep_until(0, 0)
    assert (run.folder / name).read_bytes() == content
    run.keep_until(0, 0)
    assert (len(run.history()), len(run.progress())) == (0, 0)


def test_reading_changed_files_raises_nothing_except_for_the_recipe(run):
    """A page can show a run even if its files were changed by hand."""
    rng = random.Random(1)
    run.write_status(Status("finished", epoch=1))
    run.write_test(sound_test_result())
    run.append_history(history_row(1))
    run.append_progress([progress_row(1, 1)])
    (run.folder / "name.txt").write_text("mine")
    sound = {path: path.read_bytes() for path in run.folder.iterdir()}
    for _ in range(100):
        for path, content in sound.items():
            mutated = bytearray(content)
            mutated[rng.randrange(len(mutated))] = rng.choice((0, 10, 34, 44, 45, 48, 57, 91, 125, 237, 255))
            path.write_bytes(mutated)
        assert run.status().state in STATES
        assert first_invisible(run.name()) is None
        assert len(run.history()) <= 1
        assert len(run.progress()) <= 1
        # A changed result that still adds up can differ only in its epoch.
        assert run.test() in (None, sound_test_result()) or run.test()["epoch"] != 2
        _check_recipe_or_error(run)


def _check_recipe_or_error(run):
    message = run.id
    try:
        run.recipe()
    except ValueError as error:
        message = str(error)
    assert run.id in message


def test_deleted_folder_does_not_come_back(run):
    shutil.rmtree(run.folder)
    for write in (
        lambda: run.write_status(living_status()),
        lambda: run.append_progress([progress_row(1, 1)]),
        lambda: run.append_history(history_row(1)),
    ):
        with pytest.raises(FileNotFoundError):
            write()
    assert not run.folder.exists()


@pytest.mark.parametrize("content", [b"x" * 61, b"a\nb", b"\xff", b"\0", b""])
def test_unusable_content_of_the_name_file_is_ignored(run, content):
    (run.folder / "name.txt").write_bytes(content)
    assert run.name() == run.id


def test_run_has_its_files_at_the_documented_paths(run):
    assert run.epoch_path(1) == run.folder / "epochs" / "0001.safetensors"
    assert run.model_path.name == "model.safetensors"
    assert run.checkpoint_path.parent.name == "checkpoint"
