"""What all kinds of hostile files share: how they are spoilt, and what a refusal must be."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.endurance.mutations import damage, damage_json

MAX_MESSAGE = 1000
RUN_ID = "20261123-140501-quick"


class Kind(NamedTuple):
    """A kind of file: its name, sound contents, how one is spoilt and read, and contents made to burst the reader."""

    file_name: str
    seeds: list[bytes]
    spoil: Callable[[random.Random, list[bytes]], bytes]
    read: Callable[[Path], bool]
    bombs: Callable[[], list[bytes]] = list


def damage_one(rng: random.Random, seeds: list[bytes]) -> bytes:
    """One of them, spoilt as bytes."""
    return damage(rng, rng.choice(seeds), seeds)


def spoil_json(rng: random.Random, seeds: list[bytes]) -> bytes:
    """One of them, spoilt as bytes or in its values."""
    if rng.random() < 0.4:
        return damage_one(rng, seeds)
    return damage_json(rng, rng.choice(seeds).decode()).encode("utf-8", "surrogatepass")


def refused(error: Exception) -> bool:
    """False, where the error is one that can be shown."""
    assert len(str(error)) <= MAX_MESSAGE, f"the message has {len(str(error)):,} characters"
    str(error).encode("utf-8", "backslashreplace")
    return False
