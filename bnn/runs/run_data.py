"""The data set of a run: MNIST, or a data file that the run keeps.

A run that is trained on other data than MNIST has two more files in its folder:

data.json                       what the pages say about the data set, and the SHA-256 of the data file
data.jsonl.gz or data.npz       the data file: strokes, or images of 28x28 with their split

`bnn.data.files` reads a data file. `store.create(recipe, data)` puts both files into the folder of a new run.
Everything after that needs only the run: `load(run)` returns the data set for trainings and evaluations, and
`facts(run)` returns the data set's names and sizes without reading the data file.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from reprlib import repr as short

from bnn.data.dataset import ARRAYS_FILE, STROKES_FILE, DataSet, check_class_names
from bnn.data.mnist import MNIST
from bnn.recipes.recipe import NUM_TRAINING, NUM_VALIDATION, batches_per_epoch, num_images_per_epoch
from bnn.runs.run import Run
from bnn.system.files import read_bytes, write_atomically
from bnn.system.visible_text import first_invisible

FACTS_NAME = "data.json"
_TEXTS = ("name", "file", "sha256", "source", "licence")
_COUNTS = ("num_training", "num_validation", "num_test")
_MAX_COUNT = 10**9


@dataclass(frozen=True)
class DataFacts:
    """What is known about a run's data set without reading it.

    Args:
        name: the data set's name; for a data file, the file name that the user gave.
        class_names: the name of each class.
        source: who made the data set; "" if nobody said.
        licence: the licence; "" if nobody said.
        num_training: number of images or drawings for training.
        num_validation: number of images or drawings for validation.
        num_test: number of images or drawings for the test.
        file: the name of the data file in the run's folder; "" for MNIST.
        sha256: the SHA-256 of that file; "" for MNIST.
    """

    name: str
    class_names: tuple[str, ...]
    source: str
    licence: str
    num_training: int
    num_validation: int
    num_test: int
    file: str = ""
    sha256: str = ""

    @property
    def is_mnist(self) -> bool:
        """Whether the data set is MNIST."""
        return not self.file

    @property
    def noun(self) -> str:
        """What the data set consists of: "digits", "drawings" or "images"."""
        if self.is_mnist:
            return "digits"
        return "drawings" if self.file == STROKES_FILE else "images"

    @property
    def credit(self) -> str:
        """One line that credits the data set: the name of a data file, the source, and the licence."""
        name = "" if self.is_mnist else self.name
        return "; ".join(filter(None, (name, self.source, self.licence or "licence not stated")))


MNIST_FACTS = DataFacts(
    MNIST.name,
    MNIST.class_names,
    MNIST.source,
    MNIST.licence,
    num_training=NUM_TRAINING - NUM_VALIDATION,
    num_validation=NUM_VALIDATION,
    num_test=10_000,
)


def keep(run: Run, data: DataSet) -> None:
    """Writes the data set's file and its facts into the run's folder; nothing for MNIST.

    Raises:
        ValueError: if the data set is not MNIST and has no file that a run can keep.
        OSError: if the two files cannot be written.
    """
    if data is MNIST:
        return
    if data.kept_file is None:
        raise ValueError(f"the data set {data.name!r} has no file that a run can keep")
    content = data.kept_file.content()
    parts = (*data.train_validation(), data.test())
    facts_of_data = DataFacts(
        data.name,
        data.class_names,
        data.source,
        data.licence,
        *(len(part.labels) for part in parts),
        file=data.kept_file.name,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    write_atomically(run.folder / facts_of_data.file, content)
    write_atomically(run.folder / FACTS_NAME, json.dumps(asdict(facts_of_data)))


def facts(run: Run) -> DataFacts:
    """Returns what is known about the run's data set.

    Raises:
        ValueError: if `data.json` is damaged.
        OSError: if `data.json` cannot be read.
    """
    if not (run.folder / FACTS_NAME).exists():
        return MNIST_FACTS
    try:
        return _checked(json.loads(run.read_text(FACTS_NAME)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"run {run.id}: {FACTS_NAME} is damaged: {error!s:.300}") from error


def steps_per_epoch(run: Run) -> int:
    """Returns the number of steps in one epoch of the run's training.

    Raises:
        ValueError: if the recipe or `data.json` is damaged.
    """
    return batches_per_epoch(run.recipe(), _num_training(run))


def images_per_epoch(run: Run) -> int:
    """Returns the number of images from which the run's network learns in one epoch.

    Raises:
        ValueError: if the recipe or `data.json` is damaged.
    """
    return num_images_per_epoch(run.recipe(), _num_training(run))


def mean_batch_size(run: Run) -> float:
    """Returns the mean number of images in a batch of the run's training.

    The last batch of a pass may be smaller than the others.

    Raises:
        ValueError: if the recipe or `data.json` is damaged.
    """
    return images_per_epoch(run) / steps_per_epoch(run)


def _num_training(run: Run) -> int | None:
    known = facts(run)
    return None if known.is_mnist else known.num_training


def load(run: Run) -> DataSet:
    """Returns the run's data set.

    Raises:
        ValueError: if the data file is damaged, or is not the file with which the run was started.
        OSError: if the data file cannot be read.
    """
    known = facts(run)
    if known.is_mnist:
        return MNIST
    path = run.folder / known.file
    state = path.stat()
    return _load(path, known, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _load(path: Path, known: DataFacts, *_state: int) -> DataSet:
    # Imported here because `bnn.data.files` imports Numba, which pages and most commands do not need.
    from bnn.data import files

    content = read_bytes(path, files.MAX_FILE_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    if digest != known.sha256:
        raise ValueError(
            f"{path} is not the data that this run was started with: its SHA-256 is {digest}, not"
            f" {known.sha256}"
        )
    return files.parse(content, known.name, known.source, known.licence, is_kept=True)


def _checked(values: object) -> DataFacts:
    if not isinstance(values, dict) or set(values) != {*_TEXTS, *_COUNTS, "class_names"}:
        raise ValueError(f"it must be an object with {', '.join((*_TEXTS, *_COUNTS))} and class_names")
    for key in _TEXTS:
        if not isinstance(values[key], str) or first_invisible(values[key]) is not None:
            raise ValueError(f"{key} must be visible characters, got {short(values[key])}")
    for key in _COUNTS:
        if type(values[key]) is not int or not 0 <= values[key] <= _MAX_COUNT:
            raise ValueError(f"{key} must be a number of images, got {short(values[key])}")
    if values["file"] not in (STROKES_FILE, ARRAYS_FILE):
        raise ValueError(f"file must be {STROKES_FILE} or {ARRAYS_FILE}, got {short(values['file'])}")
    names = values["class_names"]
    return DataFacts(**{**values, "class_names": check_class_names(names if isinstance(names, list) else [])})
