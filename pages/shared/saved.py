"""Finds out whether the places where a visitor's drawings were saved still exist."""

from collections.abc import Iterable

from bnn.runs import store

# Stands for a file that the visitor has downloaded or opened. It cannot be the id of a run.
FILE = "a file"


def existing(places: Iterable[str]) -> set[str]:
    """Returns those of these places that still exist: `FILE`, and ids of runs that were not deleted."""
    return {place for place in places if place == FILE or _exists(place)}


def _exists(run_id: str) -> bool:
    # This is called after each stroke. `store.all_runs` would take too long, because it reads all folders.
    try:
        store.find(run_id)
    except ValueError:
        return False
    return True
