"""The folder of all runs: lists, finds, creates, renames and deletes runs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bnn.data.dataset import DataSet
from bnn.recipes.checks import check_num_weights
from bnn.recipes.presets import for_data_file
from bnn.recipes.recipe import Recipe
from bnn.runs import run_data
from bnn.runs.labels import look, run_label, run_labels
from bnn.runs.names import DEFAULT_RUN, SYSTEM_FOLDERS, check_name, printable
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system.commands import PROJECT
from bnn.system.files import expand_user, write_atomically

SHIPPED = Path(__file__).parent / "shipped"
MAX_ID_LENGTH = 120
# Characters that Windows forbids in file names, or that have a meaning in a shell, a URL or Markdown.
_FORBIDDEN = frozenset('/\\:*?"<>|`$')


def root() -> Path:
    """Returns the folder of all runs.

    This is `$BNN_RUNS_DIR` if that is set (~ means the user's home folder), otherwise `runs/` beside
    `app.py`, or `~/one-bit-lab/runs` if the package is installed without the app.
    """
    if path := os.environ.get("BNN_RUNS_DIR"):
        return expand_user(path)
    if (PROJECT / "app.py").is_file():
        return PROJECT / "runs"
    return expand_user("~/one-bit-lab/runs")


def check_root() -> None:
    """Checks that the folder of all runs is a folder, if it exists.

    Raises:
        NotADirectoryError: if it is a file.
        ValueError: if BNN_RUNS_DIR names the home folder of an unknown user.
    """
    if os.environ.get("BNN_RUNS_DIR", "~")[:1] == "~" and str(root())[:1] == "~":
        raise ValueError(f"runs cannot be in {root()}: there is no such home folder; see BNN_RUNS_DIR")
    if root().exists() and not root().is_dir():
        raise NotADirectoryError(f"{root()} is a file, but runs need a folder: see BNN_RUNS_DIR")


def all_runs() -> list[Run]:
    """Returns all runs, the highest id (usually the newest run) first and the example runs last.

    A folder is a run if it has a recipe and its name can be an id. A link is not a run, and neither is a
    folder with the id of an example run. `passed_over` returns the folders with a recipe that are not runs.
    """
    shipped = _runs_in(SHIPPED, shipped=True)
    taken = {run.id for run in shipped}
    return [run for run in _runs_in(root(), shipped=False) if run.id not in taken] + shipped


def passed_over() -> dict[str, str]:
    """Returns the folders that have a recipe but cannot be listed as runs, and those that may not be read.

    Returns:
        {name of the folder: reason}. A reason is a clause, such as "it is a link to a folder elsewhere".
    """
    folders = sorted(_folders(root()))
    reasons = {path.name: _reason(path) if has_recipe(path) else _refusal(path) for path in folders}
    return {printable(name): reason for name, reason in reasons.items() if reason}


def has_recipe(folder: Path) -> bool:
    """Returns whether there is a recipe in a folder; False if this process may not look into the folder.

    The folder of all runs may contain a folder of that kind, for example `lost+found` at the root of a disk.
    """
    try:
        return (folder / "recipe.json").is_file()
    except OSError:
        return False


def find(run_id: str | None) -> Run:
    """Returns the run with this id, or the run of the app's network if the id is None.

    Raises:
        ValueError: if there is no such run.
    """
    run_id = run_id or DEFAULT_RUN
    if is_id(run_id):
        for folder, shipped in ((SHIPPED / run_id, True), (root() / run_id, False)):
            if _is_run(folder):
                return Run(run_id, folder, shipped)
    raise ValueError(f"there is no run {run_id!r:.100}")


def create(recipe: Recipe, data: DataSet | None = None) -> Run:
    """Creates a run: a new folder with the recipe in it, and the data file if the data set is not MNIST.

    Args:
        recipe: the recipe. For a data set other than MNIST, `presets.for_data_file` changes it.
        data: the data set that `bnn.data.files` has read from a file; None for MNIST.

    Raises:
        ValueError: if the network is too large for the number of classes.
        OSError: if the folder cannot be written.
    """
    if data:
        check_num_weights(recipe, data.num_classes)
    # The id has the local time, because people read it.
    stem = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{recipe.name}"[:70]
    root().mkdir(parents=True, exist_ok=True)
    for attempt in range(1, 1000):
        run_id = stem if attempt == 1 else f"{stem}-{attempt}"
        try:
            (root() / run_id).mkdir()
        except FileExistsError:
            continue
        return _filled(Run(run_id, root() / run_id), recipe, data)
    raise OSError(f"there is no free name for a run like {stem}")


@contextmanager
def removed_on_failure(run: Run) -> Iterator[None]:
    """Removes the folder of a new run, with everything in it, if the block raises an exception.

    Otherwise, nobody would know of this run, and nobody could delete the drawings in it.
    """
    try:
        yield
    except BaseException:
        # If a file cannot be removed, the first error is still the one to report.
        shutil.rmtree(run.folder, ignore_errors=True)
        raise


def rename(run: Run, name: str) -> None:
    """Gives a run a new name. An empty name removes the old one.

    Raises:
        ValueError: if the name is longer than `MAX_NAME_LENGTH`, has invisible characters or looks like the
            name of another run, or if the run comes with the app.
    """
    _refuse_shipped(run, "renamed")
    name = name.strip()
    check_name(name)
    others = [other for other in all_runs() if other.id != run.id]
    labels = run_labels(others)
    shown = [text for other in others for text in (other.name(), run_label(other), labels[other.id])]
    if look(name) in map(look, shown):
        raise ValueError(f"another run is called “{name}” already")
    write_atomically(run.folder / "name.txt", name)


def delete(run: Run) -> None:
    """Deletes a run's folder.

    Raises:
        ValueError: if the run comes with the app, or is being trained.
    """
    _refuse_shipped(run, "deleted")
    if run.status().state in ACTIVE:
        raise ValueError(f"run {run.id} is being trained: stop it before deleting it")
    shutil.rmtree(run.folder)


def is_id(name: str) -> bool:
    """Returns whether a folder with this name can be a run.

    All characters must be visible, and none may be one of `_FORBIDDEN`. The name must begin with a letter or
    digit, and must not end with a space or a dot. So "… - Copy", "… (2)" and "Größe 7" are accepted, as
    copied and renamed folders are called.
    """
    return (
        0 < len(name) <= MAX_ID_LENGTH
        and name.isprintable()
        and name[0].isalnum()
        and name[-1] not in " ."
        and _FORBIDDEN.isdisjoint(name)
    )


def _filled(run: Run, recipe: Recipe, data: DataSet | None) -> Run:
    with removed_on_failure(run):
        # The recipe is written last. A folder without a recipe is not a run, so a run always has its data.
        if data:
            run_data.keep(run, data)
            recipe = for_data_file(recipe, data.num_drawings)
        run.write_recipe(recipe)
    return run


def _runs_in(parent: Path, *, shipped: bool) -> list[Run]:
    if not parent.is_dir():
        return []
    # Resolving a path takes long, and pages list the runs every second. So the parent is resolved only once.
    real_parent = parent.resolve()
    folders = [folder for folder in _folders(parent) if _is_run(folder, real_parent)]
    folders.sort(key=lambda folder: folder.name, reverse=True)
    return [Run(folder.name, folder, shipped) for folder in folders]


def _folders(parent: Path) -> Iterator[Path]:
    return parent.iterdir() if parent.is_dir() else iter(())


def _is_run(folder: Path, real_parent: Path | None = None) -> bool:
    """Returns whether a folder is a run. `real_parent` is the resolved path of its parent, if it is known."""
    if not (is_id(folder.name) and has_recipe(folder)):
        return False
    # A link is not a run, because files of the run would be written to the folder that it points to. On
    # Windows, a junction is also a link, but not a symbolic one.
    if os.name != "nt" and not folder.is_symlink():
        return True
    return folder.resolve().parent == (real_parent or folder.parent.resolve())


def _reason(folder: Path) -> str:
    """Returns why a folder with a recipe cannot be listed as a run; "" if it can."""
    if _is_run(SHIPPED / folder.name):
        return "an example has the same name"
    if _is_run(folder):
        return ""
    if is_id(folder.name):
        return "it is a link to a folder elsewhere"
    if len(folder.name) > MAX_ID_LENGTH:
        return f"its name is longer than {MAX_ID_LENGTH} characters"
    forbidden = " ".join(sorted(_FORBIDDEN))
    return (
        "its name must begin with a letter or digit, must not end with a blank or a dot, and must not have"
        f" invisible characters or {forbidden}"
    )


def _refusal(folder: Path) -> str:
    """Returns why a folder may not be read; "" if it may, or if it is not meant to be read."""
    try:
        (folder / "recipe.json").is_file()
    except OSError as error:
        return "" if folder.name in SYSTEM_FOLDERS else f"it cannot be read ({error.strerror})"
    return ""


def _refuse_shipped(run: Run, action: str) -> None:
    if run.shipped:
        raise ValueError(f"run {run.id} comes with the app and cannot be {action}")
