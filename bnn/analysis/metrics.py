"""Measures a network: accuracy with its confidence interval, confusion matrix, precision, recall and F1."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
import pandas as pd

from bnn.data.dataset import DIGITS, Split
from bnn.engine import inference
from bnn.engine.network import PackedNetwork

# The 97.5 % quantile of the standard normal distribution, for a two-sided 95 % interval.
_Z95 = 1.959963984540054
# If all images got the same answer, at least this many must be of other classes. Otherwise, it may be chance.
_MIN_OTHERS = 20


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's answers to labelled images.

    Args:
        labels: (n,) uint8, the true classes.
        predictions: (n,) int64, the network's answers.
        confidences: (n,) float32, the probability of each answer.
        loss: the mean cross-entropy, in nats.
        class_names: the names of the network's classes.
        is_blind: whether the network sees the same in every image, so that its answers mean nothing.
    """

    labels: np.ndarray = field(repr=False)
    predictions: np.ndarray = field(repr=False)
    confidences: np.ndarray = field(repr=False)
    loss: float
    class_names: tuple[str, ...] = DIGITS
    is_blind: bool = False

    @property
    def num_images(self) -> int:
        """Number of images."""
        return len(self.labels)

    @property
    def num_correct(self) -> int:
        """Number of correct answers."""
        return int((self.labels == self.predictions).sum())

    @property
    def accuracy(self) -> float:
        """Number of correct answers divided by the number of images; 0 if there are no images."""
        return self.num_correct / max(1, self.num_images)

    @property
    def only_answer(self) -> str | None:
        """Name of the class that the network says to every image; None if this is not certain.

        Even a good network may give the same answer to all images, if they are few or nearly all of one
        class. So this is certain only if the network is blind, or if at least 20 images of other classes got
        the answer.
        """
        answers = np.unique(self.predictions)
        if len(answers) != 1:
            return None
        num_others = int((self.labels != answers[0]).sum())
        return self.class_names[int(answers[0])] if self.is_blind or num_others >= _MIN_OTHERS else None

    def confusion_matrix(self) -> np.ndarray:
        """Returns the confusion matrix, (classes, classes) int64; see `confusion_matrix` of this module."""
        return confusion_matrix(self.labels, self.predictions, len(self.class_names))

    def examples(self, label: int, prediction: int) -> np.ndarray:
        """Returns the indices of the images of class `label` read as `prediction`, most confident first."""
        indices = np.flatnonzero((self.labels == label) & (self.predictions == prediction))
        return indices[np.argsort(-self.confidences[indices], kind="stable")]

    def summary(self) -> dict:
        """Returns a dictionary for JSON: `num_images`, `num_correct`, `accuracy`, `confusion_matrix`."""
        return {
            "num_images": self.num_images,
            "num_correct": self.num_correct,
            "accuracy": self.accuracy,
            "confusion_matrix": self.confusion_matrix().tolist(),
        }


def evaluate(network: PackedNetwork, split: Split) -> Evaluation:
    """Returns the network's answers to these images.

    Raises:
        ValueError: if a label is not a class of the network.
    """
    highest, num_classes = int(split.labels.max(initial=0)), len(network.class_names)
    if highest >= num_classes:
        raise ValueError(
            f"the network has {num_classes} classes, but the images have at least {highest + 1}: the network"
            " was trained on other data"
        )
    probabilities = inference.probabilities(network, split.images)
    predictions = probabilities.argmax(axis=1)
    rows = np.arange(len(predictions))
    of_labels = np.maximum(probabilities[rows, split.labels], 1e-12)
    loss = float(-np.log(of_labels).mean()) if len(of_labels) else 0.0
    confidences = probabilities[rows, predictions]
    return Evaluation(
        split.labels, predictions, confidences, loss, network.class_names, is_blind=network.is_blind
    )


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, num_classes: int = 10) -> np.ndarray:
    """Returns the confusion matrix, (classes, classes) int64.

    The number in row i and column j is how many images of class i were read as class j.

    Args:
        labels: (n,) integers, the true classes.
        predictions: (n,) int64, the answers.
        num_classes: number of classes.
    """
    cells = num_classes * labels.astype(np.int64) + predictions
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def accuracy_interval(num_correct: int, num_images: int) -> tuple[float, float]:
    """Returns the 95 % confidence interval of an accuracy, as two fractions.

    This is Wilson's score interval (E. B. Wilson, JASA 22, 1927). Unlike the usual interval, p ± 1.96
    standard errors, it stays within 0 and 1, and is correct near 0 and 1.

    Raises:
        ValueError: if num_images is below 1, or num_correct is not from 0 to num_images.
    """
    if num_images < 1:
        raise ValueError(f"num_images must be at least 1, got {num_images}")
    if not 0 <= num_correct <= num_images:
        raise ValueError(f"num_correct must be from 0 to {num_images}, got {num_correct}")
    share, z2 = num_correct / num_images, _Z95**2 / num_images
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z95 * sqrt(share * (1 - share) / num_images + z2 / (4 * num_images)) / (1 + z2)
    # Without correct answers, the interval begins at 0, and without mistakes, it ends at 1. Computed, these
    # limits would have rounding errors, and could be printed as 0.01 % and 99.99 %.
    return middle - half if num_correct else 0.0, middle + half if num_correct < num_images else 1.0


def per_class(matrix: np.ndarray, class_names: tuple[str, ...] = DIGITS) -> pd.DataFrame:
    """Returns a table with precision, recall and F1 of each class, as fractions.

    The columns are `class`, `num_images`, `precision`, `recall` and `f1`. A fraction whose
    denominator is 0 is NaN, such as the precision of a class that was never an answer. This is what
    scikit-learn does with `zero_division=np.nan`.

    Args:
        matrix: a confusion matrix, as `confusion_matrix` returns it.
        class_names: the name of the class of each row.
    """
    correct = np.diag(matrix).astype(float)
    answered, images = matrix.sum(axis=0), matrix.sum(axis=1)
    return pd.DataFrame(
        {
            "class": class_names,
            "num_images": images,
            "precision": _share(correct, answered),
            "recall": _share(correct, images),
            "f1": _share(2 * correct, answered + images),
        }
    )


def _share(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    return np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
