"""A network's answer to an image: a class, or that it is not sure."""

from dataclasses import dataclass, field

import numpy as np

from bnn.data.dataset import DIGITS
from bnn.engine import inference
from bnn.engine.network import PackedNetwork

# From this probability on, an answer is given as sure.
SURE = 0.80
# Otherwise every class with at least this probability is named, up to three.
ALTERNATIVE = 0.10
MAX_CANDIDATES = 3


@dataclass(frozen=True, eq=False)
class Answer:
    """A network's answer to one image.

    Args:
        label: the most probable class, as an index of `class_names`.
        probabilities: (classes,) float32.
        candidates: the classes to name when it is not sure, the most probable first; at least one.
        class_names: the network's.
    """

    label: int
    probabilities: np.ndarray = field(repr=False)
    candidates: tuple[int, ...]
    class_names: tuple[str, ...] = DIGITS

    @property
    def name(self) -> str:
        """The name of the most probable class."""
        return self.class_names[self.label]

    @property
    def candidate_names(self) -> tuple[str, ...]:
        """The names of the candidates."""
        return tuple(self.class_names[label] for label in self.candidates)

    @property
    def confidence(self) -> float:
        """The probability of the most probable class."""
        return float(self.probabilities[self.label])

    @property
    def is_sure(self) -> bool:
        """Whether the answer may be given as sure."""
        return self.confidence >= SURE


def read(network: PackedNetwork, image: np.ndarray) -> Answer:
    """Returns the network's answer to an image, (28, 28) uint8, ink 255 on background 0."""
    probabilities = inference.probabilities(network, image[None])[0]
    order = [int(label) for label in np.argsort(-probabilities, kind="stable")]
    likely = tuple(label for label in order[:MAX_CANDIDATES] if probabilities[label] >= ALTERNATIVE)
    return Answer(order[0], probabilities, likely or (order[0],), network.class_names)
