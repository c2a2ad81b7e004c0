"""UNIPEN's digits and letters, drawn by many people, for training and validation.

`unipen_distribution` describes the source. `unipen_files` finds the file of digits and the file of letters.

In each of these two files, about a fifth of the writers is held out for validation. None of their drawings in
that file is used for training. Which writers are held out depends only on the file. The files number their
writers separately, so a writer may be held out in one file but not in the other.

A file may also have drawings of other classes, such as letters in the file of digits. They are used neither
for training nor for validation. But their writers are among the writers of whom every fifth is held out.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bnn.data import pen_paths
from bnn.data.dataset import DIGITS, Split
from bnn.data.handwriting.signs import LETTERS
from bnn.data.pen_drawings import PenDrawings
from bnn.data.unipen_files import DIGITS_VARIABLE, LETTERS_VARIABLE, digits_path, letters_path
from bnn.drawing.stroke_files import OTHER, StrokeDrawing, labels_of, load_drawings
from bnn.recipes.recipe import NUM_VALIDATION

# One of this many writers is held out.
VALIDATION_STEP = 5
# The capital letters of `bnn.data.handwriting.signs`. All other capital letters can look like digits.
TRAINED_LETTERS = tuple(LETTERS)


def training_digits() -> PenDrawings:
    """Returns the digits of the writers who are not held out.

    Raises:
        ValueError: if no file is named, or the file is damaged.
        OSError: if the file cannot be read.
    """
    return _training_drawings(_required_digits_path(), DIGITS)


def training_letters() -> PenDrawings:
    """Returns the letters of the writers who are not held out, without letters that can look like digits.

    Raises:
        ValueError: if no file is named, or the file is damaged.
        OSError: if the file cannot be read.
    """
    path = letters_path()
    if path is None:
        raise ValueError(
            f"no file of letters is named: set {LETTERS_VARIABLE} to its path, or {DIGITS_VARIABLE} to the"
            " path of a file of digits beside it"
        )
    return _training_drawings(path, TRAINED_LETTERS)


def validation_digits() -> Split:
    """Returns 5,000 undeformed digits of the held-out writers.

    MNIST has as many validation images, so the accuracy on both together is the mean of the two accuracies.
    If these writers drew fewer than 5,000 digits, the digits are repeated until there are 5,000.

    Raises:
        ValueError: if no file is named, or the file is damaged.
        OSError: if the file cannot be read.
    """
    held_out = held_out_digits(_required_digits_path())
    which = np.random.default_rng(0).permutation(len(held_out))
    which = np.resize(which, NUM_VALIDATION)
    images = pen_paths.draw_plain(pen_paths.gather([drawing.strokes for drawing in held_out]))
    return Split(images[which], labels_of(held_out)[which])


def held_out_digits(path: Path) -> list[StrokeDrawing]:
    """Returns the digits of the held-out writers in a file of UNIPEN drawings.

    Raises:
        ValueError: if the file has no such digit, or is damaged.
        OSError: if the file cannot be read.
    """
    held_out = [drawing for drawing, out in _with_held_out(path, DIGITS) if out]
    if not held_out:
        raise ValueError(f"{path} has no digit by a held-out writer (the third of every five is held out)")
    return held_out


def is_held_out(drawings: Sequence[StrokeDrawing]) -> np.ndarray:
    """Returns whether the writer of each drawing is held out for validation, (n,) bool.

    The writers are sorted by contributor (an institution that collected drawings), and then by the CRC-32 of
    "contributor/number" (the writer's number in the file). In this order, the third, the eighth, the
    thirteenth writer and so on are held out. The count does not start again at each contributor.
    """
    names = {(str(drawing.contributor), str(drawing.writer)) for drawing in drawings}
    in_order = sorted(names, key=lambda name: (name[0], zlib.crc32("/".join(name).encode()), name[1]))
    held_out = set(in_order[2::VALIDATION_STEP])
    return np.array([(str(d.contributor), str(d.writer)) in held_out for d in drawings], bool)


def sampling_shares(drawings: Sequence[StrokeDrawing]) -> np.ndarray:
    """Returns the probability with which each drawing is chosen for training, (n,) float64.

    In UNIPEN, one writer drew 2 digits and another 928; one contributor has 6 digits and another 4,050. The
    probabilities reduce these differences. Within a contributor, a writer's share is proportional to the
    square root of the writer's number of drawings. A contributor's share is proportional to the square root
    of the sum of these roots.
    """
    writers = [(drawing.contributor, drawing.writer) for drawing in drawings]
    counts = Counter(writers)
    contributors: Counter[int | str | None] = Counter()
    for (contributor, _), count in counts.items():
        contributors[contributor] += count**0.5  # pyright: ignore[reportArgumentType]
    # A drawing's share is c ** 0.5 * (w ** 0.5 / c) / w, where c is the contributor's sum of roots, and w the
    # writer's number of drawings. This simplifies to the product below.
    shares = np.array([counts[writer] ** -0.5 * contributors[writer[0]] ** -0.5 for writer in writers])
    return shares / shares.sum()


def _required_digits_path() -> Path:
    path = digits_path()
    if path is None:
        raise ValueError(f"no file of digits is named: set {DIGITS_VARIABLE} to its path")
    return path


def _with_held_out(path: Path, class_names: tuple[str, ...]) -> list[tuple[StrokeDrawing, bool]]:
    """Returns pairs: a drawing of one of these classes, and whether its writer is held out."""
    drawings = load_drawings(path, class_names, keep_others=True)
    # Drawings of other classes are left out only now. So the same writers are held out, whichever classes are
    # read.
    held_out = is_held_out(drawings).tolist()
    return [pair for pair in zip(drawings, held_out, strict=True) if pair[0].label != OTHER]


def _training_drawings(path: Path, class_names: tuple[str, ...]) -> PenDrawings:
    now = path.stat()
    return _load(path, class_names, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=2)
def _load(path: Path, class_names: tuple[str, ...], *_state: int) -> PenDrawings:
    # `_state` is the file's date and size: a file that has changed is loaded again.
    kept = [drawing for drawing, out in _with_held_out(path, class_names) if not out]
    if not kept:
        raise ValueError(f"{path} holds no drawings to train on")
    paths = pen_paths.gather([drawing.strokes for drawing in kept])
    return PenDrawings(paths, labels_of(kept), sampling_shares(kept))
