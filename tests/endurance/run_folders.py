"""Makes a temporary folder of runs, and checks that the files of a run are complete."""

import csv
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import safetensors

from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.recipes.recipe import Recipe
from bnn.runs import store, sweeps
from bnn.runs.run import HISTORY_COLUMNS, PROGRESS_COLUMNS, Run
from bnn.runs.status import parse_status
from bnn.system.files import PARTIAL_SUFFIX
from bnn.system.tables import WHOLE_NUMBER_COLUMNS
from tests.support import waiting
from tests.support.trainers import end_trainers

# A small dense network. An epoch takes about a second, long enough to kill the trainer during it.
SETTINGS = dict(stages=(), dense=(64,), batch_size=256, drawn_digits=0, seed=7)
# Files whose content is not checked, because it may be any text.
OTHERS = ("log.txt", "stop", "name.txt", "date.txt", "start_sources.txt")
# The columns of each table.
TABLES = {
    "history.csv": HISTORY_COLUMNS,
    "progress.csv": PROGRESS_COLUMNS,
    "batches.csv": ("batch", "accuracy"),
}
# The longest time to load TensorFlow and compile the first step on a busy machine.
LOADING_SECONDS = 300.0


def short_recipe(epochs: int) -> Recipe:
    """Returns a recipe whose epochs take about a second."""
    return preset("quick").with_settings({**SETTINGS, "epochs": epochs})


@contextmanager
def folder_of_runs(folder: Path | None = None) -> Iterator[Path]:
    """Uses `folder`, or a new temporary folder, in place of the user's folder of runs.

    At the end, kills the trainers at work there.
    """
    before = os.environ.get("BNN_RUNS_DIR")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        os.environ["BNN_RUNS_DIR"] = str(folder or temporary)
        try:
            yield store.root()
        finally:
            end_trainers(store.all_runs())
            os.environ.pop("BNN_RUNS_DIR")
            if before is not None:
                os.environ["BNN_RUNS_DIR"] = before


def wait_for(run: Run, *states: str) -> str:
    """Waits until the run is in one of these states, and returns that state."""

    def state_if_reached():
        state = run.status().state
        return state if state in states else None

    return waiting.until(state_if_reached, f"{run.id} to be {' or '.join(states)}", LOADING_SECONDS)


def parts(run: Run) -> list[Path]:
    """Returns the files that a trainer is writing, or that a killed trainer has left half-written."""
    # Files that this process writes do not count: it may write the status of a run whose trainer has ended.
    own_prefix = f".{os.getpid()}-"
    return [path for path in run.folder.rglob(f".*{PARTIAL_SUFFIX}") if not path.name.startswith(own_prefix)]


def checkpoint_epoch(run: Run) -> int:
    """Returns the number of finished epochs in the checkpoint; 0 without a checkpoint."""
    if not run.checkpoint_path.exists():
        return 0
    with safetensors.safe_open(run.checkpoint_path, "np") as opened:
        return json.loads(opened.metadata()["position"])["epoch"]


def check_files(run: Run) -> int:
    """Checks that the files of a run are complete, and returns how many there are.

    Hidden files, such as locks, are left out. Of the files in `OTHERS`, only the names are checked.

    Raises:
        AssertionError: if a file is incomplete or does not belong in a run's folder.
    """
    paths = [path for path in run.folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    for path in paths:
        try:
            _check_file(run, path)
        except (ValueError, OSError, KeyError, safetensors.SafetensorError) as error:
            raise AssertionError(f"{path.name} of {run.id} is half-written or damaged: {error}") from error
    return len(paths)


def _check_file(run, path):
    if path == run.checkpoint_path:
        _check_checkpoint(path)
    elif path.suffix == ".safetensors":
        file.load(path)
    elif path.suffix == ".json":
        values = json.loads(path.read_text("utf-8"))
        assert path.name != "status.json" or parse_status(values)
        assert path.name != "recipe.json" or run.recipe()
        assert path.name != "test.json" or run.test(), "test.json does not add up"
        assert path.name != "sweep.json" or sweeps.sweep_of(run), "sweep.json is damaged"
    elif path.name in TABLES:
        _check_table(path, TABLES[path.name])
    else:
        assert path.name in OTHERS, f"{path.name} does not belong in {run.id}"


def _check_checkpoint(path):
    with safetensors.safe_open(path, "np") as opened:
        json.loads(opened.metadata()["position"])
        for name in opened.keys():  # noqa: SIM118 - `opened` is not a dict
            opened.get_tensor(name)


def _check_table(path, columns):
    text = path.read_text("utf-8")
    if not text.endswith("\n"):
        raise ValueError("its last line does not end with a line break")
    header, *rows = csv.reader(text.splitlines())
    if tuple(header) != columns:
        raise ValueError(f"its header is {header}")
    for row in rows:
        numbers = [
            int(cell) if name in WHOLE_NUMBER_COLUMNS else float(cell)
            for name, cell in zip(columns, row, strict=True)
        ]
        assert len(numbers) == len(columns)
