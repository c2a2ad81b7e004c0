"""One training run = one folder. This module is the only one that knows the files' names and forms.

recipe.json         what was asked for
status.json         how it stands; replaced atomically
progress.csv        about two rows a second while training
history.csv         one row per epoch
epochs/0001.safetensors ...   the packed network after each epoch
model.safetensors   the packed network with the best validation accuracy
checkpoint/         what resume needs
test.json           the test result
log.txt             the trainer's output
stop                asks the trainer to stop after the batches at hand
twin.json           what `python -m bnn twin RECIPE --json` printed, in runs that came with the app
name.txt            the name a user gave the run; absent until then
.PID-….part         what process PID is writing; the next trainer removes what a killed one left
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from bnn.recipes.recipe import Recipe
from bnn.runs.status import ACTIVE, Status, is_alive, parse_status
from bnn.system.files import error_words, read_text, write_atomically
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
# Whoever makes a run starts its trainer, and says so in its status, within this time, or never will.
STARTUP_SECONDS = 2.5


@dataclass(frozen=True)
class Run:
    """A run's folder, and what is in it. Each reading is of the disk as it is now."""

    id: str
    folder: Path
    shipped: bool = False

    @property
    def twin_path(self) -> Path:
        """What the float32 twin reached; mostly absent."""
        return self.folder / "twin.json"

    @property
    def model_path(self) -> Path:
        """The packed network with the best validation accuracy; may not exist yet."""
        return self.folder / "model.safetensors"

    @property
    def checkpoint_path(self) -> Path:
        """What resume needs; may not exist yet."""
        return self.folder / "checkpoint" / "state.safetensors"

    @property
    def log_path(self) -> Path:
        """The trainer's output."""
        return self.folder / "log.txt"

    @property
    def stop_path(self) -> Path:
        """Its existence asks the trainer to stop."""
        return self.folder / "stop"

    def epoch_path(self, epoch: int) -> Path:
        """The packed network after that epoch, from 1."""
        return self.folder / "epochs" / f"{epoch:04d}.safetensors"

    def epochs(self) -> list[int]:
        """The epochs whose packed network is on the disk, in order."""
        # Four digits, and no name that merely looks like a number: `epoch_path` would not find it.
        paths = (self.folder / "epochs").glob("[0-9][0-9][0-9][0-9].safetensors")
        return sorted(int(path.stem) for path in paths)

    def name(self) -> str:
        """The name a user gave it, or its id."""
        try:
            name = self._read("name.txt").strip()
        except (OSError, ValueError):
            return self.id
        return name if name and _is_name(name) else self.id

    def recipe(self) -> Recipe:
        """The recipe.

        Raises:
            ValueError: if the file is missing or no recipe.
        """
        try:
            return Recipe.from_json(self._read("recipe.json"))
        except OSError as error:
            raise ValueError(f"run {self.id} has no readable recipe.json: {error.strerror}") from error
        except (ValueError, TypeError) as error:
            raise ValueError(f"run {self.id}: {error}") from error

    def status(self) -> Status:
        """How it stands now: "running" only while its process lives."""
        status = self._written_status()
        if self._has_no_trainer(status):
            # It may have ended, and said so, since the file was read: only a second reading can tell.
            status = self._written_status()
        if self._has_no_trainer(status):
            return Status(**{**asdict(status), "state": "interrupted", "message": ""})
        return status

    def progress(self) -> pd.DataFrame:
        """The table in `progress.csv`: columns `PROGRESS_COLUMNS`, perhaps no rows."""
        return self._table("progress.csv", PROGRESS_COLUMNS)

    def history(self) -> pd.DataFrame:
        """The table in `history.csv`: columns `HISTORY_COLUMNS`, each epoch once, perhaps no rows."""
        history = self._table("history.csv", HISTORY_COLUMNS)
        return history.drop_duplicates("epoch", keep="last").sort_values("epoch", ignore_index=True)

    def test(self) -> dict | None:
        """The content of `test.json`: `num_images`, `num_correct`, `accuracy`, `confusion_matrix`,
        `epoch`; None until the test set was measured, or if the file is damaged."""
        try:
            result = json.loads(self._read("test.json"))
        except (OSError, ValueError, RecursionError):
            return None
        return result if _is_test_result(result) else None

    def write_recipe(self, recipe: Recipe) -> None:
        """Write `recipe.json`, and make the folder it is in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self.folder / "recipe.json", recipe.to_json())

    def write_status(self, status: Status) -> None:
        """Replace `status.json`."""
        write_atomically(self.folder / "status.json", json.dumps(asdict(status)))

    def write_test(self, result: dict) -> None:
        """Write `test.json`; see `test`."""
        write_atomically(self.folder / "test.json", json.dumps(result))

    def append_progress(self, rows: list[dict]) -> None:
        """Add rows to `progress.csv`."""
        append_rows(self.folder / "progress.csv", PROGRESS_COLUMNS, rows)

    def append_history(self, row: dict) -> None:
        """Add one epoch's row to `history.csv`."""
        append_rows(self.folder / "history.csv", HISTORY_COLUMNS, [row])

    def keep_until(self, epoch: int, step: int) -> None:
        """Drop what the tables have after that epoch and that step: it will be trained again."""
        self._keep_rows("history.csv", self.history(), "epoch", epoch)
        self._keep_rows("progress.csv", self.progress(), "step", step)

    def _keep_rows(self, name, table, column, last):
        # A table without a readable row, too: a header cut short would make all that follows unreadable.
        if (self.folder / name).exists():
            kept = table[table[column] <= last]
            write_atomically(self.folder / name, kept.to_csv(index=False))

    def _written_status(self):
        try:
            return parse_status(json.loads(self._read("status.json")))
        except FileNotFoundError:
            return Status("queued", "Starting")
        except (OSError, ValueError, TypeError, RecursionError) as error:
            return Status("failed", f"status.json cannot be read: {error_words(error)}")

    def _has_no_trainer(self, status):
        return status.state in ACTIVE and not is_alive(status) and not self._is_starting(status)

    def _is_starting(self, status):
        # A resumed run's old status stands until its new process writes one.
        if status.pid:
            return False
        try:
            age = time.time() - (self.folder / "recipe.json").stat().st_mtime
        except OSError:
            return False
        return age < STARTUP_SECONDS

    def _read(self, name):
        return read_text(self.folder / name)

    def _table(self, name, columns):
        return read_table(self.folder / name, columns)


def _is_name(text):
    return len(text) <= MAX_NAME_LENGTH and text.isprintable()


def _is_test_result(result):
    try:
        cells = [cell for row in result["confusion_matrix"] for cell in row]
        is_square = [len(row) for row in result["confusion_matrix"]] == [10] * 10
        counts = (*cells, result["num_images"], result["num_correct"], result["epoch"])
        if not is_square or not all(type(n) is int and 0 <= n < 2**53 for n in counts):
            return False
        num_correct, num_images = sum(cells[::11]), sum(cells)
        adds_up = (result["num_correct"], result["num_images"]) == (num_correct, num_images)
        return adds_up and num_images > 0 and abs(result["accuracy"] - num_correct / num_images) < 1e-6
    except (KeyError, TypeError, OverflowError):
        return False
