"""Takes a run back to its checkpoint, from which training is resumed."""

from pathlib import Path

from bnn.engine import file
from bnn.runs import first_batches, validation
from bnn.runs.run import Run
from bnn.system.files import remove_if_possible, write_atomically
from bnn.training import checkpoint
from bnn.training.backend import keras
from bnn.training.checkpoint import Position
from bnn.training.packing import binary_weights


def resume(run: Run, model: keras.Sequential, num_batches: int) -> Position:
    """Restores model and run as they were at the run's checkpoint.

    Args:
        run: the run.
        model: the compiled model. Without a checkpoint, it is not changed.
        num_batches: number of batches in one epoch.

    Returns:
        The position at which training goes on; the start if there is no checkpoint.

    Raises:
        ValueError: if the checkpoint is damaged, or does not fit the model or the run's history.
    """
    bits = binary_weights(model)
    start = Position(epoch=0, batch=0, seconds=0.0, loss=0.0, accuracy=0.0, previous_bits=bits)
    position = checkpoint.load(run, model, len(bits), num_batches) or start
    go_back(run, position.epoch, position.epoch * num_batches + position.batch)
    return position


def go_back(run: Run, epoch: int, step: int) -> None:
    """Takes the run's tables, its networks of the first batches and its best network back to its checkpoint.

    Args:
        run: the run.
        epoch: number of finished epochs in the checkpoint.
        step: number of finished steps in the checkpoint.

    Raises:
        ValueError: if the run's history does not fit the checkpoint.
    """
    _check_history(run, epoch)
    run.keep_until(epoch, step)
    first_batches.keep_until(run, step)
    # A trainer that was killed leaves its live network behind.
    remove_if_possible(run.live_path)
    best = run.epoch_path(validation.best_epoch(run)) if epoch else None
    if best and best.is_file():
        # The saved best network may be from the epoch that was just removed. Training that epoch again may
        # give a different network.
        _copy_network(best, run.model_path)


def _check_history(run: Run, epoch: int) -> None:
    # After a crash, the history is at most one epoch ahead of the checkpoint. If the two differ more, a user
    # has changed the files, and they must not be overwritten.
    epochs = set(run.history()["epoch"])
    if missing := set(range(1, epoch + 1)) - epochs:
        raise ValueError(f"run {run.id} cannot go on: its history.csv has no row for epoch {min(missing)}")
    if epochs - set(range(1, epoch + 2)):
        state = f"ends at epoch {epoch}" if run.checkpoint_path.exists() else "is missing"
        raise ValueError(
            f"run {run.id} cannot go on: its checkpoint {state}, but its history.csv ends at epoch"
            f" {max(epochs)}"
        )


def _copy_network(source: Path, target: Path) -> None:
    # A damaged file raises ValueError here, and the target stays as it is.
    file.load(source)
    write_atomically(target, source.read_bytes())
