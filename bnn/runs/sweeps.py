"""Sweeps: trainings of recipes that differ in a few settings, to find the best one.

Each training of a sweep is an ordinary run. Its folder also has `sweep.json`, which says to which sweep the
run belongs. Its trainer does not read the test set, because a sweep reads it for the winner alone.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from statistics import fmean

import pandas as pd
from filelock import FileLock

from bnn.recipes.grid import MAX_RECIPES, without_seed
from bnn.recipes.recipe import Recipe
from bnn.runs import store, validation
from bnn.runs.run import Run
from bnn.system.files import remove_if_possible, was_written_within, write_atomically
from bnn.system.locks import is_locked

_NAME = "sweep.json"
_MAX_TEXT_LENGTH = 100
_MAX_UNLOCKED_SECONDS = 3600.0
# The measures by which the best run can be found: {column of the history: whether higher is better}.
MEASURES = {"validation_accuracy": True, "validation_loss": False}


@dataclass(frozen=True)
class Sweep:
    """What a run knows of its sweep.

    Args:
        id: the sweep's id, such as "20261126-140501-quick".
        over: the settings in which the recipes of the sweep differ.
        best_of: the measure by which the best run is found; a key of `MEASURES`.
        num_runs: number of runs of the whole sweep.
        number: number of this run in the sweep, from 1.
    """

    id: str
    over: tuple[str, ...]
    best_of: str
    num_runs: int
    number: int


@dataclass(frozen=True)
class Place:
    """A place in the `ranking` of a sweep: runs that differ only in their seed, and how good they are.

    Args:
        runs: these runs, the best one first.
        values: the sweep's measure of each run's network; None before the run's first epoch is done.
        seconds: how long each run was trained.
        winner: the best finished one of these runs; None if none is finished.
    """

    runs: tuple[Run, ...]
    values: tuple[float | None, ...]
    seconds: tuple[float, ...]
    winner: Run | None

    @property
    def value(self) -> float | None:
        """The mean of the values; None if no epoch of any run is done."""
        known = [value for value in self.values if value is not None]
        return fmean(known) if known else None


def keep(run: Run, sweep: Sweep) -> None:
    """Writes `sweep.json`, which says to which sweep a run belongs."""
    write_atomically(run.folder / _NAME, json.dumps(asdict(sweep)))


def sweep_of(run: Run) -> Sweep | None:
    """Returns the sweep of a run; None if it belongs to none, or its `sweep.json` is damaged."""
    try:
        return _parsed(json.loads(run.read_text(_NAME)))
    except (OSError, ValueError, RecursionError):
        return None


def all_sweeps(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Returns {id of a sweep: its runs, in the order of their numbers}, the newest sweep first."""
    numbered: dict[str, list[tuple[int, Run]]] = {}
    for run in runs:
        if sweep := sweep_of(run):
            numbered.setdefault(sweep.id, []).append((sweep.number, run))
    newest_first = sorted(numbered, reverse=True)
    return {
        sweep_id: [run for _, run in sorted(numbered[sweep_id], key=itemgetter(0))]
        for sweep_id in newest_first
    }


def value(run: Run, best_of: str) -> float | None:
    """Returns this measure of a run's network, which is that of its best epoch so far.

    The recipe says which epoch is the best one, see `Recipe.best_by`. Another epoch may have a better value.

    Returns:
        The measure; None before epoch 1 is done.
    """
    return _value(run, run.history(), best_of)


def ranking(runs: Sequence[Run], best_of: str) -> list[Place]:
    """Returns the runs of a sweep, the best ones first. Runs that differ only in their seed share a place.

    Places with a finished run come before the others, because only a finished run can win.
    """
    groups: dict[Recipe | str, list[Run]] = {}
    for run in runs:
        groups.setdefault(_group_key(run), []).append(run)
    places = [_place(group, best_of) for group in groups.values()]
    return sorted(places, key=lambda place: (place.winner is None, _order(place.value, best_of)))


def winner(places: Sequence[Place]) -> Run | None:
    """Returns the best finished run of the best recipe in a `ranking`; None if no run is finished.

    The best recipe is the one with the best mean over its seeds.
    """
    return places[0].winner if places else None


@contextmanager
def new_id(name: str) -> Iterator[str]:
    """Yields a free id for a sweep. Until the block is left, no other sweep gets this id.

    Args:
        name: the name of the recipe.
    """
    store.root().mkdir(parents=True, exist_ok=True)
    _remove_old_marks()
    stem = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{name}"[:70]
    for attempt in range(1, 1000):
        sweep_id = stem if attempt == 1 else f"{stem}-{attempt}"
        try:
            mark(store.root(), sweep_id).touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            with FileLock(mark(store.root(), sweep_id)):
                yield sweep_id
        finally:
            # On Windows, a page may have the mark open, to see whether it is locked.
            remove_if_possible(mark(store.root(), sweep_id))
        return
    raise OSError(f"there is no free name for a sweep like {stem}")


def is_going_on(sweep_id: str) -> bool:
    """Returns whether a sweep may still begin trainings."""
    return is_locked(mark(store.root(), sweep_id))


def mark(root: Path, sweep_id: str) -> Path:
    """Returns a sweep's mark, a file in the folder of all runs. During the sweep, it exists and is locked."""
    return root / f".sweep-{sweep_id}"


def _remove_old_marks() -> None:
    """Removes the marks of sweeps that were killed. Keeps new marks, which may not be locked yet."""
    for path in store.root().glob(".sweep-*"):
        if not was_written_within(path, _MAX_UNLOCKED_SECONDS) and not is_locked(path):
            remove_if_possible(path)


def _group_key(run: Run) -> Recipe | str:
    try:
        return without_seed(run.recipe())
    except ValueError:
        # A run with a damaged recipe shares its place with no other run.
        return run.id


def _place(runs: list[Run], best_of: str) -> Place:
    # Reading the history of many runs takes time, so each is read once.
    histories = [run.history() for run in runs]
    values = [_value(run, history, best_of) for run, history in zip(runs, histories, strict=True)]
    seconds = [float(history["seconds"].to_numpy().sum()) for history in histories]
    rows = sorted(zip(runs, values, seconds, strict=True), key=lambda row: _order(row[1], best_of))
    best = next((run for run, *_ in rows if run.status().state == "finished"), None)
    ordered_runs, ordered_values, ordered_seconds = zip(*rows, strict=True)
    return Place(ordered_runs, ordered_values, ordered_seconds, best)


def _value(run: Run, history: pd.DataFrame, best_of: str) -> float | None:
    best = validation.best(run, history)
    return {"validation_accuracy": best.accuracy, "validation_loss": best.loss}[best_of] if best else None


def _order(value: float | None, best_of: str) -> float:
    """Returns a sort key for a value: the best value comes first, and None last."""
    if value is None:
        return float("inf")
    return -value if MEASURES[best_of] else value


def _parsed(values: object) -> Sweep | None:
    if not isinstance(values, dict) or set(values) != {field.name for field in fields(Sweep)}:
        return None
    over, counts = values["over"], (values["number"], values["num_runs"])
    texts = [values["id"], *over] if isinstance(over, list) else [None]
    if not all(isinstance(text, str) and _is_short(text) for text in texts):
        return None
    # The id becomes part of a file's name, see `mark`.
    if not store.is_id(values["id"]):
        return None
    if not all(type(count) is int and 1 <= count <= MAX_RECIPES for count in counts):
        return None
    # `best_of` may be a list. For a list, `in MEASURES` would raise TypeError.
    if not set(over) <= {field.name for field in fields(Recipe)} or values["best_of"] not in list(MEASURES):
        return None
    return Sweep(**{**values, "over": tuple(over)})


def _is_short(text: str) -> bool:
    return 0 < len(text) <= _MAX_TEXT_LENGTH and text.isprintable()
