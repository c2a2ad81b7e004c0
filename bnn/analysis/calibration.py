"""Calibrates probabilities: fits the temperature by which scores are divided."""

import numpy as np


def fit_temperature(scores: np.ndarray, labels: np.ndarray, num_steps: int = 60) -> float:
    """Returns the temperature, from 0.05 to 50, by which scores must be divided before softmax.

    With this temperature, the cross-entropy on the given images is lowest. The division changes the
    probabilities. With one look at each image, it does not change the answers; with three, it may change a
    few. Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2.

    The target probability of the true class is not 1 but (n + 1) / (n + 2), where n is the number of images,
    and the other classes share the rest. Otherwise, a network that reads all images right would get the
    lowest temperature, and be sure of everything. Source: Platt, "Probabilistic Outputs for
    Support Vector Machines", 1999, section 2.2.

    Args:
        scores: (looks, n, classes) float, a network's scores, before softmax, for each of its looks at images
            that it was not trained on. The probabilities are the means over the looks.
        labels: (n,) integers, the true classes of these images.
        num_steps: number of steps of the search. Each step shortens the interval that contains the minimum by
            a third.
    """
    low, high = np.log(0.05), np.log(50.0)
    # With one look, the loss has one minimum over the temperature, so a ternary search finds it. With three
    # looks, it could have several, but these would be about equally good.
    for _ in range(num_steps):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _cross_entropy(scores / np.exp(left), labels) < _cross_entropy(scores / np.exp(right), labels):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _cross_entropy(scores: np.ndarray, labels: np.ndarray) -> float:
    shifted = scores - scores.max(axis=2, keepdims=True)
    of_looks = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    # The logarithms of the mean probabilities, (n, classes).
    logarithms = np.logaddexp.reduce(of_looks, axis=0) - np.log(len(scores))
    num_images, num_classes = logarithms.shape
    of_true = logarithms[np.arange(num_images), labels].mean()
    of_others = (logarithms.sum(axis=1).mean() - of_true) / (num_classes - 1)
    share_of_others = 1 / (num_images + 2)
    return float(-(1 - share_of_others) * of_true - share_of_others * of_others)
