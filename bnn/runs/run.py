"""The folder of one training run. Only `bnn.runs` knows the names and formats of its files.

The process that trains the run is called its trainer.

recipe.json         the recipe
data.json           name, classes and source of the data set, if that is not MNIST
data.jsonl.gz, data.npz   that data set, as pen strokes or as images; see `bnn.runs.run_data`
examples.jsonl      the drawings that are learnt in addition to MNIST, if the recipe has own_drawings
start.safetensors   the packed network from which the training started, if the recipe names a run
start_sources.txt   who made the data from which that network learnt; `bnn.runs.sources` writes and reads it
status.json         the status of the run; replaced atomically
progress.csv        loss and accuracy, about two rows per second of training, and fewer in a long training
history.csv         loss, accuracy and other figures, one row per epoch
epochs/0001.safetensors ...   the packed network after each epoch
batches/, batches.csv   networks of the first epoch; `bnn.runs.first_batches` writes and reads them
live.safetensors    the live network during training: the model as it is now, packed; replaced atomically
model.safetensors   the packed network of the best epoch; see `bnn.runs.validation`
checkpoint/         the state from which the training can be resumed
test.json           the result on the test set
sweep.json          the sweep to which the run belongs; `bnn.runs.sweeps` writes and reads it
log.txt             the trainer's output
stop                if this file exists, the trainer stops after the current batches
twin.json           the output of `python -m bnn twin RECIPE --json`, in example runs
date.txt            the date of the network, in example runs
name.txt            the name that a user gave the run; missing or empty if the run has no name
.training.lock      locked by the trainer while it runs
.PID-….part         a file that process PID is writing; if PID was killed, the next trainer removes the file
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from bnn.recipes.recipe import Recipe
from bnn.runs.launchers import launcher
from bnn.runs.names import is_name
from bnn.runs.results import is_test_result
from bnn.runs.status import ACTIVE, Status, parse_status
from bnn.system.errors import error_text
from bnn.system.files import read_text, was_written_within, write_atomically
from bnn.system.processes import is_this_machine, process_identity, process_lives
from bnn.system.tables import append_rows, keep_rows, read_table

PROGRESS_COLUMNS = ("step", "epoch", "loss", "accuracy")
HISTORY_COLUMNS = (
    "epoch",
    "loss",
    "accuracy",
    "validation_loss",
    "validation_accuracy",
    "flip_ratio",
    "seconds",
)
# A run older than this counts as interrupted if it has neither a trainer nor a place in a cluster's queue.
STARTUP_SECONDS = 2.5


@dataclass(frozen=True)
class Run:
    """A run, with access to the files in its folder. Files are read again at each call.

    Args:
        id: the name of the folder.
        folder: the path of the folder.
        shipped: whether the run comes with the app. Such a run cannot be changed.
    """

    id: str
    folder: Path
    shipped: bool = False

    @property
    def twin_path(self) -> Path:
        """The file with the result of the float32 twin; most runs have none."""
        return self.folder / "twin.json"

    @property
    def model_path(self) -> Path:
        """The file of the packed network of the best epoch; may not exist yet."""
        return self.folder / "model.safetensors"

    @property
    def live_path(self) -> Path:
        """The file of the live network; it exists only while the run is trained."""
        return self.folder / "live.safetensors"

    @property
    def start_path(self) -> Path:
        """The file of the packed network with which training started; missing if its weights were random."""
        return self.folder / "start.safetensors"

    @property
    def examples_path(self) -> Path:
        """The file of the drawings that a recipe with `own_drawings` learns from; most runs have none."""
        return self.folder / "examples.jsonl"

    @property
    def checkpoint_path(self) -> Path:
        """The file with the state from which the training can be resumed; may not exist yet."""
        return self.folder / "checkpoint" / "state.safetensors"

    @property
    def log_path(self) -> Path:
        """The file with the trainer's output."""
        return self.folder / "log.txt"

    @property
    def stop_path(self) -> Path:
        """A file whose presence asks the trainer to stop."""
        return self.folder / "stop"

    @property
    def lock_path(self) -> Path:
        """The file that the trainer locks while it runs."""
        return self.folder / ".training.lock"

    def epoch_path(self, epoch: int) -> Path:
        """Returns the file of the packed network after an epoch; epochs count from 1."""
        return self.folder / "epochs" / f"{epoch:04d}.safetensors"

    def epochs(self) -> list[int]:
        """Returns the numbers of the epochs whose packed network is on disk, in order."""
        # `epoch_path` writes exactly four digits.
        paths = (self.folder / "epochs").glob("[0-9][0-9][0-9][0-9].safetensors")
        return sorted(int(path.stem) for path in paths)

    def name(self) -> str:
        """Returns the name that a user gave the run, or the run's id."""
        try:
            name = self.read_text("name.txt").strip()
        except (OSError, ValueError):
            return self.id
        return name if name and is_name(name) else self.id

    def date(self) -> str:
        """Returns the date of the network of an example run, such as 2026-11-25."""
        return self.read_text("date.txt").strip()

    def recipe(self) -> Recipe:
        """Returns the run's recipe.

        Raises:
            ValueError: if `recipe.json` is missing or is not a recipe.
        """
        try:
            return Recipe.from_json(self.read_text("recipe.json"))
        except OSError as error:
            raise ValueError(f"run {self.id} has no readable recipe.json: {error.strerror}") from error
        except (ValueError, TypeError) as error:
            raise ValueError(f"run {self.id}: {error}") from error

    def status(self) -> Status:
        """Returns the current status. A run whose trainer has ended unexpectedly is "interrupted"."""
        status = self.written_status()
        if self._has_lost_its_trainer(status):
            # Read the status again: the trainer may have written its last status just before it ended.
            status = self.written_status()
        if self._has_lost_its_trainer(status):
            return replace(status, state="interrupted", message="")
        return status

    def written_status(self) -> Status:
        """Returns the status in `status.json`, whether or not the trainer is alive."""
        try:
            return parse_status(json.loads(self.read_text("status.json")))
        except FileNotFoundError:
            return Status("queued", "Starting")
        except (OSError, ValueError, TypeError, RecursionError) as error:
            return Status("failed", f"status.json cannot be read: {error_text(error)}")

    def progress(self) -> pd.DataFrame:
        """Returns the table in `progress.csv`, with the columns `PROGRESS_COLUMNS`; it may have no rows."""
        return read_table(self.folder / "progress.csv", PROGRESS_COLUMNS)

    def history(self) -> pd.DataFrame:
        """Returns the table in `history.csv`, with the columns `HISTORY_COLUMNS` and each epoch once."""
        history = read_table(self.folder / "history.csv", HISTORY_COLUMNS)
        return history.drop_duplicates("epoch", keep="last").sort_values("epoch", ignore_index=True)

    def test(self) -> dict[str, Any] | None:
        """Returns the result on the test set.

        Returns:
            A dictionary with `num_images`, `num_correct`, `accuracy`, `epoch` and `confusion_matrix` (one row
            per class). None if the network was not tested yet, or the file is damaged.
        """
        try:
            result = json.loads(self.read_text("test.json"))
        except (OSError, ValueError, RecursionError):
            return None
        return result if is_test_result(result) else None

    def write_recipe(self, recipe: Recipe) -> None:
        """Writes `recipe.json`. If the run's folder does not exist, it is created."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self.folder / "recipe.json", recipe.to_json())

    def write_status(self, status: Status) -> None:
        """Replaces `status.json`."""
        write_atomically(self.folder / "status.json", json.dumps(asdict(status)))

    def write_queued(self, pid: int) -> None:
        """Writes the status "queued" for the new trainer `pid`, unless the trainer has written its own."""
        status = self.written_status()
        if status.pid != pid:
            self.write_status(replace(status, state="queued", message="Starting", **process_identity(pid)))

    def write_interrupted(self, pid: int, cause: str) -> None:
        """Writes why trainer `pid` has ended, unless the run is over or has another trainer."""
        status = self.written_status()
        if status.state in ACTIVE and (status.pid == pid or _has_ended(status)):
            self.write_status(replace(status, state="interrupted", message=cause))

    def write_test(self, result: dict[str, Any]) -> None:
        """Writes `test.json`; see `test`."""
        write_atomically(self.folder / "test.json", json.dumps(result))

    def append_progress(self, rows: list[dict[str, Any]]) -> int:
        """Adds rows to `progress.csv`, and returns its size in bytes."""
        return append_rows(self.folder / "progress.csv", PROGRESS_COLUMNS, rows)

    def append_history(self, row: dict[str, Any]) -> None:
        """Adds one epoch's row to `history.csv`."""
        append_rows(self.folder / "history.csv", HISTORY_COLUMNS, [row])

    def keep_until(self, epoch: int, step: int) -> None:
        """Removes the history after this epoch and the progress after this step. Training repeats them."""
        history, progress = self.folder / "history.csv", self.folder / "progress.csv"
        keep_rows(history, HISTORY_COLUMNS, lambda table: table["epoch"].to_numpy() <= epoch)
        keep_rows(progress, PROGRESS_COLUMNS, lambda table: table["step"].to_numpy() <= step)

    def _has_lost_its_trainer(self, status: Status) -> bool:
        if status.state not in ACTIVE or launcher().is_alive(self, status):
            return False
        # A new run has no trainer yet, so it cannot have lost one.
        return bool(status.pid) or not was_written_within(self.folder / "recipe.json", STARTUP_SECONDS)

    def read_text(self, name: str) -> str:
        """Returns the text in a file of the run's folder."""
        return read_text(self.folder / name)


def _has_ended(status: Status) -> bool:
    # In a virtual environment on Windows, the process that a launcher has started is not the trainer itself.
    # It only starts the trainer, whose id is in the status.
    is_here = is_this_machine(status.machine)
    return is_here and status.pid > 0 and not process_lives(status.pid, status.started)
