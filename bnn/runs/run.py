"""One training run: its folder. Only this module knows the names and formats of the files in it.

recipe.json         what was asked for
start.safetensors   the packed network that training went on from, if the recipe names a run
status.json         the run's state; replaced atomically
progress.csv        about two rows a second while training
history.csv         one row per epoch
epochs/0001.safetensors ...   the packed network after each epoch
model.safetensors   the packed network with the best validation accuracy
checkpoint/         what resuming needs
test.json           the result on the test set
log.txt             the trainer's output
stop                its presence asks the trainer to stop after the current batches
twin.json           the output of `python -m bnn twin RECIPE --json`, in runs that came with the app
name.txt            the name that a user gave the run; absent until then
.training.lock      locked by the trainer while it lives
.PID-….part         what process PID is writing; the next trainer removes what a killed one left
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from bnn.recipes.recipe import Recipe
from bnn.runs.launchers import launcher
from bnn.runs.results import is_test_result
from bnn.runs.status import ACTIVE, Status, parse_status
from bnn.system.errors import error_text
from bnn.system.files import read_text, write_atomically
from bnn.system.processes import process_identity
from bnn.system.tables import append_rows, read_table

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
MAX_NAME_LENGTH = 60
# Within this time after a run was made, a trainer is started and named in its status, or never will be.
STARTUP_SECONDS = 2.5


@dataclass(frozen=True)
class Run:
    """A run's folder and what is in it. Everything is read from disk anew each time."""

    id: str
    folder: Path
    shipped: bool = False

    @property
    def twin_path(self) -> Path:
        """The float32 twin's result; mostly absent."""
        return self.folder / "twin.json"

    @property
    def model_path(self) -> Path:
        """The packed network with the best validation accuracy; may not exist yet."""
        return self.folder / "model.safetensors"

    @property
    def start_path(self) -> Path:
        """The packed network that training went on from; absent where it began with random weights."""
        return self.folder / "start.safetensors"

    @property
    def checkpoint_path(self) -> Path:
        """What resuming needs; may not exist yet."""
        return self.folder / "checkpoint" / "state.safetensors"

    @property
    def log_path(self) -> Path:
        """The trainer's output."""
        return self.folder / "log.txt"

    @property
    def stop_path(self) -> Path:
        """Its presence asks the trainer to stop."""
        return self.folder / "stop"

    @property
    def lock_path(self) -> Path:
        """Locked by the trainer while it lives."""
        return self.folder / ".training.lock"

    def epoch_path(self, epoch: int) -> Path:
        """The packed network after that epoch, from 1."""
        return self.folder / "epochs" / f"{epoch:04d}.safetensors"

    def epochs(self) -> list[int]:
        """Returns the epochs whose packed network is on disk, in order."""
        # Exactly four digits, as `epoch_path` writes them.
        paths = (self.folder / "epochs").glob("[0-9][0-9][0-9][0-9].safetensors")
        return sorted(int(path.stem) for path in paths)

    def name(self) -> str:
        """Returns the name that a user gave it, or its id."""
        try:
            name = self._read("name.txt").strip()
        except (OSError, ValueError):
            return self.id
        return name if name and is_name(name) else self.id

    def recipe(self) -> Recipe:
        """Returns the recipe.

        Raises:
            ValueError: if the file is missing or is not a recipe.
        """
        try:
            return Recipe.from_json(self._read("recipe.json"))
        except OSError as error:
            raise ValueError(f"run {self.id} has no readable recipe.json: {error.strerror}") from error
        except (ValueError, TypeError) as error:
            raise ValueError(f"run {self.id}: {error}") from error

    def status(self) -> Status:
        """Returns the state now: "queued" or "running" only while its trainer lives."""
        status = self._written_status()
        if self._has_lost_its_trainer(status):
            # The trainer may have ended, and written so, since the file was read.
            status = self._written_status()
        if self._has_lost_its_trainer(status):
            return replace(status, state="interrupted", message="")
        return status

    def progress(self) -> pd.DataFrame:
        """Returns the table in `progress.csv`: columns `PROGRESS_COLUMNS`, perhaps no rows."""
        return read_table(self.folder / "progress.csv", PROGRESS_COLUMNS)

    def history(self) -> pd.DataFrame:
        """Returns the table in `history.csv`: columns `HISTORY_COLUMNS`, each epoch once."""
        history = read_table(self.folder / "history.csv", HISTORY_COLUMNS)
        return history.drop_duplicates("epoch", keep="last").sort_values("epoch", ignore_index=True)

    def test(self) -> dict[str, Any] | None:
        """Returns the result on the test set.

        Returns:
            `num_images`, `num_correct`, `accuracy`, `epoch` and `confusion_matrix` (a row for each class);
            None if the test set was not measured yet, or if the file is damaged.
        """
        try:
            result = json.loads(self._read("test.json"))
        except (OSError, ValueError, RecursionError):
            return None
        return result if is_test_result(result) else None

    def write_recipe(self, recipe: Recipe) -> None:
        """Writes `recipe.json`, and makes its folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self.folder / "recipe.json", recipe.to_json())

    def write_status(self, status: Status) -> None:
        """Replaces `status.json`."""
        write_atomically(self.folder / "status.json", json.dumps(asdict(status)))

    def write_queued(self, pid: int) -> None:
        """Writes "queued" for a trainer just started, unless that has already written its own status."""
        status = self._written_status()
        if status.pid != pid:
            self.write_status(replace(status, state="queued", message="Starting", **process_identity(pid)))

    def write_interrupted(self, pid: int, cause: str) -> None:
        """Writes what ended the trainer of that process id, unless the run has another status by now."""
        status = self._written_status()
        if status.pid == pid and status.state in ACTIVE:
            self.write_status(replace(status, state="interrupted", message=cause))

    def write_test(self, result: dict[str, Any]) -> None:
        """Writes `test.json`; see `test`."""
        write_atomically(self.folder / "test.json", json.dumps(result))

    def append_progress(self, rows: list[dict[str, Any]]) -> None:
        """Adds rows to `progress.csv`."""
        append_rows(self.folder / "progress.csv", PROGRESS_COLUMNS, rows)

    def append_history(self, row: dict[str, Any]) -> None:
        """Adds one epoch's row to `history.csv`."""
        append_rows(self.folder / "history.csv", HISTORY_COLUMNS, [row])

    def keep_until(self, epoch: int, step: int) -> None:
        """Drops what the tables have after that epoch and that step: it will be trained again."""
        self._keep_rows("history.csv", self.history(), "epoch", epoch)
        self._keep_rows("progress.csv", self.progress(), "step", step)

    def _keep_rows(self, name: str, table: pd.DataFrame, column: str, last: int) -> None:
        # Also a table without readable rows: a header cut short would make all later rows unreadable.
        if (self.folder / name).exists():
            kept = table[table[column] <= last]
            write_atomically(self.folder / name, kept.to_csv(index=False))

    def _written_status(self) -> Status:
        try:
            return parse_status(json.loads(self._read("status.json")))
        except FileNotFoundError:
            return Status("queued", "Starting")
        except (OSError, ValueError, TypeError, RecursionError) as error:
            return Status("failed", f"status.json cannot be read: {error_text(error)}")

    def _has_lost_its_trainer(self, status: Status) -> bool:
        if status.state not in ACTIVE or launcher().is_alive(self, status):
            return False
        # A new run has no trainer yet.
        return bool(status.pid) or not self.was_written_within(STARTUP_SECONDS, "recipe.json")

    def was_written_within(self, seconds: float, name: str) -> bool:
        """Returns whether a file of the run was written in the last seconds, by this machine's clock."""
        try:
            age = time.time() - (self.folder / name).stat().st_mtime
        except OSError:
            return False
        # A file may come from a machine whose clock is ahead.
        return abs(age) < seconds

    def _read(self, name: str) -> str:
        return read_text(self.folder / name)


def is_name(text: str) -> bool:
    """Returns whether a run may be called that."""
    return len(text) <= MAX_NAME_LENGTH and text.isprintable()
