"""Computes the accuracy for each of many writers, and the mean of the lowest tenth."""

from collections.abc import Hashable, Sequence
from math import ceil

import numpy as np


def accuracy_per_writer(writers: Sequence[Hashable | None], is_correct: np.ndarray) -> np.ndarray:
    """Returns the accuracy for each writer, lowest first, (num_writers,) float64.

    Args:
        writers: the writer of each drawing. None is an unknown writer, whose drawings are left out.
        is_correct: (n,) bool, whether the answer to each drawing is correct.
    """
    results: dict[Hashable, list[bool]] = {}
    for writer, correct in zip(writers, is_correct, strict=True):
        if writer is not None:
            results.setdefault(writer, []).append(bool(correct))
    return np.sort([np.mean(result) for result in results.values()])


def worst_tenth(accuracies: np.ndarray) -> float:
    """Returns the mean of the lowest tenth of the accuracies; the number of writers is rounded up.

    Args:
        accuracies: (num_writers,) float64, lowest first; at least one.
    """
    return float(accuracies[: ceil(len(accuracies) / 10)].mean())
