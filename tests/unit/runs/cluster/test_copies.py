"""A run's files are copied from one folder to another while they change."""

import json

import pytest
import safetensors.numpy

from bnn.runs.cluster import copies
from bnn.runs.cluster.copies import Change, Changes
from bnn.system.files import write_atomically
from tests.support.run_content import history_row, progress_row


@pytest.fixture
def folders(tmp_path):
    """The folder in which a run is trained, and its copy."""
    original, copy = tmp_path / "original", tmp_path / "copy"
    for folder in (original, copy):
        (folder / "epochs").mkdir(parents=True)
    return original, copy


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def append(path, content):
    with path.open("ab") as file:
        file.write(content)


def test_only_changed_files_and_new_rows_are_sent(folders):
    original, copy = folders
    changes = Changes(original)
    write_atomically(original / "status.json", b"{}")
    append(original / "history.csv", b"epoch\n1\n")
    copies.apply(copy, changes.take())
    assert changes.take() == {}
    append(original / "history.csv", b"2\n3\n")
    write_atomically(original / "epochs" / "0001.safetensors", b"bits")
    taken = changes.take()
    assert taken == {"history.csv": Change(b"2\n3\n", 8), "epochs/0001.safetensors": Change(b"bits")}
    copies.apply(copy, taken)
    # If the same changes arrive a second time, they change nothing.
    copies.apply(copy, taken)
    assert contents(copy) == contents(original)


def test_a_table_that_was_written_again_is_sent_as_a_whole(folders):
    original, copy = folders
    changes = Changes(original)
    append(original / "history.csv", b"epoch\n1\n2\n")
    copies.apply(copy, changes.take())
    write_atomically(original / "history.csv", b"epoch\n1\n")
    append(original / "history.csv", b"7\n8\n9\n")
    copies.apply(copy, changes.take())
    assert contents(copy) == contents(original)


def test_locks_requests_to_stop_and_names_are_neither_copied_nor_removed(folders):
    original, copy = folders
    changes = Changes(original)
    for name in (".training.lock", "stop", "name.txt", ".7-x.part", "live.safetensors"):
        (original / name).touch()
    (copy / "name.txt").write_text("Ann")
    copies.apply(copy, changes.take())
    assert set(contents(copy)) == {"live.safetensors", "name.txt"}
    (original / "live.safetensors").unlink()
    copies.apply(copy, changes.take())
    assert contents(copy) == {"name.txt": b"Ann"}


def test_status_and_checkpoint_are_read_first_and_written_last(folders, monkeypatch):
    original, copy = folders
    (original / "checkpoint").mkdir()
    for name in ("status.json", "checkpoint/state.safetensors", "history.csv", "test.json"):
        (original / name).write_text(name)
    taken = Changes(original).take()
    assert list(taken)[:2] == ["status.json", "checkpoint/state.safetensors"]
    written = []
    monkeypatch.setattr(copies, "write_atomically", lambda path, content: written.append(path.name))
    copies.apply(copy, taken)
    assert written[-2:] == ["state.safetensors", "status.json"]


@pytest.mark.parametrize("name", ["status.json", "epochs/0001.safetensors"])
def test_the_folder_of_a_deleted_run_is_not_made_again(tmp_path, name):
    with pytest.raises(FileNotFoundError):
        copies.apply(tmp_path / "deleted", {name: Change(b"x")})
    assert not (tmp_path / "deleted").exists()


@pytest.mark.parametrize("name", ["../x", "/x", "", "epochs/../../x"])
def test_paths_out_of_the_folder_are_refused(folders, name):
    with pytest.raises(ValueError, match="must be in its folder"):
        copies.apply(folders[1], {name: Change(b"x")})
    assert contents(folders[1].parent) == {}


@pytest.mark.parametrize("checkpoint_epoch, remaining", [(None, [1]), (2, [1, 2, 3]), (4, [1, 2, 3, 4])])
def test_rows_far_ahead_of_the_checkpoint_are_removed(run, checkpoint_epoch, remaining):
    # The history may be one epoch ahead of the checkpoint.
    for epoch in range(1, 5):
        run.append_history(history_row(epoch))
        run.append_progress([progress_row(10 * epoch, epoch)])
    if checkpoint_epoch:
        run.checkpoint_path.parent.mkdir()
        position = {"position": json.dumps({"epoch": checkpoint_epoch})}
        write_atomically(run.checkpoint_path, safetensors.numpy.save({}, position))
    copies.go_back_to_checkpoint(run)
    assert run.history()["epoch"].tolist() == remaining


def test_a_damaged_checkpoint_is_left_to_the_trainer(run):
    run.append_history(history_row(3))
    run.checkpoint_path.parent.mkdir()
    run.checkpoint_path.write_bytes(b"damaged")
    copies.go_back_to_checkpoint(run)
    assert len(run.history()) == 1
