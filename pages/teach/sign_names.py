"""Checks the names that visitors give to signs."""

from collections.abc import Sequence

from bnn.data.dataset import check_class_names
from bnn.system.visible_text import as_seen


def check_name(name: str, others: Sequence[str]) -> None:
    """Checks a name that a visitor has typed.

    If there is a sign called heart, the name Heart is refused: it is probably a slip, and one sign under two
    names cannot be learnt. Single letters may differ in this way, because A and a are different signs.

    Args:
        name: the name; spaces at its ends do not count.
        others: the names of the other signs.

    Raises:
        ValueError: if a class cannot have this name; if it is one of `others`; or if it is longer than a
            letter and differs from one of `others` only in capital letters.
    """
    name = name.strip()
    check_free(name, others)
    for other in others:
        if len(name) > 1 and name.casefold() == other.casefold():
            raise ValueError(f"the signs {other} and {name} differ only in capital letters")
    # `check_class_names` expects at least two names. If there are no others yet, "…" stands for the second.
    check_class_names([*others, name] if others else [name, "…"], "sign")


def check_free(name: str, others: Sequence[str]) -> None:
    """Checks that no other sign has this name.

    Raises:
        ValueError: if one of `others` looks the same.
    """
    if as_seen(name) in map(as_seen, others):
        raise ValueError(f"there is a sign called {name} already")
