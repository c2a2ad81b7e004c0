"""The moments of a training whose networks the run has kept: its start, some batches, and each epoch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bnn.runs import first_batches
from bnn.runs.run import Run

# In the address: the number of an epoch ("3"), or "b" and a number of batches of epoch 1 ("b20").
_NAME = re.compile(r"b?\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """A moment of a training.

    Args:
        name: Its name in the address.
        label: Its name on the slider.
        words: When it was, such as "after 20 batches".
        path: The file of the network of this moment.
        accuracy: Share of check images read right; None if it was not measured.
    """

    name: str
    label: str
    words: str
    path: Path
    accuracy: float | None

    @property
    def is_in_first_epoch(self) -> bool:
        """Whether the moment is before the end of epoch 1."""
        return self.name.startswith("b")

    @property
    def number(self) -> int:
        """Number of batches done in epoch 1, or number of epochs done."""
        return int(self.name.removeprefix("b"))


def moments(run: Run) -> dict[str, Moment]:
    """Returns the moments of which the run has kept a network, by name, in order."""
    history, early = run.history(), first_batches.accuracies(run)
    late = dict(zip(history["epoch"], history["validation_accuracy"], strict=True))
    found = [_after_batch(run, number, early.get(number)) for number in first_batches.numbers(run)]
    found += [_after_epoch(run, epoch, late.get(epoch)) for epoch in run.epochs()]
    return {moment.name: moment for moment in found}


def nearest(found: Mapping[str, Moment], wanted: str | None) -> str:
    """Returns the name of the moment that is nearest to the wanted one. There must be at least one moment.

    If none is wanted, this is the first moment if it is in epoch 1, and otherwise the moment nearest to epoch
    2. Flipped bits can only be seen if there is an earlier network.
    """
    if wanted and wanted in found:
        return wanted
    if not wanted:
        first = next(iter(found.values()))
        return first.name if first.is_in_first_epoch else nearest(found, "2")
    return min(found, key=lambda name: abs(_place(name) - _place(wanted)))


def name_in_address(text: str) -> str | None:
    """Returns the text if it can be the name of a moment, or None."""
    return text if _NAME.fullmatch(text) else None


def _place(name: str) -> float:
    """Returns a number that orders the moments: epochs by their number, and batches between 0 and 1."""
    return int(name[1:]) / 10_000 if name.startswith("b") else int(name)


def _after_batch(run: Run, number: int, accuracy: float | None) -> Moment:
    label = f"{number} batches" if number else "start"
    words = f"after {number} batches" if number else "before learning"
    return Moment(f"b{number}", label, words, first_batches.path(run, number), accuracy)


def _after_epoch(run: Run, epoch: int, accuracy: float | None) -> Moment:
    return Moment(str(epoch), f"epoch {epoch}", f"after epoch {epoch}", run.epoch_path(epoch), accuracy)
