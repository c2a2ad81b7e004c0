"""Makes random drawings for the canvas, and the answers that the Draw page must give to them."""

from dataclasses import dataclass, field

import numpy as np

from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing import canvas, preprocessing
from bnn.engine import answer, file
from bnn.runs import store
from pages.shared.drawing import CANVAS_SIDE


@dataclass(frozen=True, eq=False)
class Reading:
    """The 28x28 image and the answer that the Draw page shows.

    `digit` is the class that the network finds most probable, or None while nothing is drawn.
    """

    image: np.ndarray = field(repr=False)
    digit: int | None
    is_sure: bool
    probabilities: np.ndarray = field(repr=False)

    def agrees(self, other: "Reading") -> bool:
        """Returns whether both have the same image and answer.

        Their probabilities may differ by 0.05 %, because the page rounds them to 0.1 %.
        """
        return (
            np.array_equal(self.image, other.image)
            and (self.digit, self.is_sure) == (other.digit, other.is_sure)
            and np.abs(self.probabilities - other.probabilities).max() < 0.00051
        )


def random_strokes(rng: np.random.Generator) -> list[np.ndarray]:
    """Returns the strokes of a random digit in the middle of the canvas, (n, 2) arrays in canvas pixels."""
    return [stroke + CANVAS_SIDE / 2 for stroke in draw_strokes(int(rng.integers(10)), rng)]


def canvas_objects(strokes: list[np.ndarray]) -> list[dict]:
    """Returns the objects that the canvas component reports for these strokes."""
    return [
        {
            "type": "Path",
            "path": [["L" if index else "M", *map(float, point)] for index, point in enumerate(stroke)],
        }
        for stroke in strokes
    ]


def expected_readings(objects: list[dict]) -> list[Reading]:
    """Returns how the app's network reads the empty canvas, and the drawing after each stroke."""
    network = file.load(store.find(None).model_path)
    return [_reading(network, objects[:num_strokes]) for num_strokes in range(len(objects) + 1)]


def _reading(network, objects):
    drawn = preprocessing.digit_from_strokes(canvas.strokes_from_canvas(objects, CANVAS_SIDE))
    if drawn.is_empty:
        return Reading(drawn.digit, None, False, np.zeros(10))
    read = answer.read(network, drawn.digit)
    return Reading(drawn.digit, read.label, read.is_sure, read.probabilities)
