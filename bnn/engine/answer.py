"""A network's answer to one image: a class, several candidates if it is not sure, or no class at all."""

from dataclasses import dataclass, field

import numpy as np

from bnn.data.dataset import DIGITS
from bnn.engine import inference
from bnn.engine.network import PackedNetwork

# An answer with at least this probability counts as sure.
SURE = 0.80
# If even the most probable class has a lower probability than this, the image is like no class.
KNOWN = 0.35
# If an answer is not sure, the classes with at least this probability are candidates.
ALTERNATIVE = 0.10
MAX_CANDIDATES = 3


@dataclass(frozen=True, eq=False)
class Answer:
    """A network's answer to one image.

    Args:
        label: the most probable class, as an index of `class_names`.
        probabilities: (classes,) float32.
        candidates: the one to three classes to show if the answer is not sure, the most probable first.
        class_names: the names of the network's classes.
        is_blind: whether the network sees the same in every image, so that its answer means nothing.
    """

    label: int
    probabilities: np.ndarray = field(repr=False)
    candidates: tuple[int, ...]
    class_names: tuple[str, ...] = DIGITS
    is_blind: bool = False

    @property
    def name(self) -> str:
        """Name of the most probable class."""
        return self.class_names[self.label]

    @property
    def candidate_names(self) -> tuple[str, ...]:
        """Names of the candidates."""
        return tuple(self.class_names[label] for label in self.candidates)

    @property
    def confidence(self) -> float:
        """Probability of the most probable class."""
        return float(self.probabilities[self.label])

    @property
    def is_sure(self) -> bool:
        """Whether the answer counts as sure."""
        return self.confidence >= SURE

    @property
    def is_known(self) -> bool:
        """Whether the image is like at least one class."""
        return self.confidence >= KNOWN

    @property
    def named_class(self) -> int | None:
        """Index of the class that the answer names first; None if it names none.

        A blind network names a class even if the image is like no class.
        """
        return self.label if self.is_known or self.is_blind else None

    @property
    def named_classes(self) -> tuple[int, ...]:
        """Indices of all classes that the answer names; empty if `named_class` is None."""
        if self.named_class is None:
            return ()
        return (self.label,) if self.is_sure or self.is_blind else self.candidates


def read(network: PackedNetwork, image: np.ndarray) -> Answer:
    """Returns the network's answer to one image.

    Args:
        network: the packed network.
        image: (28, 28) uint8, ink 255 on background 0.
    """
    return of_probabilities(network, inference.probabilities(network, image[None])[0])


def of_probabilities(network: PackedNetwork, probabilities: np.ndarray) -> Answer:
    """Returns the answer of a network that gives the classes these probabilities, (classes,) float32."""
    order = [int(label) for label in np.argsort(-probabilities, kind="stable")]
    likely = tuple(label for label in order[:MAX_CANDIDATES] if probabilities[label] >= ALTERNATIVE)
    candidates = likely or (order[0],)
    return Answer(order[0], probabilities, candidates, network.class_names, network.is_blind)
