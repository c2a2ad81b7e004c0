"""What to say to a drawing: a digit, or that it is not sure."""

from dataclasses import dataclass, field

import numpy as np

from bnn.engine import inference
from bnn.engine.network import PackedNetwork

# Below this probability an answer is not given boldly.
SURE = 0.80
# A second digit is named where it has at least this probability.
ALTERNATIVE = 0.10


@dataclass(frozen=True, eq=False)
class Answer:
    """A network's answer to one digit.

    Args:
        digit: the most probable digit.
        probabilities: (10,) float32.
        candidates: the digits to name when it is not sure, the most probable first; at least one.
    """

    digit: int
    probabilities: np.ndarray = field(repr=False)
    candidates: tuple[int, ...]

    @property
    def confidence(self) -> float:
        """The probability of the digit."""
        return float(self.probabilities[self.digit])

    @property
    def is_sure(self) -> bool:
        """Whether the digit may be named boldly."""
        return self.confidence >= SURE


def read(network: PackedNetwork, image: np.ndarray) -> Answer:
    """The answer to one image, (28, 28) uint8, ink 255 on 0."""
    probabilities = inference.probabilities(network, image[None])[0]
    order = np.argsort(-probabilities, kind="stable")
    likely = tuple(int(d) for d in order[:3] if probabilities[d] >= ALTERNATIVE)
    return Answer(int(order[0]), probabilities, likely or (int(order[0]),))
