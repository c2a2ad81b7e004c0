"""The facts that every export states about its network: name, accuracy, date, data and digest."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from bnn.analysis import metrics
from bnn.engine import file
from bnn.engine.network import PackedNetwork
from bnn.runs import run_data
from bnn.runs.labels import run_label
from bnn.runs.run import Run
from bnn.runs.sources import credit
from bnn.system.files import read_bytes
from bnn.system.percent_text import percent_digits


@dataclass(frozen=True)
class Facts:
    """Facts about an exported network.

    Args:
        name: name of the run, as the app shows it.
        recipe: name of the recipe.
        accuracy: a text with the accuracy on the test digits and its 95 % interval, or "not measured on test
            digits"; for data other than MNIST, it says "test images" or "test drawings". It also says if the
            network has three looks.
        date: date of the network, such as 2026-11-25.
        source: who made the training data, and their licence. If training started from another network, it
            also names who made that network's data, and their licence.
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
        ValueError: if the run has no valid network, or its `data.json` is damaged.
        OSError: if another file of the run than its network cannot be read.
    """
    content, network = _content_and_network(run)
    facts = Facts(
        name=run_label(run),
        recipe=_recipe_name(run, network),
        accuracy=_accuracy(run, network),
        date=_date(run),
        source=credit(run),
        digest=hashlib.sha256(content).hexdigest(),
        num_weights=network.num_weights,
        num_bytes=len(content),
    )
    return content, network, facts


def _content_and_network(run: Run) -> tuple[bytes, PackedNetwork]:
    name = run.model_path.name
    try:
        content = read_bytes(run.model_path, file.MAX_FILE_BYTES)
        return content, file.from_bytes(content)
    except FileNotFoundError as error:
        raise ValueError(f"run {run.id} has no network to export yet") from error
    except OSError as error:
        raise ValueError(f"run {run.id}: {name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"run {run.id}: the file {name} is not a packed network: {error}") from error


def _recipe_name(run: Run, network: PackedNetwork) -> str:
    try:
        return run.recipe().name
    except ValueError:
        # The recipe is damaged. The network has the name of the recipe with which it was trained.
        return network.recipe


def _accuracy(run: Run, network: PackedNetwork) -> str:
    test = run.test()
    images = f"test {run_data.facts(run).noun}"
    if test is None:
        return f"not measured on {images}"
    low, high = metrics.accuracy_interval(test["num_correct"], test["num_images"])
    # The exports for Keras and TensorFlow Lite have only one look, with which the accuracy is a little lower.
    looks = ", with three looks at each" if network.has_three_looks else ""
    interval = f"95 % interval {_percent(low)} to {_percent(high)}"
    return f"{_percent(test['accuracy'])} of {test['num_images']:,} {images}{looks} ({interval})"


def _percent(share: float) -> str:
    return f"{percent_digits(share)} %"


def _date(run: Run) -> str:
    # The files of example runs were written when the app was installed, so their date is not used.
    if run.shipped:
        return run.date()
    modified = datetime.fromtimestamp(run.model_path.stat().st_mtime, UTC)
    return f"{modified:%Y-%m-%d}"
