"""How well a network does: accuracy with its interval, confusion matrix, figures per digit."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
import pandas as pd

from bnn.data.dataset import Split
from bnn.engine import inference
from bnn.engine.network import NUM_CLASSES, PackedNetwork

# 97.5 % quantile of the standard normal distribution: a two-sided 95 % interval.
_Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's answers to labelled images.

    Args:
        labels: (n,) uint8, the true digits.
        predictions: (n,) int64, the answers.
        confidences: (n,) float32, the probability of each answer.
        loss: mean cross-entropy, in nats.
    """

    labels: np.ndarray = field(repr=False)
    predictions: np.ndarray = field(repr=False)
    confidences: np.ndarray = field(repr=False)
    loss: float

    @property
    def num_images(self) -> int:
        """Number of images."""
        return len(self.labels)

    @property
    def num_correct(self) -> int:
        """Number of right answers."""
        return int((self.labels == self.predictions).sum())

    @property
    def accuracy(self) -> float:
        """Right answers as a fraction; 0 where there are no images."""
        return self.num_correct / max(1, self.num_images)

    def confusion_matrix(self) -> np.ndarray:
        """See `confusion_matrix`."""
        return confusion_matrix(self.labels, self.predictions)

    def examples(self, label: int, prediction: int) -> np.ndarray:
        """Indices of the images of digit `label` that were read as `prediction`, most confident first."""
        found = np.flatnonzero((self.labels == label) & (self.predictions == prediction))
        return found[np.argsort(-self.confidences[found], kind="stable")]

    def summary(self) -> dict:
        """Figures for a JSON file: `num_images`, `num_correct`, `accuracy`, `confusion_matrix`."""
        return {
            "num_images": self.num_images,
            "num_correct": self.num_correct,
            "accuracy": self.accuracy,
            "confusion_matrix": self.confusion_matrix().tolist(),
        }


def evaluate(network: PackedNetwork, split: Split) -> Evaluation:
    """The network's answers to these images."""
    probabilities = inference.probabilities(network, split.images)
    predictions = probabilities.argmax(axis=1)
    index = np.arange(len(predictions))
    true = np.maximum(probabilities[index, split.labels], 1e-12)
    loss = float(-np.log(true).mean()) if len(true) else 0.0
    return Evaluation(split.labels, predictions, probabilities[index, predictions], loss)


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Counts (10, 10) int64: row i, column j is how many images of digit i were read as j."""
    cells = NUM_CLASSES * labels.astype(np.int64) + predictions
    return np.bincount(cells, minlength=NUM_CLASSES**2).reshape(NUM_CLASSES, NUM_CLASSES)


def accuracy_interval(num_correct: int, num_images: int) -> tuple[float, float]:
    """The 95 % confidence interval of an accuracy, as two fractions.

    Wilson's score interval (E. B. Wilson, JASA 22, 1927): unlike the usual ± it stays within 0 and 1
    and holds near them.

    Raises:
        ValueError: if there are no images, or more are correct than there are.
    """
    if num_images < 1:
        raise ValueError(f"num_images must be at least 1, got {num_images}")
    if not 0 <= num_correct <= num_images:
        raise ValueError(f"num_correct must be from 0 to {num_images}, got {num_correct}")
    share, z2 = num_correct / num_images, _Z95**2 / num_images
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z95 * sqrt(share * (1 - share) / num_images + z2 / (4 * num_images)) / (1 + z2)
    return max(0.0, middle - half), min(1.0, middle + half)


def per_digit(matrix: np.ndarray) -> pd.DataFrame:
    """Precision, recall and F1 of each digit, as fractions, from a confusion matrix (rows true).

    Columns: `digit`, `num_images`, `precision`, `recall`, `f1`. A ratio over nothing (a digit that was
    never answered) is 0.
    """
    right = np.diag(matrix).astype(float)
    answered, images = matrix.sum(axis=0), matrix.sum(axis=1)
    precision = right / np.maximum(1, answered)
    recall = right / np.maximum(1, images)
    f1 = 2 * right / np.maximum(1, answered + images)
    return pd.DataFrame(
        {
            "digit": np.arange(NUM_CLASSES),
            "num_images": images,
            "precision": precision,
            "recall": recall,
            "f1": f1,
        }
    )


def fit_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature by which to divide scores so that softmax gives honest probabilities.

    It minimises the cross-entropy on labelled images that nothing was trained on; the answers stay
    what they were. (Guo et al., On Calibration of Modern Neural Networks, ICML 2017, section 4.2.)

    Args:
        scores: (n, 10) float, before softmax.
        labels: (n,) the true digits.
    """
    low, high = np.log(0.05), np.log(50.0)
    # The loss has one minimum over the temperature: narrow the bracket by thirds.
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _cross_entropy(scores / np.exp(left), labels) < _cross_entropy(scores / np.exp(right), labels):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def calibration_error(confidences: np.ndarray, is_correct: np.ndarray, num_bins: int = 15) -> float:
    """Expected calibration error: the mean distance of confidence from accuracy, over equal bins.

    (Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.)
    """
    bins = np.minimum((confidences * num_bins).astype(int), num_bins - 1)
    gaps = np.bincount(bins, weights=confidences - is_correct, minlength=num_bins)
    return float(np.abs(gaps).sum() / max(1, len(confidences)))


def _cross_entropy(scores, labels):
    largest = scores.max(axis=1)
    total = np.log(np.exp(scores - largest[:, None]).sum(axis=1)) + largest
    return float((total - scores[np.arange(len(labels)), labels]).mean())
