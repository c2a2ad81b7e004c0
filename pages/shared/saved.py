"""Says where a visitor's drawings are saved."""

from bnn.runs import store

# Stands for a file that the visitor has downloaded or opened. It cannot be the id of a run.
FILE = "a file"


def places() -> set[str]:
    """Returns the places in which drawings are still saved: `FILE`, and the ids of the runs that exist.

    Runs can be deleted on the Train page.
    """
    return {FILE, *(run.id for run in store.all_runs())}
