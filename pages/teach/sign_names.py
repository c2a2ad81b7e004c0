"""Checks the names of signs."""

from collections.abc import Sequence

from bnn.data.dataset import check_class_names
from bnn.system.visible_text import without_joiners


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Returns the names of the signs of a file.

    Raises:
        ValueError: if one of them cannot be the name of a class, or two of them are equal, or differ only in
            capital letters and are longer than a letter.
    """
    for index, name in enumerate(names):
        _check_case(name, names[:index])
    return check_class_names(names, "sign")


def check_name(name: str, others: Sequence[str]) -> None:
    """Checks the name of a sign.

    Raises:
        ValueError: if it cannot be the name of a class, is one of `others`, or differs from one of them only
            in capital letters and is longer than a letter.
    """
    name = name.strip()
    if without_joiners(name) in map(without_joiners, others):
        raise ValueError(f"there is a sign called {name} already")
    _check_case(name, others)
    # A data set has at least two classes. While a lesson has one sign, "…" stands for the next one.
    check_class_names([*others, name] if others else [name, "…"], "sign")


def _check_case(name: str, others: Sequence[str]) -> None:
    # Single letters may differ like this: A and a are different signs.
    for other in others:
        if len(name) > 1 and name != other and name.casefold() == other.casefold():
            raise ValueError(f"the signs {other} and {name} differ only in capital letters")
