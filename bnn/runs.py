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
import os
import re
import shutil
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from bnn.files import append_rows, error_words, read_table, read_text, write_atomically
from bnn.recipe import Recipe
from bnn.status import ACTIVE, Status, is_alive, parse_status, process_identity

PROJECT = Path(__file__).parent.parent
SHIPPED = Path(__file__).parent / "assets" / "runs"
DEFAULT_RUN = "shipped"

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
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


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


def root() -> Path:
    """The folder of all runs: `$BNN_RUNS_DIR`, or `runs/` beside `app.py`."""
    return Path(os.environ.get("BNN_RUNS_DIR") or PROJECT / "runs")


def all_runs() -> list[Run]:
    """Every run, the newest first, the shipped ones last. A folder without a recipe is no run."""
    return _runs_in(root(), shipped=False) + _runs_in(SHIPPED, shipped=True)


def find(run_id: str | None) -> Run:
    """The run with that id; None finds the shipped network's.

    Raises:
        ValueError: if there is no such run.
    """
    run_id = run_id or DEFAULT_RUN
    if _ID.fullmatch(run_id):
        for folder, shipped in ((root() / run_id, False), (SHIPPED / run_id, True)):
            if _is_run(folder):
                return Run(run_id, folder, shipped)
    raise ValueError(f"there is no run {run_id!r:.100}")


def create(recipe: Recipe) -> Run:
    """A new run's folder with its recipe in it.

    Raises:
        OSError: if the folder cannot be written.
    """
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{recipe.name}"[:70]
    root().mkdir(parents=True, exist_ok=True)
    for attempt in range(1, 1000):
        run_id = stem if attempt == 1 else f"{stem}-{attempt}"
        try:
            (root() / run_id).mkdir()
        except FileExistsError:
            continue
        run = Run(run_id, root() / run_id)
        try:
            run.write_recipe(recipe)
        except OSError:
            # Not a run yet, and of no use to anybody.
            run.folder.rmdir()
            raise
        return run
    raise OSError(f"cannot find a free name for a run like {stem}")


def claim(run: Run, pid: int) -> None:
    """Write "queued" for a trainer that was just started, unless it has written its own status already."""
    status = run._written_status()
    if status.pid != pid:
        run.write_status(replace(status, state="queued", message="", **process_identity(pid)))


def rename(run: Run, name: str) -> None:
    """Give a run a name of at most `MAX_NAME_LENGTH` characters; an empty one gives its id back.

    Raises:
        ValueError: if the name is too long or has characters that cannot be shown, or if the run is
            a shipped one.
    """
    _refuse_shipped(run, "renamed")
    name = name.strip()
    if not _is_name(name):
        raise ValueError(f"a name must be at most {MAX_NAME_LENGTH} visible characters, got {name[:80]!r}")
    if name in {other.name() for other in all_runs() if other.id != run.id}:
        raise ValueError(f"another run is called {name!r} already")
    write_atomically(run.folder / "name.txt", name)


def delete(run: Run) -> None:
    """Delete a run's folder.

    Raises:
        ValueError: if it is a shipped run, or is being trained.
    """
    _refuse_shipped(run, "deleted")
    if run.status().state in ACTIVE:
        raise ValueError(f"run {run.id} is being trained: stop it before deleting it")
    shutil.rmtree(run.folder)


def _runs_in(folder, shipped):
    if not folder.is_dir():
        return []
    ids = sorted((p.name for p in folder.iterdir() if _ID.fullmatch(p.name)), reverse=True)
    return [Run(run_id, folder / run_id, shipped) for run_id in ids if _is_run(folder / run_id)]


def _is_run(folder):
    # A link could lead anywhere, and what is written to the run would go there.
    return (folder / "recipe.json").is_file() and folder.resolve().parent == folder.parent.resolve()


def _is_name(text):
    return len(text) <= MAX_NAME_LENGTH and text.isprintable()


def _refuse_shipped(run, verb):
    if run.shipped:
        raise ValueError(f"run {run.id} came with the project and cannot be {verb}")


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
