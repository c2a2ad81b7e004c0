"""The images of a training: those that the network learns from, and those that validate each epoch."""

from dataclasses import dataclass, field

from bnn.data import mnist, unipen
from bnn.data.dataset import DataSet, Split
from bnn.data.mnist import MNIST
from bnn.data.pen_drawings import PenDrawings
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.training import own_drawings

# When one person's handwriting is learnt: the number of MNIST's images in the validation, and the largest
# number of deformed drawings in it.
MNIST_VALIDATION, OWN_VALIDATION = 2_000, 1_000
# If a data file has fewer drawings for validation, deformed images of them are added up to this number.
MIN_VALIDATION = 300


@dataclass(frozen=True)
class TrainingData:
    """The images of a training.

    Args:
        training: the training images.
        validation: the validation images.
        calibration: the images to which the temperature is fitted: the validation images without those of
            UNIPEN. About one in eighty of these drawings does not show the digit that the file names
            (docs/results.md), and such labels would make the temperature too high for all others.
        class_names: the class names of the data set.
        own: the drawings from which the recipe's `own_drawings` images are made; None if there are none.
    """

    training: Split = field(repr=False)
    validation: Split = field(repr=False)
    calibration: Split = field(repr=False)
    class_names: tuple[str, ...]
    own: PenDrawings | None = field(repr=False)


def load(run: Run, recipe: Recipe, data_set: DataSet, num_images: int | None = None) -> TrainingData:
    """Returns the images with which a run is trained.

    Args:
        run: the run.
        recipe: the run's recipe.
        data_set: the run's data set.
        num_images: if not None, only this many images are used for each of training and validation.

    Raises:
        ValueError: if the recipe needs the run's own drawings, and they are missing or damaged.
    """
    own = own_drawings.load(run, recipe, data_set)
    if recipe.validation == "test" and data_set is MNIST:
        training, validation = mnist.train(), mnist.test()
    else:
        training, validation = data_set.train_validation()
    validation = calibration = validation.first(num_images)
    if recipe.pen_digits and recipe.validation == "split":
        # MNIST and UNIPEN have the same number of images here, so the validation accuracy is the mean of the
        # accuracies on the two.
        validation = validation.joined(unipen.validation_digits().first(num_images))
    validation, calibration = (
        _with_deformed_drawings(images, recipe, data_set, own) for images in (validation, calibration)
    )
    return TrainingData(training.first(num_images), validation, calibration, data_set.class_names, own)


def _with_deformed_drawings(
    validation: Split, recipe: Recipe, data_set: DataSet, own: PenDrawings | None
) -> Split:
    """Returns the validation images, with images of deformed drawings added if the recipe learns drawings.

    For a data file, they are added only if it has few drawings for validation.
    """
    if own and not data_set.drawings:
        validation = validation.first(MNIST_VALIDATION)
        # With few drawings, only few of these images are added. Otherwise, an epoch whose network has
        # forgotten other digits could become the best one.
        num = min(recipe.own_drawings, OWN_VALIDATION)
        return validation.joined(own_drawings.validation(own, num))
    num_missing = MIN_VALIDATION - len(validation.labels)
    if recipe.own_drawings and data_set.validation_drawings and num_missing > 0:
        # With one or two examples of each class, almost every epoch would be right on all of them.
        return validation.joined(own_drawings.validation(data_set.validation_drawings(), num_missing))
    return validation
