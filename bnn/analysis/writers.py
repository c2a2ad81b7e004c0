"""How well drawings by many people are read: writer by writer, and how often the answer is boldly wrong."""

from collections.abc import Hashable, Sequence

import numpy as np


def accuracy_per_writer(writers: Sequence[Hashable | None], is_correct: np.ndarray) -> np.ndarray:
    """Returns each writer's share of drawings that were read right, lowest first.

    Args:
        writers: who made each drawing; those by None, an unknown writer, are left out.
        is_correct: (n,) bool, whether each drawing was read right.

    Returns:
        (num_writers,) float64.
    """
    results: dict[Hashable, list[bool]] = {}
    for writer, correct in zip(writers, is_correct, strict=True):
        if writer is not None:
            results.setdefault(writer, []).append(bool(correct))
    return np.sort([np.mean(result) for result in results.values()])


def worst_tenth(accuracies: np.ndarray) -> float:
    """Returns the mean accuracy of the tenth of the writers, rounded up, who are read worst.

    Args:
        accuracies: (num_writers,), lowest first; at least one.
    """
    return float(accuracies[: -(-len(accuracies) // 10)].mean())
