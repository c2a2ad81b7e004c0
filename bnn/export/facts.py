"""The facts that every export states about its network: name, accuracy, date, data and digest."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from bnn.analysis import metrics
from bnn.data import unipen_files
from bnn.engine import file
from bnn.engine.network import PackedNetwork
from bnn.recipes.recipe import Recipe
from bnn.runs import run_data, store
from bnn.runs.run import Run
from bnn.system.files import read_bytes

# In runs that came with the app, this file has the date of the network.
SHIPPED_DATE_NAME = "date.txt"


@dataclass(frozen=True)
class Facts:
    """Facts about an exported network.

    Args:
        name: name of the run.
        recipe: name of the recipe.
        accuracy: a text with the accuracy on the test digits and its 95 % interval, or "not measured on test
            digits"; for other data than MNIST, "test images" or "test drawings".
        date: date of the network, such as 2026-11-25.
        source: who made the training data, and the data's licence; also of the networks from which the
            training started.
        digest: SHA-256 of the packed file, 64 hexadecimal digits.
        num_weights: number of binary weights.
        num_bytes: size of the packed file.
    """

    name: str
    recipe: str
    accuracy: str
    date: str
    source: str
    digest: str
    num_weights: int
    num_bytes: int


def read_network(run: Run) -> tuple[bytes, PackedNetwork, Facts]:
    """Returns the content of a run's packed file, the network in it, and the facts about it.

    Raises:
        ValueError: if the run has no valid network.
    """
    try:
        content = read_bytes(run.model_path, file.MAX_FILE_BYTES)
    except OSError as error:
        raise ValueError(f"run {run.id} has no network to export yet") from error
    network = file.from_bytes(content)
    facts = Facts(
        name=run.name(),
        recipe=run.recipe().name,
        accuracy=_accuracy(run),
        date=_date(run),
        source=_source(run),
        digest=hashlib.sha256(content).hexdigest(),
        num_weights=network.num_weights,
        num_bytes=len(content),
    )
    return content, network, facts


def _accuracy(run: Run) -> str:
    test = run.test()
    images = f"test {run_data.facts(run).noun}"
    if test is None:
        return f"not measured on {images}"
    low, high = metrics.accuracy_interval(test["num_correct"], test["num_images"])
    interval = f"95 % interval {_percent(low)} to {_percent(high)}"
    return f"{_percent(test['accuracy'])} of {test['num_images']:,} {images} ({interval})"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _date(run: Run) -> str:
    # The files that came with the app have the date on which it was installed.
    if run.shipped:
        return run.read_text(SHIPPED_DATE_NAME).strip()
    modified = datetime.fromtimestamp(run.model_path.stat().st_mtime, UTC)
    return f"{modified:%Y-%m-%d}"


def _source(run: Run) -> str:
    """Returns the sources of all data, each once: those of the run, and those of the runs before it."""
    found: dict[str, None] = {}
    seen = set()
    earlier: Run | None = run
    while earlier and earlier.id not in seen:
        seen.add(earlier.id)
        recipe = earlier.recipe()
        found |= dict.fromkeys(_credits(earlier, recipe))
        earlier = _start(recipe)
    return "; and ".join(found)


def _credits(run: Run, recipe: Recipe) -> list[str]:
    found = [run_data.facts(run).credit]
    if recipe.pen_digits or recipe.pen_letters:
        found.append(unipen_files.CREDIT)
    return found


def _start(recipe: Recipe) -> Run | None:
    """Returns the run from which a training starts; None if there is none, or if it was deleted."""
    if not recipe.starts_from:
        return None
    try:
        return store.find(recipe.starts_from)
    except ValueError:
        return None
