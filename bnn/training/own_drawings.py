"""The drawings in a run's folder that its recipe learns from."""

import numpy as np

from bnn.data import pen_paths
from bnn.data.dataset import DIGITS, Split
from bnn.data.unipen import PenDrawings
from bnn.drawing.stroke_files import load_drawings
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run

# The deformations of the validation images come from this seed; those of the training from the recipe's.
_VALIDATION_SEED = (0, 5)


def load(run: Run, recipe: Recipe) -> PenDrawings | None:
    """Returns the run's drawings, each as likely as any other; None if the recipe wants none.

    Raises:
        ValueError: if the file is missing or damaged.
    """
    if not recipe.own_drawings:
        return None
    if not run.examples_path.is_file():
        raise ValueError(f"run {run.id} has no {run.examples_path.name}: there are no drawings to learn from")
    drawings = load_drawings(run.examples_path, DIGITS)
    paths = pen_paths.gather([drawing.strokes for drawing in drawings])
    labels = np.array([drawing.label for drawing in drawings], np.uint8)
    return PenDrawings(paths, labels, np.full(len(labels), 1 / len(labels)))


def validation(own: PenDrawings, num: int) -> Split:
    """Returns `num` deformed images of the drawings that are never trained on."""
    return Split(*own.draw(num, _VALIDATION_SEED))
