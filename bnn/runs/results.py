"""Checks the content of a `test.json`, the result of a run on the test set."""

from itertools import chain
from typing import Any

from bnn.data.dataset import MAX_CLASSES

_MAX_COUNT = 2**53


def is_test_result(result: object) -> bool:
    """Returns whether a JSON value is a test result whose figures agree with each other."""
    return isinstance(result, dict) and _agrees(result)


def _agrees(result: dict[str, Any]) -> bool:
    try:
        matrix = result["confusion_matrix"]
        counts = (result["num_images"], result["num_correct"], result["epoch"])
        if not _is_square(matrix) or not all(map(_is_count, chain(counts, *matrix))):
            return False
        num_images, num_correct = sum(map(sum, matrix)), sum(row[i] for i, row in enumerate(matrix))
        agrees = counts[:2] == (num_images, num_correct) and num_images > 0
        return agrees and abs(result["accuracy"] - num_correct / num_images) < 1e-6
    except (KeyError, TypeError, OverflowError):
        return False


def _is_square(matrix: list[list[int]]) -> bool:
    num_classes = len(matrix)
    return 2 <= num_classes <= MAX_CLASSES and all(len(row) == num_classes for row in matrix)


def _is_count(number: int) -> bool:
    return type(number) is int and 0 <= number < _MAX_COUNT
