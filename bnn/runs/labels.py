"""What runs are called on screen."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from unicodedata import normalize

from bnn.runs import run_data
from bnn.runs.names import DEFAULT_RUN, MAX_NAME_LENGTH
from bnn.runs.run import Run
from bnn.system.visible_text import as_seen

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))


def run_label(run: Run) -> str:
    """Returns the name under which lists show a run.

    For a run of the user, it is the first of these that exists: the name that the user gave; what the run has
    learnt on Draw or Teach; the recipe and the time of the start; the id.
    """
    name = run.name()
    if run.shipped:
        return "The app’s network" if run.id == DEFAULT_RUN else f"{name} (example)"
    if name != run.id:
        return name
    started = _start_time(run)
    if not started:
        return name
    recipe = run.id[16:]
    return _what_it_learnt(run, recipe) or f"{recipe}, {started}"


def _start_time(run: Run) -> str:
    """Returns when the run was started, such as "31 Jan 09:45:00"; "" if its id contains no time."""
    try:
        # An id is the local time of the start and the recipe, such as "20260131-094500-quick".
        started = datetime.strptime(run.id[:15], "%Y%m%d-%H%M%S").astimezone()
    except ValueError:
        return ""
    return f"{started.day} {started:%b %H:%M:%S}"


def _what_it_learnt(run: Run, recipe: str) -> str:
    """Returns what a run of Draw or Teach has learnt, such as "Signs: heart, star"; "" for other runs."""
    # The recipe in an id may be followed by a number.
    name = re.sub(r"-\d+$", "", recipe)
    if name == "mine":
        return "Learnt hand"
    try:
        return _signs(run_data.facts(run).class_names) if name == "symbols" else ""
    except (OSError, ValueError):
        # The Train page says what is damaged.
        return ""


def _signs(names: Sequence[str]) -> str:
    """Returns the names of the signs, as many as fit into the name of a run."""
    text = f"Signs: {', '.join(names)}"
    if len(text) <= MAX_NAME_LENGTH:
        return text
    return text[: text.rindex(", ", 0, MAX_NAME_LENGTH - 1) + 2] + "…"


def run_labels(runs: Sequence[Run]) -> dict[str, str]:
    """Returns {id of a run: its label}. No two labels look the same.

    Labels that would look the same get an addition. For a run that the user has named, the addition is the
    run's id. For any other run, it is the time at which the run was started.

    `store.rename` refuses names that look like another run's, but a copied folder has the name of its
    original. Streamlit finds the chosen item of a selection box by its label, so with equal labels it would
    choose the wrong run.
    """
    labels = {run.id: run_label(run) for run in runs}
    counts = Counter(map(look, labels.values()))
    alike = [run.id for run in runs if not run.shipped and counts[look(labels[run.id])] > 1]
    times = {run.id: _start_time(run) if run.name() == run.id else "" for run in runs}
    taken = {look(label) for run_id, label in labels.items() if run_id not in alike}
    for run_id in alike:
        labels[run_id] += f" ({times[run_id] or run_id})"
        # Another run may have this name, or an id that looks the same.
        while look(labels[run_id]) in taken:
            labels[run_id] += f" ({run_id})"
        taken.add(look(labels[run_id]))
    return labels


def look(name: str) -> str:
    """Returns the same text for names that look the same, or differ only in the case of their letters."""
    visible = as_seen(name).translate(_APOSTROPHES)
    return " ".join(normalize("NFKC", visible).casefold().split())
