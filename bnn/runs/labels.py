"""What runs are called on screen."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from unicodedata import normalize

from bnn.runs.names import DEFAULT_RUN
from bnn.runs.run import Run
from bnn.system.visible_text import without_joiners

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))


def run_label(run: Run) -> str:
    """Returns a name for the list: the name that the user gave, or the recipe and the time of the start."""
    name = run.name()
    if run.shipped:
        return "The app’s network" if run.id == DEFAULT_RUN else f"{name} (example)"
    if name != run.id:
        return name
    try:
        # An id is the local time of the start and the recipe, such as "20260131-094500-quick".
        started = datetime.strptime(name[:15], "%Y%m%d-%H%M%S").astimezone()
    except ValueError:
        return name
    return f"{name[16:]}, {started.day} {started:%b %H:%M:%S}"


def run_labels(runs: Sequence[Run]) -> dict[str, str]:
    """Returns the label of each run, by its id. No two look the same: the id follows a label that would.

    `store.rename` refuses such names, but a copied folder has the name of its original. Streamlit finds the
    choice in a box by its label, so with equal labels it would choose the wrong run.
    """
    labels = {run.id: run_label(run) for run in runs}
    counts = Counter(map(look, labels.values()))
    alike = [run.id for run in runs if not run.shipped and counts[look(labels[run.id])] > 1]
    taken = {look(label) for run_id, label in labels.items() if run_id not in alike}
    for run_id in alike:
        labels[run_id] += f" ({run_id})"
        # Another run may have this name, or an id that looks the same.
        while look(labels[run_id]) in taken:
            labels[run_id] += f" ({run_id})"
        taken.add(look(labels[run_id]))
    return labels


def look(name: str) -> str:
    """Returns the same text for names that look the same, or differ only in the case of their letters."""
    visible = without_joiners(name).translate(_APOSTROPHES)
    return " ".join(normalize("NFKC", visible).casefold().split())
