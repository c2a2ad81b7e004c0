"""What the items on a crowd, a long day and a sleeping browser stand on: the app's server, and bnn's own answers."""

from dataclasses import dataclass, field

import numpy as np

from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing import canvas, preprocessing
from bnn.engine import answer, file
from bnn.runs import store
from pages.shared.drawing import CANVAS_SIDE
from tests.support.app_server import PROJECT, Server
from tests.support.waiting import until

__all__ = [
    "PROJECT",
    "Reading",
    "Server",
    "objects_of",
    "readings",
    "some_digit",
    "until",
]


@dataclass(frozen=True, eq=False)
class Reading:
    """What the Draw page shows for a drawing: the 28x28 digit, and the answer; None where there is none."""

    image: np.ndarray = field(repr=False)
    digit: int | None
    is_sure: bool
    probabilities: np.ndarray = field(repr=False)

    def agrees(self, other: "Reading") -> bool:
        """Whether both are of the same drawing and say the same; a page rounds probabilities."""
        return (
            np.array_equal(self.image, other.image)
            and (self.digit, self.is_sure) == (other.digit, other.is_sure)
            and np.abs(self.probabilities - other.probabilities).max() < 0.00051
        )


def some_digit(rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes of a random digit in the middle of the canvas."""
    return [stroke + CANVAS_SIDE / 2 for stroke in draw_strokes(int(rng.integers(10)), rng)]


def objects_of(strokes: list[np.ndarray]) -> list[dict]:
    """What the canvas reports when they are drawn on it."""
    return [
        {
            "type": "Path",
            "path": [["ML"[number > 0], *map(float, point)] for number, point in enumerate(stroke)],
        }
        for stroke in strokes
    ]


def readings(objects: list[dict]) -> list[Reading]:
    """bnn's own reading of the drawing after each stroke, from the empty canvas on."""
    network = file.load(store.find(None).model_path)
    return [_reading(network, objects[:number]) for number in range(len(objects) + 1)]


def _reading(network, objects):
    drawn = preprocessing.digit_from_strokes(canvas.strokes_from_canvas(objects, CANVAS_SIDE))
    if drawn.is_empty:
        return Reading(drawn.digit, None, False, np.zeros(10))
    found = answer.read(network, drawn.digit)
    return Reading(drawn.digit, found.digit, found.is_sure, found.probabilities)
