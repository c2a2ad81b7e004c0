"""The drawings from which a run learns: its own examples, or those of its data set."""

from bnn.data.dataset import DIGITS, DataSet, Split
from bnn.data.pen_drawings import PenDrawings, equally_likely
from bnn.drawing.stroke_files import load_drawings
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run

# The seed for deforming validation images. The deformations of training images depend on the recipe's seed.
_VALIDATION_SEED = (0, 5)


def load(run: Run, recipe: Recipe, data: DataSet) -> PenDrawings | None:
    """Returns the drawings that are deformed to make training images.

    `recipe.own_drawings` is the number of these images. If it is 0, returns None. If the run's data set has
    drawings, the result is its training part. Otherwise, it is the run's examples, all equally likely.

    Raises:
        ValueError: if the file is missing or damaged.
    """
    if not recipe.own_drawings:
        return None
    if data.drawings:
        return data.drawings()
    if not run.examples_path.is_file():
        raise ValueError(f"run {run.id} has no {run.examples_path.name}: there are no drawings to learn from")
    return equally_likely(load_drawings(run.examples_path, DIGITS))


def validation(own: PenDrawings, num: int) -> Split:
    """Returns `num` deformed images of the drawings. Training never uses these deformations.

    No image is left undeformed, because the training may have the undeformed images of the same drawings.
    """
    return Split(*own.draw(num, _VALIDATION_SEED, undeformed_share=0.0))
