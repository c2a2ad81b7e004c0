"""The words that depend on what a network reads."""

from collections.abc import Sequence

from bnn.data.dataset import are_digits


def noun(class_names: Sequence[str]) -> str:
    """Returns "digit" for a network that reads the ten digits, and "drawing" for others."""
    return "digit" if are_digits(class_names) else "drawing"
