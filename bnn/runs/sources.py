"""The sources of all data from which a run's network learnt, in this run and in earlier ones.

A training can start from the network of another run. The sources of that network's data are kept in the new
run's folder, in `start_sources.txt`, because the other run may change or be deleted.
"""

from bnn.data import unipen_files
from bnn.runs import run_data, store
from bnn.runs.run import Run
from bnn.system.files import write_atomically

_START_NAME = "start_sources.txt"
_UNKNOWN = "further data that are unknown because recipe.json is damaged"


def sources(run: Run) -> list[str]:
    """Returns one line with source and licence for each data set from which the run's network learnt.

    Raises:
        ValueError: if the run's `data.json` is damaged.
        OSError: if that file cannot be read.
    """
    return list(dict.fromkeys(_sources(run, frozenset())))


def credit(run: Run) -> str:
    """Returns one line that names all data from which the run's network learnt.

    Raises:
        ValueError: if the run's `data.json` is damaged.
        OSError: if that file cannot be read.
    """
    return "; and ".join(sources(run))


def keep_start_sources(run: Run) -> None:
    """Writes `start_sources.txt`, the sources of the network from which the run starts."""
    start_sources = _start_sources(run.recipe().starts_from, frozenset({run.id}))
    write_atomically(run.folder / _START_NAME, "\n".join(dict.fromkeys(start_sources)))


def _sources(run: Run, visited: frozenset[str]) -> list[str]:
    lines, start_id = [run_data.facts(run).credit], ""
    try:
        recipe = run.recipe()
    except ValueError:
        lines.append(_UNKNOWN)
    else:
        start_id = recipe.starts_from
        if recipe.pen_digits or recipe.pen_letters:
            lines.append(unipen_files.CREDIT)
    return lines + (_kept_start_sources(run) or _start_sources(start_id, visited | {run.id}))


def _kept_start_sources(run: Run) -> list[str]:
    try:
        return run.read_text(_START_NAME).splitlines()
    except (OSError, ValueError):
        return []


def _start_sources(start_id: str, visited: frozenset[str]) -> list[str]:
    """Returns the sources of the run `start_id`; none if `start_id` is "", or was visited already."""
    if not start_id or start_id in visited:
        return []
    try:
        return _sources(store.find(start_id), visited)
    except (OSError, ValueError):
        return [f"unknown data of run {start_id}"]
