"""The moments of a training whose networks the run has kept: its start, some batches, and each epoch.

If the training started from the network of another run, moments of that run come first, so that the network
can be followed from its random weights on.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from bnn.runs import first_batches, store, validation
from bnn.runs.labels import run_labels
from bnn.runs.run import Run
from pages.inside.chapters.runs_before import runs_before

# In the address: the number of an epoch ("3"), or "b" and a number of batches of epoch 1 ("b20"). For an
# earlier run, its id and a dot come first ("best.b20").
_OWN_NAME = re.compile(r"b?\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """A moment of a training.

    Args:
        run: the run to whose training the moment belongs.
        name: its name in the address.
        label: its name on the slider.
        words: when it was, such as "after 20 batches".
        path: the file of the network of this moment.
        accuracy: share of validation images read right; None if it was not measured.
    """

    run: Run
    name: str
    label: str
    words: str
    path: Path
    accuracy: float | None

    @property
    def is_in_first_epoch(self) -> bool:
        """Whether the moment is before the end of epoch 1."""
        return self.own_name.startswith("b")

    @property
    def number(self) -> int:
        """Number of batches done in epoch 1, or number of epochs done."""
        return int(self.own_name.removeprefix("b"))

    @property
    def is_start(self) -> bool:
        """Whether it is the moment before the first batch."""
        return self.own_name == "b0"

    @property
    def sentence_start(self) -> str:
        """When the moment was, as the start of a sentence."""
        return f"{self.words[0].upper()}{self.words[1:]}"

    @property
    def own_name(self) -> str:
        """The moment's name without the id of the run."""
        return _own_name(self.name)


def moments(run: Run) -> dict[str, Moment]:
    """Returns the moments whose networks were kept, by name, in order.

    For the runs before this one, these are the first batches and epoch 1 of the oldest run, and the final
    network of each run, from its best epoch.
    """
    runs = runs_before(run)
    # The slider finds a moment by its label, so no two runs may have the same label.
    labels = run_labels([*runs, run])
    earlier = [moment for before in runs for moment in _of_run_before(before, labels[before.id])]
    own_moments = _moments(run)
    return {moment.name: moment for moment in (earlier + own_moments if own_moments else [])}


def _of_run_before(run: Run, label: str) -> list[Moment]:
    """Returns the moments of an earlier run with this label, as `moments` describes them."""
    history = run.history()
    if history.empty:
        return []
    last = validation.best_epoch(run)
    is_first = not run.start_path.is_file()
    chosen = [each for each in _moments(run) if is_first and (each.is_in_first_epoch or each.number == 1)]
    has_final_network = chosen and not chosen[-1].is_in_first_epoch and chosen[-1].number == last
    if not has_final_network:
        found = _after_epoch(run, last, validation.network_accuracy(run))
        chosen.append(replace(found, path=run.model_path))
    return [_named(moment, label) for moment in chosen]


def _named(moment: Moment, label: str) -> Moment:
    """Returns the moment of an earlier run with this run in front: its id in `name`, its label in `label`.

    After an epoch, `words` names the run, too.
    """
    words = moment.words if moment.is_in_first_epoch else f"{moment.words} of {label}"
    return replace(
        moment, name=f"{moment.run.id}.{moment.name}", label=f"{label}: {moment.label}", words=words
    )


def _moments(run: Run) -> list[Moment]:
    history, early = run.history(), first_batches.accuracies(run)
    late = dict(zip(history["epoch"], history["validation_accuracy"], strict=True))
    early_moments = [_after_batch(run, number, early.get(number)) for number in first_batches.numbers(run)]
    return early_moments + [_after_epoch(run, epoch, late.get(epoch)) for epoch in run.epochs()]


def nearest(all_moments: dict[str, Moment], wanted: str | None) -> str:
    """Returns the name of the moment that is nearest to the wanted one. There must be at least one moment.

    If none is wanted, returns the first moment if it is in epoch 1, or else the moment nearest to epoch 2,
    because flipped bits can only be seen in comparison with an earlier network. Of two equally near moments,
    returns the last: a moment of the run itself rather than of an earlier run.
    """
    if wanted and wanted in all_moments:
        return wanted
    if not wanted:
        first = next(iter(all_moments.values()))
        return first.name if first.is_in_first_epoch else nearest(all_moments, "2")
    return min(reversed(all_moments), key=lambda name: abs(_place(name) - _place(wanted)))


def name_in_address(text: str) -> str | None:
    """Returns the text if it can be the name of a moment, or None."""
    run_id, dot, own_name = text.rpartition(".")
    is_name = _OWN_NAME.fullmatch(own_name) and (store.is_id(run_id) if dot else True)
    return text if is_name else None


def _own_name(name: str) -> str:
    return name.rpartition(".")[2]


def _place(name: str) -> float:
    """Returns a number that orders the moments: epochs by their number, and batches between 0 and 1."""
    own_name = _own_name(name)
    return int(own_name[1:]) / 10_000 if own_name.startswith("b") else int(own_name)


def _after_batch(run: Run, number: int, accuracy: float | None) -> Moment:
    label = f"{number} batches" if number else "start"
    words = f"after {number} batches" if number else "before learning"
    return Moment(run, f"b{number}", label, words, first_batches.path(run, number), accuracy)


def _after_epoch(run: Run, epoch: int, accuracy: float | None) -> Moment:
    return Moment(run, str(epoch), f"epoch {epoch}", f"after epoch {epoch}", run.epoch_path(epoch), accuracy)
