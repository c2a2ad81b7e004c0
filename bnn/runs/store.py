"""The folder of all runs: listing, finding, creating, renaming and deleting them."""

import os
import re
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bnn.recipes.recipe import Recipe
from bnn.runs.run import MAX_NAME_LENGTH, Run, _is_name
from bnn.runs.status import ACTIVE
from bnn.system.files import write_atomically
from bnn.system.processes import process_identity

PROJECT = Path(__file__).parents[2]
SHIPPED = Path(__file__).parent / "shipped"
DEFAULT_RUN = "shipped"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


def root() -> Path:
    """Return the folder of all runs.

    It is `$BNN_RUNS_DIR`, or `runs/` beside `app.py`, or, if the library is installed without the app, `runs/` in
    the current folder.
    """
    if os.environ.get("BNN_RUNS_DIR"):
        return Path(os.environ["BNN_RUNS_DIR"])
    return (PROJECT if (PROJECT / "app.py").is_file() else Path.cwd()) / "runs"


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


def _refuse_shipped(run, verb):
    if run.shipped:
        raise ValueError(f"run {run.id} came with the project and cannot be {verb}")
