"""Splits examples into a training, a validation and a test part, always in the same way.

A run that is trained on pen strokes keeps the strokes, but not how they were split. So these functions must
not change. Otherwise, a run that is resumed could learn from its test part.
"""

import zlib
from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np

# The validation part and the test part each get this share of a class's examples. The number is rounded down,
# but is at least one example.
SHARE = 0.15
# If the drawings are split by writer, a part cannot get exactly SHARE of the drawings, because all drawings
# of a writer go to the same part. It may get up to MAX_SHARE of the drawings. The number of its writers is at
# most MAX_SHARE of all writers, rounded up.
MAX_SHARE = 0.2
MIN_WRITERS = 5
MIN_PER_CLASS = 5
TRAINING, VALIDATION, TEST = range(3)


def check_classes(
    labels: np.ndarray, class_names: Sequence[str], least: int = MIN_PER_CLASS, notes: Sequence[str] = ()
) -> None:
    """Raises a `ValueError` if a class has fewer than `least` examples.

    Args:
        labels: (n,) integers.
        class_names: the name of each class.
        least: the smallest number of examples.
        notes: sentences about what was left out, which the message repeats.
    """
    counts = np.bincount(labels, minlength=len(class_names))
    if counts.min() < least:
        name, count = class_names[int(counts.argmin())], int(counts.min())
        given = f" ({' '.join(notes).rstrip('.')})" if notes else ""
        examples = "1 example" if least == 1 else f"{least} examples"
        raise ValueError(f"each class needs at least {examples}, but {name!r} has {count}{given}")


def note_on_copies(num: int, noun: str) -> tuple[str, ...]:
    """Returns a sentence, in a tuple, that says how many copies are left out; () if there are none.

    They are left out because a copy could get into another part than its original.

    Args:
        num: the number of copies.
        noun: what was copied, such as "image".
    """
    if num == 0:
        return ()
    if num == 1:
        return (f"1 copy of another {noun} is left out.",)
    return (f"{num:,} copies of other {noun}s are left out.",)


def by_class(labels: np.ndarray, num_parts: int = 3) -> np.ndarray:
    """Returns the part of each example, (n,) int8; each class is split in the same proportion.

    Args:
        labels: (n,) integers.
        num_parts: 3, or 2 for no test part.
    """
    parts = np.full(len(labels), TRAINING, np.int8)
    for label in np.unique(labels):
        shuffled = np.random.default_rng(int(label)).permutation(np.flatnonzero(labels == label))
        num = max(1, int(SHARE * len(shuffled)))
        for part in range(1, num_parts):
            parts[shuffled[(part - 1) * num : part * num]] = part
    return parts


def by_writer(
    writers: Sequence[Hashable | None], labels: np.ndarray, class_names: Sequence[str]
) -> np.ndarray:
    """Returns the part of each drawing, (n,) int8; all drawings of a writer are in the same part.

    Drawings by unknown writers (None) are for training. With fewer than MIN_WRITERS writers, the drawings are
    split by class instead.

    Raises:
        ValueError: if no drawing of a class would be left for training.
    """
    sizes = Counter(writer for writer in writers if writer is not None)
    if len(sizes) < MIN_WRITERS:
        return by_class(labels)
    # An order that looks random, but is always the same.
    left = sorted(sizes, key=lambda writer: (zlib.crc32(repr(writer).encode()), repr(writer)))
    chosen: dict[Hashable, int] = {}
    for part in (TEST, VALIDATION):
        taken = _writers_with_share(left, sizes, len(labels))
        chosen |= dict.fromkeys(taken, part)
        left = [writer for writer in left if writer not in chosen]
    parts = np.array([chosen.get(writer, TRAINING) for writer in writers], np.int8)
    if missing := set(labels.tolist()) - set(labels[parts == TRAINING].tolist()):
        raise ValueError(
            "only the writers kept for validation and testing have drawn the class"
            f" {class_names[min(missing)]!r}: each class must be drawn by more writers"
        )
    return parts


def _writers_with_share(
    writers: Sequence[Hashable], sizes: Counter[Hashable], num_drawings: int
) -> list[Hashable]:
    """Returns writers who together have about SHARE of the drawings; at least one writer.

    Writers are taken in their order until they have drawn SHARE of the drawings, or make up MAX_SHARE of the
    writers. A writer with whom the part would have more than MAX_SHARE of the drawings is skipped. (If each
    writer alone has more than that, the one with the fewest drawings is taken.)
    """
    most = max(MAX_SHARE * num_drawings, min(sizes[writer] for writer in writers))
    taken, num = [], 0
    for writer in writers:
        if num >= SHARE * num_drawings or len(taken) >= MAX_SHARE * len(sizes):
            break
        if num + sizes[writer] <= most:
            taken.append(writer)
            num += sizes[writer]
    return taken
