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
stop                asks the trainer to stop after this batch
name.txt            the name a user gave the run; absent until then
"""

import csv
import json
import math
import os
import re
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import psutil

from bnn.recipe import Recipe

PROJECT = Path(__file__).parent.parent
SHIPPED = Path(__file__).parent / "assets" / "runs"
DEFAULT_RUN = "shipped"

STATES = ("queued", "running", "stopped", "finished", "failed", "interrupted")
ACTIVE = ("queued", "running")
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
WHOLE_COLUMNS = ("step", "epoch")
MAX_NAME_LENGTH = 60
MAX_TEXT_BYTES = 20_000_000
# A new trainer writes its first status within this time, or it never will.
STARTUP_SECONDS = 20.0
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True)
class Status:
    """How a run stands.

    Args:
        state: one of `STATES`. "interrupted" is never written: it is what a "queued" or "running" run
            whose process no longer lives reads as.
        message: in words: what the trainer is doing, or why it failed.
        epoch: the epoch at work, from 1; 0 before the first.
        num_epochs: epochs asked for.
        batch: batches done in this epoch.
        num_batches: batches in one epoch.
        images_per_second: over the last second or so; 0 before the first figure.
        eta_seconds: time until the last epoch is done; 0 if unknown.
        pid: the trainer's process id, and `started` when that process started (seconds since 1970):
            together they name one process, also after its id was given to another.
    """

    state: str
    message: str = ""
    epoch: int = 0
    num_epochs: int = 0
    batch: int = 0
    num_batches: int = 0
    images_per_second: float = 0.0
    eta_seconds: float = 0.0
    pid: int = 0
    started: float = 0.0


@dataclass(frozen=True)
class Run:
    """A run's folder, and what is in it. Nothing is kept: each reading is fresh from the disk."""

    id: str
    folder: Path
    shipped: bool = False

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
        if status.state in ACTIVE and not _is_alive(status) and not self._is_starting(status):
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
        """Write `recipe.json`."""
        write_atomically(self.folder / "recipe.json", recipe.to_json())

    def write_status(self, status: Status) -> None:
        """Replace `status.json`."""
        write_atomically(self.folder / "status.json", json.dumps(asdict(status)))

    def write_test(self, result: dict) -> None:
        """Write `test.json`; see `test`."""
        write_atomically(self.folder / "test.json", json.dumps(result))

    def append_progress(self, rows: list[dict]) -> None:
        """Add rows to `progress.csv`."""
        _append_rows(self.folder / "progress.csv", PROGRESS_COLUMNS, rows)

    def append_history(self, row: dict) -> None:
        """Add one epoch's row to `history.csv`."""
        _append_rows(self.folder / "history.csv", HISTORY_COLUMNS, [row])

    def keep_epochs(self, epoch: int) -> None:
        """Drop what stands in the tables after that epoch: it will be trained again."""
        for name, columns in (("history.csv", HISTORY_COLUMNS), ("progress.csv", PROGRESS_COLUMNS)):
            if (self.folder / name).exists():
                table = self._table(name, columns)
                text = table[table["epoch"] <= epoch].to_csv(index=False)
                write_atomically(self.folder / name, text)

    def _written_status(self):
        try:
            return _parse_status(json.loads(self._read("status.json")))
        except FileNotFoundError:
            return Status("queued", "Starting")
        except (OSError, ValueError, TypeError, RecursionError) as error:
            return Status("failed", f"status.json cannot be read: {error}")

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
        path = self.folder / name
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise ValueError(f"{name} is larger than {MAX_TEXT_BYTES:,} bytes")
        return path.read_text("utf-8")

    def _table(self, name, columns):
        try:
            lines = self._read(name).splitlines()
        except (OSError, ValueError):
            lines = []
        if lines[:1] != [",".join(columns)]:
            lines = []
        # A row that is no row of numbers (cut short, edited by hand) is left out.
        rows = [row for line in lines[1:] if (row := _parse_row(line, columns))]
        table = pd.DataFrame(rows, columns=columns, dtype=float)
        return table.astype({column: int for column in columns if column in WHOLE_COLUMNS})


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
            if (folder / "recipe.json").is_file():
                return Run(run_id, folder, shipped)
    raise ValueError(f"there is no run {run_id!r}; `python -m bnn runs` lists them")


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
        run.write_recipe(recipe)
        return run
    raise OSError(f"cannot find a free name for a run like {stem}")


def claim(run: Run, pid: int) -> None:
    """Write "queued" for a trainer that was just started, unless it has written its own status already."""
    status = run._written_status()
    if status.pid != pid:
        run.write_status(replace(status, state="queued", message="", **process_identity(pid)))


def process_identity(pid: int) -> dict:
    """`pid` and `started` of a living process, as in `Status`; `started` is 0 if it has ended already."""
    try:
        return {"pid": pid, "started": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return {"pid": pid, "started": 0.0}


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


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _replace(source, target):
    # Windows refuses while a reader holds the target open; readers are quick.
    for _ in range(50):
        try:
            return os.replace(source, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.02)
    os.replace(source, target)


def _runs_in(folder, shipped):
    if not folder.is_dir():
        return []
    ids = sorted((p.name for p in folder.iterdir() if _ID.fullmatch(p.name)), reverse=True)
    runs = [Run(run_id, folder / run_id, shipped) for run_id in ids]
    return [run for run in runs if (run.folder / "recipe.json").is_file()]


def _is_name(text):
    return len(text) <= MAX_NAME_LENGTH and text.isprintable()


def _refuse_shipped(run, verb):
    if run.shipped:
        raise ValueError(f"run {run.id} came with the project and cannot be {verb}")


def _is_alive(status):
    try:
        process = psutil.Process(status.pid)
        same = abs(process.create_time() - status.started) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        # No such process; or one of another user or of the system, which may not be looked at.
        return False


def _parse_status(values):
    if not isinstance(values, dict):
        raise ValueError("it is no JSON object")
    kinds = {f.name: f.type for f in fields(Status)}
    values = {key: value for key, value in values.items() if key in kinds}
    for key, value in values.items():
        allowed = (int, float) if kinds[key] is float else (kinds[key],)
        if type(value) not in allowed or (kinds[key] is float and not math.isfinite(value)):
            raise ValueError(f"its {key} is {value!r}")
    if values.get("state") not in STATES:
        raise ValueError(f"its state is {values.get('state')!r}")
    return Status(**values)


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
    except (KeyError, TypeError):
        return False


def _parse_row(line, columns):
    """The numbers in a line of a table, or None if one of them is missing or out of the question."""
    try:
        cells = zip(columns, line.split(","), strict=True)
        numbers = [int(text) if column in WHOLE_COLUMNS else float(text) for column, text in cells]
    except ValueError:
        return None
    return numbers if all(0 <= number < 2**53 for number in numbers) else None


def _append_rows(path, columns, rows):
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        if file.tell() == 0:
            writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
