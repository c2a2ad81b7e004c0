"""The run folder: what is written is read, and what was damaged is told apart from it."""

import errno
import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import psutil
import pytest

from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.run import HISTORY_COLUMNS, PROGRESS_COLUMNS, STARTUP_SECONDS, Run
from bnn.runs.status import ACTIVE, STATES, Status
from bnn.system import files, tables
from bnn.system.files import error_words, write_atomically
from bnn.system.processes import pid_lives, process_identity
from tests.support import waiting

RECIPE = preset("quick")
STRANGE_TEXTS = ("", "{", "[]", "7", "null", '"x"', "{}", "[" * 100_000, "9" * 10_000, "\0", "NaN")
STRANGE_BYTES = tuple(text.encode() for text in STRANGE_TEXTS) + (b"\xff\xfe\x00", b"\xed\xa0\x80")


@pytest.fixture
def run(runs_root):
    """A new run."""
    return store.create(RECIPE)


@pytest.fixture
def shipped(run, tmp_path, monkeypatch):
    """A run that came with the project."""
    folder = tmp_path / "assets"
    monkeypatch.setattr(store, "SHIPPED", folder)
    found = Run("shipped", folder / "shipped", shipped=True)
    found.write_recipe(preset("report"))
    return found


@pytest.fixture
def dead_pid():
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def _living(state="running", **fields):
    return Status(state, **process_identity(os.getpid()), **fields)


def _row(epoch, accuracy=0.5):
    return dict.fromkeys(HISTORY_COLUMNS, 0.25) | {"epoch": epoch, "validation_accuracy": accuracy}


def _progress_row(step, epoch):
    return {"step": step, "epoch": epoch, "loss": 2.5, "accuracy": 0.125}


# Where runs are, and which there are.


def test_root_is_the_environments_or_beside_the_app(monkeypatch, tmp_path):
    assert store.root() == tmp_path / "runs"
    for unset in ("", None):
        monkeypatch.setenv("BNN_RUNS_DIR", unset) if unset == "" else monkeypatch.delenv("BNN_RUNS_DIR")
        assert store.root() == store.PROJECT / "runs"


def test_without_a_folder_there_are_no_runs(runs_root, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "none")
    assert not runs_root.exists() and store.all_runs() == []


def test_new_run_holds_its_recipe(run):
    assert run.recipe() == RECIPE
    assert run.id.endswith("-quick") and run.folder == store.root() / run.id
    assert store.find(run.id) == run


def test_runs_of_the_same_second_get_names_of_their_own(runs_root):
    created = [store.create(RECIPE) for _ in range(5)]
    assert len({run.id for run in created}) == 5
    assert {run.id for run in store.all_runs() if not run.shipped} == {run.id for run in created}


def test_id_of_a_long_recipe_name_can_be_found(runs_root):
    run = store.create(replace(RECIPE, name="n" * 300))
    assert store.find(run.id) == run


def test_newest_first_shipped_last(runs_root, shipped):
    for run_id in ("20260101-000000-a", "20270101-000000-b", "20260601-000000-c"):
        Run(run_id, runs_root / run_id).write_recipe(RECIPE)
    ids = [run.id for run in store.all_runs()]
    assert [i for i in ids if i[-1] in "abc" and i != "shipped"] == [
        "20270101-000000-b",
        "20260601-000000-c",
        "20260101-000000-a",
    ]
    assert ids[-1] == "shipped" and store.all_runs()[-1].shipped


def test_what_is_no_run_is_not_listed(run):
    (store.root() / "notes.txt").write_text("mine")
    (store.root() / "empty").mkdir()
    (store.root() / ".hidden").mkdir()
    (store.root() / ".hidden" / "recipe.json").write_text("{}")
    assert [found.id for found in store.all_runs() if not found.shipped] == [run.id]


def test_nothing_named_means_the_shipped_run(shipped):
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
        "x" * 81,
        "ü",
        "none",
    ],
)
def test_ids_that_are_none_or_lead_out_are_refused(run, tmp_path, run_id):
    outside = Run("outside", tmp_path / "outside")
    outside.write_recipe(RECIPE)
    (store.root() / "recipe.json").write_text(RECIPE.to_json())
    with pytest.raises(ValueError, match="there is no run"):
        store.find(run_id)


# Recipe, status and test result, and what a damaged file reads as.


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_damaged_recipe_is_one_clear_error(run, content):
    (run.folder / "recipe.json").write_bytes(content)
    with pytest.raises(ValueError, match=f"run {run.id}"):
        run.recipe()


def test_missing_recipe_is_one_clear_error(run):
    (run.folder / "recipe.json").unlink()
    with pytest.raises(ValueError, match=r"no readable recipe\.json: No such file"):
        run.recipe()


def test_recipe_with_impossible_values_is_one_clear_error(run):
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


def test_file_of_absurd_size_is_not_read(run, monkeypatch):
    monkeypatch.setattr(files, "MAX_TEXT_BYTES", 10)
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 10)
    with pytest.raises(ValueError, match=r"recipe\.json is larger than 10 bytes"):
        run.recipe()
    run.write_status(Status("finished"))
    assert run.status().state == "failed"
    run.append_history(_row(1))
    assert run.history().empty


@pytest.mark.parametrize("state", ("stopped", "finished", "failed"))
def test_status_of_a_run_at_rest_is_what_was_written(run, state):
    written = Status(state, "words", 3, 10, 7, 430, 2500.5, 12.25, 1, 2.0)
    run.write_status(written)
    assert run.status() == written


@pytest.mark.parametrize("state", ("queued", "running"))
def test_run_is_active_while_its_process_lives(run, state):
    status = _living(state, epoch=2)
    run.write_status(status)
    assert run.status() == status


@pytest.mark.parametrize("state", ("queued", "running"))
def test_run_whose_process_is_dead_is_interrupted(run, dead_pid, state):
    status = Status(state, "Training", epoch=2, num_epochs=5, pid=dead_pid, started=1.0)
    run.write_status(status)
    assert run.status() == replace(status, state="interrupted", message="")


def test_run_whose_pid_went_to_another_process_is_interrupted(run):
    status = _living()
    run.write_status(replace(status, started=status.started - 60))
    assert run.status().state == "interrupted"


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the system keeps when a process started")
def test_run_goes_on_being_active_when_the_clock_is_set(run, monkeypatch):
    run.write_status(_living())
    boot_time = psutil.boot_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot_time + 3600.0)
    assert run.status().state == "running"


@pytest.mark.parametrize("pid", (-1, 0, 2**31, 2**70))
def test_run_with_an_impossible_pid_is_interrupted(run, pid):
    os.utime(run.folder / "recipe.json", (1, 1))
    run.write_status(Status("running", pid=pid, started=1.0))
    assert run.status().state == "interrupted"


def test_ended_process_that_nobody_has_waited_for_is_dead(run):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run.write_status(Status("running", **process_identity(process.pid)))
    assert run.status().state == "running"
    process.stdin.close()
    if hasattr(os, "waitid"):
        # Ended but not reaped: a zombie.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert run.status().state == "interrupted"
    process.wait()
    assert run.status().state == "interrupted"


def test_new_run_is_queued_until_its_trainer_should_have_written(run):
    assert run.status().state == "queued"
    late = os.path.getmtime(run.folder / "recipe.json") - STARTUP_SECONDS - 1
    os.utime(run.folder / "recipe.json", (late, late))
    assert run.status().state == "interrupted"


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_damaged_status_reads_as_failed(run, content):
    (run.folder / "status.json").write_bytes(content)
    status = run.status()
    assert status.state == "failed" and "status.json" in status.message


@pytest.mark.parametrize(
    "field, value",
    [("state", "asleep"), ("state", None), ("epoch", 1.5), ("epoch", True), ("message", 3), ("pid", "1")]
    + [("eta_seconds", float("nan")), ("images_per_second", float("inf")), ("started", [])],
)
def test_status_with_an_impossible_value_reads_as_failed(run, field, value):
    content = json.dumps({"state": "running"} | {field: value})
    (run.folder / "status.json").write_text(content)
    assert run.status().state == "failed"


def test_status_of_a_later_version_is_read(run):
    (run.folder / "status.json").write_text('{"state": "finished", "mood": "good", "eta_seconds": 1}')
    assert run.status() == Status("finished", eta_seconds=1)


def test_claimed_run_is_queued_until_its_process_dies(run, dead_pid):
    run.write_status(Status("stopped", "asked to", epoch=3, pid=1, started=1.0))
    store.claim(run, os.getpid())
    assert run.status() == _living("queued", epoch=3)
    store.claim(run, dead_pid)
    assert run.status().state == "interrupted"


def test_claim_does_not_hide_what_the_trainer_wrote_first(run):
    failed = _living("failed", message="no such recipe")
    run.write_status(failed)
    store.claim(run, os.getpid())
    assert run.status() == failed


def _test_result(**changes):
    matrix = [[0] * 10 for _ in range(10)]
    matrix[0][0], matrix[3][5] = 7, 1
    sound = {"num_images": 8, "num_correct": 7, "accuracy": 0.875, "confusion_matrix": matrix, "epoch": 2}
    return sound | changes


def test_test_result_is_read(run):
    assert run.test() is None
    run.write_test(_test_result())
    assert run.test() == _test_result()


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
        {"confusion_matrix": [[1] * 9] * 10},
        {"confusion_matrix": [["0"] * 10] * 10},
        {"confusion_matrix": [[10**400] * 10] * 10},
    ],
)
def test_test_result_that_does_not_add_up_is_none(run, changes):
    run.write_test(_test_result(**changes))
    assert run.test() is None


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_damaged_test_result_is_none(run, content):
    (run.folder / "test.json").write_bytes(content)
    assert run.test() is None


# The tables.


@pytest.mark.parametrize("table, columns", [("history", HISTORY_COLUMNS), ("progress", PROGRESS_COLUMNS)])
def test_absent_table_has_its_columns_and_types(run, table, columns):
    empty = getattr(run, table)()
    assert list(empty.columns) == list(columns) and len(empty) == 0
    assert empty["epoch"].dtype == int and empty["accuracy"].dtype == float


def test_rows_are_read_as_written(run):
    rows = [_progress_row(step, 1 + step // 4) for step in range(1, 8)]
    run.append_progress(rows[:3])
    run.append_progress(rows[3:])
    pd.testing.assert_frame_equal(run.progress(), pd.DataFrame(rows))
    run.append_history(_row(1, 0.9))
    assert run.history().to_dict("records") == [_row(1, 0.9)]


def test_table_is_read_anew_when_its_file_is_another(run):
    """What was read is kept for the next time, but neither a reader nor a writer spoils it."""
    run.append_progress([_progress_row(1, 1)])
    spoilt = run.progress()
    spoilt.loc[0, "loss"] = 99.0
    pd.testing.assert_frame_equal(run.progress(), pd.DataFrame([_progress_row(1, 1)]))
    run.append_progress([_progress_row(2, 1)])
    assert run.progress()["step"].tolist() == [1, 2]
    # As long as before, and with no other time: another file all the same.
    path = run.folder / "progress.csv"
    now = path.stat()
    path.with_suffix(".new").write_text(path.read_text().replace("\n2,", "\n3,"))
    os.utime(path.with_suffix(".new"), ns=(now.st_atime_ns, now.st_mtime_ns))
    path.with_suffix(".new").replace(path)
    assert run.progress()["step"].tolist() == [1, 3]
    path.unlink()
    assert run.progress().empty


def test_table_too_long_to_be_kept_is_read_all_the_same(run, monkeypatch):
    monkeypatch.setattr(tables, "MAX_KEPT_BYTES", 10)
    run.append_progress([_progress_row(1, 1)])
    kept = tables._kept_table.cache_info().currsize
    assert run.progress()["step"].tolist() == [1]
    assert tables._kept_table.cache_info().currsize == kept


def test_table_that_could_not_be_read_once_is_read_the_next_time(run, monkeypatch):
    run.append_progress([_progress_row(1, 1)])
    with monkeypatch.context() as patch:
        patch.setattr(tables, "read_text", lambda path, most: os.open("/nowhere/at/all", 0))
        assert run.progress().empty
    assert run.progress()["step"].tolist() == [1]


def test_history_has_each_epoch_once_in_order(run):
    """A crash behind the history row but before the checkpoint trains the epoch a second time."""
    for epoch, accuracy in ((1, 0.1), (3, 0.3), (2, 0.2), (3, 0.35)):
        run.append_history(_row(epoch, accuracy))
    history = run.history()
    assert history["epoch"].tolist() == [1, 2, 3]
    assert history["validation_accuracy"].tolist() == [0.1, 0.2, 0.35]


def test_keep_until_drops_what_comes_later(run):
    run.append_progress([_progress_row(step, 1 + step // 3) for step in range(1, 9)])
    for epoch in (1, 2, 3):
        run.append_history(_row(epoch))
    run.keep_until(epoch=2, step=5)
    assert run.history()["epoch"].tolist() == [1, 2]
    assert run.progress()["step"].tolist() == [1, 2, 3, 4, 5]
    run.append_history(_row(3, 0.75))
    assert run.history()["validation_accuracy"].tolist() == [0.5, 0.5, 0.75]


def test_keep_until_without_tables_writes_none(run):
    run.keep_until(0, 0)
    assert sorted(os.listdir(run.folder)) == ["recipe.json"]


def test_table_whose_header_was_cut_short_is_readable_again_after_resuming(run):
    for name in ("history.csv", "progress.csv"):
        (run.folder / name).write_text("epoch,lo")
    run.keep_until(0, 0)
    run.append_history(_row(1))
    run.append_progress([_progress_row(1, 1)])
    assert (len(run.history()), len(run.progress())) == (1, 1)


DAMAGED_LINES = (
    "",
    "2,0.1",
    "2,0.1,0.2,0.3,0.4,0.5,6,7",
    "two,0.1,0.2,0.3,0.4,0.5,6",
    "2,0.1,0.2,,0.4,0.5,6",
    "2,nan,0.2,0.3,0.4,0.5,6",
    "2,0.1,inf,0.3,0.4,0.5,6",
    "1.5,0.1,0.2,0.3,0.4,0.5,6",
    "-2,0.1,0.2,0.3,0.4,0.5,6",
    "9" * 30 + ",0.1,0.2,0.3,0.4,0.5,6",
    '"2,0.1,0.2,0.3,0.4,0.5,6',
    "2,0.1,0.2\0,0.3,0.4,0.5,6",
)


@pytest.mark.parametrize("line", DAMAGED_LINES)
def test_damaged_line_costs_that_line_only(run, line):
    run.append_history(_row(1))
    with (run.folder / "history.csv").open("a") as file:
        file.write(line + "\n")
    run.append_history(_row(3))
    history = run.history()
    assert history["epoch"].tolist() == [1, 3]
    # Else an epoch would read 1.0, and name no file.
    assert history["epoch"].dtype == int


@pytest.mark.parametrize("content", (*STRANGE_BYTES, b"epoch,loss\n1,2\n", b'"\n1,2,3,4,5,6,7\n'))
def test_damaged_table_reads_as_empty(run, content):
    for name in ("history.csv", "progress.csv"):
        (run.folder / name).write_bytes(content)
    assert run.history().empty and run.progress().empty


@pytest.mark.skipif(os.name == "nt", reason="no such limit")
def test_open_files_are_allowed_where_they_were_not():
    script = (
        "import resource as r; from bnn.system import processes\n"
        "r.setrlimit(r.RLIMIT_NOFILE, (100, 300)); processes.allow_open_files(200); print(*r.getrlimit(r.RLIMIT_NOFILE))\n"
        "processes.allow_open_files(150); processes.allow_open_files(1000); print(*r.getrlimit(r.RLIMIT_NOFILE))"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=store.PROJECT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["200 300", "300 300"]


def test_mutated_files_never_raise_but_the_recipe(run):
    """Whatever was changed by hand in a run's files, a page can still be drawn from them."""
    rng = random.Random(1)
    run.write_status(Status("finished", epoch=1))
    run.write_test(_test_result())
    run.append_history(_row(1))
    run.append_progress([_progress_row(1, 1)])
    (run.folder / "name.txt").write_text("mine")
    sound = {path: path.read_bytes() for path in run.folder.iterdir()}
    for _ in range(100):
        for path, content in sound.items():
            mutated = bytearray(content)
            mutated[rng.randrange(len(mutated))] = rng.choice((0, 10, 34, 44, 45, 48, 57, 91, 125, 237, 255))
            path.write_bytes(mutated)
        assert run.status().state in STATES and run.name().isprintable()
        assert len(run.history()) <= 1 and len(run.progress()) <= 1
        assert run.test() in (None, _test_result()) or run.test()["epoch"] != 2
        try:
            run.recipe()
        except ValueError as error:
            assert run.id in str(error)


# Writing, naming, deleting.


def test_writing_is_atomic_and_leaves_nothing_behind(run, monkeypatch):
    path = run.folder / "a" / "b.json"
    path.parent.mkdir()
    write_atomically(path, "old")
    write_atomically(path, b"new")
    assert path.read_text() == "new" and os.listdir(path.parent) == ["b.json"]


@pytest.mark.parametrize("broken", ("fsync", "replace"))
def test_failed_write_keeps_the_old_content(run, monkeypatch, broken):
    before = (run.folder / "recipe.json").read_bytes()

    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(OSError, match="disk full"):
        run.write_recipe(preset("report"))
    assert (run.folder / "recipe.json").read_bytes() == before
    assert os.listdir(run.folder) == ["recipe.json"]


@pytest.fixture
def full_disk(monkeypatch):
    """A disk that takes names, but no content."""

    def fail(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)


def test_full_disk_is_said_in_words_with_the_file(run, full_disk):
    for write in (lambda: run.write_status(Status("failed")), lambda: run.append_history(_row(1))):
        with pytest.raises(OSError, match="No space left") as caught:
            write()
        assert re.fullmatch(r"the disk is full: .*(status\.json|history\.csv)", error_words(caught.value))


def test_run_that_could_not_be_made_leaves_no_folder(runs_root, full_disk):
    with pytest.raises(OSError, match="No space left"):
        store.create(RECIPE)
    assert os.listdir(runs_root) == []


def test_deleted_folder_does_not_come_back(run):
    shutil.rmtree(run.folder)
    for write in (
        lambda: run.write_status(_living()),
        lambda: run.append_progress([_progress_row(1, 1)]),
        lambda: run.append_history(_row(1)),
    ):
        with pytest.raises(FileNotFoundError):
            write()
    assert not run.folder.exists()


def test_what_a_killed_writer_left_is_removed_and_nothing_else(run):
    (run.folder / "checkpoint").mkdir()
    script = (
        "import os, sys, pathlib; from bnn.system import files; os.fsync = lambda file: os._exit(0)\n"
        "files.write_atomically(pathlib.Path(sys.argv[1]), 'x')"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, path], cwd=store.PROJECT)
        for path in (run.checkpoint_path, run.folder / "status.json")
    ]
    writers[0].wait()
    # Of the other, too, nothing is left but what its parent has not asked for.
    waiting.until(lambda: not pid_lives(writers[1].pid), "the writer to end")
    assert len(list(run.folder.rglob(f".*{files.PART}"))) == 2
    kept = [
        run.folder / name for name in ("mine.part", f".{os.getpid()}-x.part", ".x.part", ".training.lock")
    ]
    for path in kept:
        path.touch()
    files.remove_parts(run.folder)
    writers[1].wait()
    assert sorted(run.folder.rglob("*")) == sorted(
        [*kept, run.folder / "checkpoint", run.folder / "recipe.json"]
    )


def test_reader_never_sees_a_part(run):
    """A writer in another process replaces the status as fast as it can; each reading is whole."""
    script = (
        "import sys; from bnn.runs import status, store; run = store.find(sys.argv[1])\n"
        "for i in range(10**9): run.write_status(status.Status('finished', 'x' * (i % 5000), epoch=i))"
    )
    run.write_status(Status("finished"))
    with subprocess.Popen([sys.executable, "-c", script, run.id], cwd=store.PROJECT) as writer:
        try:
            seen = set()
            while len(seen) < 30 and writer.poll() is None:
                status = run.status()
                assert status.state == "finished", status.message
                seen.add(status.epoch)
        finally:
            writer.kill()
    assert len(seen) == 30


def test_renaming(run):
    assert run.name() == run.id
    store.rename(run, "  Größe 7 ✏️ ")
    assert run.name() == "Größe 7 ✏️"
    store.rename(run, " ")
    assert run.name() == run.id


@pytest.mark.parametrize("name", ("x" * 61, "a\nb", "a\tb", "a\0b", "\u202ereversed", "\ud800"))
def test_names_that_cannot_be_shown_are_refused(run, name):
    with pytest.raises(ValueError, match="visible characters"):
        store.rename(run, name)
    assert run.name() == run.id


@pytest.mark.parametrize("content", (b"x" * 61, b"a\nb", b"\xff", b"\0", b""))
def test_name_edited_by_hand_that_cannot_be_shown_is_ignored(run, content):
    (run.folder / "name.txt").write_bytes(content)
    assert run.name() == run.id


def test_deleting(run):
    other = store.create(RECIPE)
    run.write_status(Status("stopped"))
    store.delete(run)
    assert not run.folder.exists() and store.find(other.id) == other
    with pytest.raises(ValueError, match="there is no run"):
        store.find(run.id)


def test_run_in_training_is_not_deleted(run):
    for state in ACTIVE:
        run.write_status(_living(state))
        with pytest.raises(ValueError, match="stop it before deleting"):
            store.delete(run)
    assert run.recipe() == RECIPE


def test_interrupted_run_can_be_deleted(run, dead_pid):
    run.write_status(Status("running", pid=dead_pid, started=1.0))
    store.delete(run)
    assert not run.folder.exists()


def test_shipped_run_is_neither_renamed_nor_deleted(shipped):
    with pytest.raises(ValueError, match="cannot be renamed"):
        store.rename(shipped, "mine")
    with pytest.raises(ValueError, match="cannot be deleted"):
        store.delete(shipped)
    assert os.listdir(shipped.folder) == ["recipe.json"]


def test_paths_of_a_run(run):
    assert run.epoch_path(1) == run.folder / "epochs" / "0001.safetensors"
    assert run.model_path.name == "model.safetensors" and run.checkpoint_path.parent.name == "checkpoint"
