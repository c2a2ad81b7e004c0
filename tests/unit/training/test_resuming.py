"""Resuming a run whose files are damaged or do not fit together."""

import pytest

from bnn.engine import file
from bnn.runs.run import HISTORY_COLUMNS
from bnn.system.files import write_atomically
from bnn.training import resuming
from tests.support.small_trainings import new_run, train


def test_damaged_checkpoint_is_named(runs_root):
    run = new_run()
    run.checkpoint_path.parent.mkdir()
    run.checkpoint_path.write_bytes(b"not a checkpoint")
    with pytest.raises(ValueError, match=f"checkpoint of run {run.id}"):
        train(run)


def _history_row(epoch, accuracy=0.5):
    return dict.fromkeys(HISTORY_COLUMNS, 0.5) | {"epoch": epoch, "validation_accuracy": accuracy}


@pytest.mark.parametrize(
    "epoch, epochs, words",
    [
        (0, [1, 2], "its checkpoint is missing, but its history.csv ends at epoch 2"),
        (2, [1], "no row for epoch 2"),
        (2, [2], "no row for epoch 1"),
        (2, [1, 2, 3, 4], "but its history.csv ends at epoch 4"),
    ],
)
def test_history_that_no_crash_can_leave_is_named_and_kept(runs_root, epoch, epochs, words):
    run = new_run()
    for number in epochs:
        run.append_history(_history_row(number))
    with pytest.raises(ValueError, match=words):
        resuming.go_back(run, epoch, 0)
    assert run.history()["epoch"].tolist() == epochs


def test_network_of_a_dropped_epoch_is_dropped_too(runs_root, random_network):
    """The trainer was killed between writing the best network and the checkpoint.

    The epoch is trained again, and may end with a worse network than before.
    """
    run = new_run()
    run.epoch_path(1).parent.mkdir()
    for epoch, accuracy in ((1, 0.7), (2, 0.6), (3, 0.9)):
        run.append_history(_history_row(epoch, accuracy))
        write_atomically(run.epoch_path(epoch), file.to_bytes(random_network(seed=epoch)))
    write_atomically(run.model_path, run.epoch_path(3).read_bytes())
    write_atomically(run.live_path, run.epoch_path(3).read_bytes())
    resuming.go_back(run, 2, 0)
    assert run.history()["epoch"].tolist() == [1, 2]
    assert run.model_path.read_bytes() == run.epoch_path(1).read_bytes()
    assert not run.live_path.exists()
