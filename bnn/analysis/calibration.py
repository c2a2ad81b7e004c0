"""Calibrates probabilities: fits the temperature by which scores are divided."""

import numpy as np


def fit_temperature(scores: np.ndarray, labels: np.ndarray, num_steps: int = 60) -> float:
    """Returns the temperature, from 0.05 to 50, by which scores must be divided before softmax.

    With this temperature, the cross-entropy on the given images is lowest. The division changes the
    probabilities, but not the answers. Source: Guo et al., "On Calibration of Modern Neural Networks", ICML
    2017, section 4.2.

    Args:
        scores: (n, classes) float, a network's scores, before softmax, for images that it was not trained on.
        labels: (n,) integers, the true classes of these images.
        num_steps: number of steps of the search. Each step shortens the interval that contains the minimum by
            a third.
    """
    low, high = np.log(0.05), np.log(50.0)
    # The loss has one minimum over the temperature, so a ternary search finds it.
    for _ in range(num_steps):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _cross_entropy(scores / np.exp(left), labels) < _cross_entropy(scores / np.exp(right), labels):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _cross_entropy(scores: np.ndarray, labels: np.ndarray) -> float:
    largest = scores.max(axis=1)
    total = np.log(np.exp(scores - largest[:, None]).sum(axis=1)) + largest
    return float((total - scores[np.arange(len(labels)), labels]).mean())
