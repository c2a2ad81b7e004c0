"""Draws signs that a data set does not have, so that a network learns to be unsure of them.

A program draws letters, digits, simple signs and scribbles. Some of them may look like a class of the data
set, such as a star or the letter A. These are left out.
"""

import numpy as np

from bnn.analysis import lookalikes
from bnn.data.dataset import Split
from bnn.data.handwriting import rendering
from bnn.data.handwriting.non_digits import SCRAWLS
from bnn.data.pen_drawings import PenDrawings

# At most this many drawings of the data set are compared with the signs.
MAX_COMPARED = 1_000
# Number of digits, and of letters or other signs, that are drawn for each wanted image. More are drawn than
# wanted, because many are then left out. Digits are quick to draw.
DIGITS_EACH = 3
SIGNS_EACH = 2
# The seed of the signs for the validation. The signs for the training come from the recipe's seed.
_VALIDATION_SEED = 6
# Number of other signs for each validation image. With few classes, there are more, because a network with
# few classes is more easily sure of other signs (docs/experiments.md, "Signs from a few examples").
MIN_SHARE = 0.5
TWO_CLASSES_SHARE = 2.0


def draw(num: int, seed: int, drawings: PenDrawings) -> np.ndarray:
    """Returns images of other signs than the drawings', (num, 28, 28) uint8, in random order.

    Signs that look like one of the drawings are left out. At most `MAX_COMPARED` drawings are compared. If
    too few signs are left, scribbles and spirals are added.

    Args:
        num: number of images.
        seed: for `numpy.random.default_rng`. The same arguments give the same images.
        drawings: the drawings of the data set.
    """
    digits, _ = rendering.draw_digits(DIGITS_EACH * num, [seed, 11])
    signs = rendering.draw_non_digits(SIGNS_EACH * num, [seed, 12])
    candidates = np.concatenate([digits, signs])
    nearest = lookalikes.nearest_distances(candidates, _plain_images(drawings, seed))
    others = candidates[nearest >= lookalikes.SAME_SIGN]
    chosen = others[np.random.default_rng([seed, 13]).permutation(len(others))[:num]]
    missing = rendering.draw_non_digits(num - len(chosen), [seed, 14], signs=(), others=SCRAWLS)
    return np.concatenate([chosen, missing])


def with_other_signs(validation: Split, drawings: PenDrawings, num_classes: int) -> Split:
    """Returns the images to which the temperature is fitted: the validation images, and other signs.

    The other signs have random labels, since a network should give them equal probabilities for all classes.
    Without them, a network that is right on all validation images would be nearly as sure of other signs,
    too. For two classes, there are twice as many other signs as validation images; for three
    classes, as many; for five or more, half as many.

    Args:
        validation: the validation images.
        drawings: the drawings of the data set.
        num_classes: number of classes.
    """
    share = max(MIN_SHARE, TWO_CLASSES_SHARE / (num_classes - 1))
    num = int(share * len(validation.labels))
    labels = np.random.default_rng(_VALIDATION_SEED).integers(0, num_classes, num).astype(np.uint8)
    images = draw(num, _VALIDATION_SEED, drawings)
    return validation.joined(Split(images, labels))


def _plain_images(drawings: PenDrawings, seed: int) -> np.ndarray:
    images = drawings.plain()
    if len(images) <= MAX_COMPARED:
        return images
    return images[np.random.default_rng([seed, 15]).choice(len(images), MAX_COMPARED, replace=False)]
