"""The packed networks that a run keeps from its first epoch, in which a network learns most.

batches/0000.safetensors ...   the packed network before the first batch, and after some batches of epoch 1
batches.csv                    their accuracy on some of the validation images, one row per network

The number in a file's name is the number of batches done. Runs of earlier versions have none of these files.
"""

from pathlib import Path

import numpy as np

from bnn.engine import file
from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.system.tables import append_rows, keep_rows, read_table

# A network is kept as soon as one of these numbers of batches is reached. Several batches may be executed
# together, so the number of a kept network can be a little higher.
WANTED = (0, 20, 60, 150, 400)
_TABLE, _COLUMNS = "batches.csv", ("batch", "accuracy")


def path(run: Run, batch: int) -> Path:
    """Returns the file of the packed network after this many batches of epoch 1."""
    return run.folder / "batches" / f"{batch:04d}.safetensors"


def numbers(run: Run) -> list[int]:
    """Returns the numbers of batches after which a network was kept, in order."""
    paths = (run.folder / "batches").glob("[0-9][0-9][0-9][0-9].safetensors")
    return sorted(int(path.stem) for path in paths)


def accuracies(run: Run) -> dict[int, float]:
    """Returns the accuracies of the kept networks, by number of batches. The table may lack some of them."""
    table = read_table(run.folder / _TABLE, _COLUMNS)
    return dict(zip(table["batch"], table["accuracy"], strict=True))


def latest(run: Run) -> tuple[int, float] | None:
    """Returns the highest number of batches after which a network was kept, and that network's accuracy.

    None if no network was kept, or only the one before the first batch.
    """
    kept = [(int(batch), float(accuracy)) for batch, accuracy in accuracies(run).items() if batch]
    return max(kept, default=None)


def is_due(batch: int, last_kept: int) -> bool:
    """Returns whether the network after `batch` batches is to be kept.

    Args:
        batch: number of batches done.
        last_kept: number of batches after which a network was kept last; -1 if none was kept.
    """
    return max(number for number in WANTED if number <= batch) > last_kept


def keep(run: Run, batch: int, network: PackedNetwork, accuracy: float) -> None:
    """Keeps the network after this many batches of epoch 1.

    Raises:
        OSError: if the network or its accuracy cannot be written.
    """
    # The network comes last, so that a kept network has an accuracy even after a crash.
    append_rows(run.folder / _TABLE, _COLUMNS, [{"batch": batch, "accuracy": accuracy}])
    path(run, batch).parent.mkdir(exist_ok=True)
    write_atomically(path(run, batch), file.to_bytes(network))


def keep_until(run: Run, batch: int) -> None:
    """Removes the networks that were kept after batch `batch`, because training repeats the later batches.

    Rows of the table that have no network are removed, too. A crash between the two writes of `keep` leaves
    such a row.
    """
    for number in numbers(run):
        if number > batch:
            path(run, number).unlink(missing_ok=True)
    keep_rows(run.folder / _TABLE, _COLUMNS, lambda table: np.isin(table["batch"].to_numpy(), numbers(run)))
