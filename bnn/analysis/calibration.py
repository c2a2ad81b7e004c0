"""Calibrates probabilities: fits the temperature by which scores are divided."""

import numpy as np


def fit_temperature(scores: np.ndarray, labels: np.ndarray, num_steps: int = 60) -> float:
    """Returns the temperature, from 0.05 to 50, by which scores must be divided before softmax.

    With this temperature, the cross-entropy on the given images is lowest. The division changes the
    probabilities. With one look at each image, it does not change the answers; with three, it may change a
    few. Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2.

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
    largest = scores.max(axis=2)
    totals = np.log(np.exp(scores - largest[..., None]).sum(axis=2)) + largest
    # The logarithm of the true class's probability, for each look.
    logarithms = scores[:, np.arange(len(labels)), labels] - totals
    return float(np.log(len(scores)) - np.logaddexp.reduce(logarithms, axis=0).mean())
