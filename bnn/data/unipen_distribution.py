"""Reads isolated characters as pen strokes from the published UNIPEN distribution train_r01_v07.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data exchange and
recognizer benchmarks", ICPR 1994; International Unipen Foundation, https://doi.org/10.5281/zenodo.1195803,
CC BY 4.0.

The files `data/CATEGORY/CONTRIBUTOR/.../*.dat` of the distribution contain the labels, and the files
`include/CONTRIBUTOR/...` the pen paths.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bnn.data.archives import read_files
from bnn.data.unipen_format import MAX_INCLUDE_DEPTH, Segment, included_names, read_characters

# The labels of the categories that can be read.
CATEGORIES = {"1a": "0123456789", "1b": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
# Height and width of the box to which a character is scaled.
BOX = 500
# One of this many writers is left out for testing, so that no network has seen their characters.
TEST_STEP = 5


class Character(NamedTuple):
    """One isolated character.

    Args:
        label: the character.
        writer: number of the person who wrote it. It is the same for all characters that the person wrote for
            this contributor. If a file names no writer, all its characters count as written by one person.
        contributor: three letters that stand for the institution that collected it.
        strokes: for each stroke a list of [x, y], in a box of 500 x 500, y downwards.
    """

    label: str
    writer: int
    contributor: str
    strokes: list[list[list[int]]]

    def to_json(self) -> str:
        """Returns the character's line in a file of drawings; the label of a digit is a number."""
        label = int(self.label) if self.label.isdigit() else self.label
        return json.dumps({**self._asdict(), "label": label}, separators=(",", ":"))


class Characters(NamedTuple):
    """The characters found in a distribution.

    Args:
        characters: the characters of the category, without those by the writers left out for testing.
        num_left_out: number of characters by the writers left out for testing.
        damaged: a sentence for each file that cannot be read.
    """

    characters: list[Character]
    num_left_out: int
    damaged: list[str]


def read_distribution(place: Path, category: str = "1a") -> Characters:
    """Returns the isolated characters of a category.

    Args:
        place: the unpacked folder, or the archive (.tgz, .tar, .zip).
        category: "1a" for digits, or "1b" for capital letters.

    Raises:
        ValueError: if `place` is not this distribution, or its archive is damaged, too large or of an unknown
            kind.
        OSError: if a file or folder cannot be opened or read.
    """
    labelled = read_files(place, lambda name: f"/data/{category}/" in f"/{name}" and name.endswith(".dat"))
    if not labelled:
        raise ValueError(f"{place} holds no data/{category}/*/*.dat: it is not UNIPEN's train_r01_v07")
    files = {name: content.decode("latin-1") for name, content in labelled.items()}
    included = _read_included(place, files.values())
    damaged: list[str] = []
    segments = sorted(_all_segments(files, included, category, damaged), key=lambda segment: segment[:2])
    return _numbered(segments, damaged)


def to_file_content(characters: Sequence[Character]) -> bytes:
    """Returns the gzipped content of a file of drawings. The same characters give the same bytes."""
    text = "".join(character.to_json() + "\n" for character in characters)
    return gzip.compress(text.encode("ascii"), mtime=0)


def is_for_testing(contributor: str, writer: str) -> bool:
    """Returns whether a writer is left out for testing."""
    return zlib.crc32(f"{contributor}/{writer}".encode()) % TEST_STEP == 0


def _read_included(place: Path, texts: Iterable[str]) -> dict[str, str]:
    """Returns the contents of all files that these texts include, directly or through other files.

    Returns:
        The contents by the file names that `.INCLUDE` statements use.
    """
    included: dict[str, str] = {}
    missing = {name for text in texts for name in included_names(text)}
    for _ in range(MAX_INCLUDE_DEPTH):
        if not missing:
            break
        contents = read_files(place, lambda name: _include_name(name) in missing)  # noqa: B023 - called at once
        new = {_include_name(name): content.decode("latin-1") for name, content in contents.items()}
        included |= new
        missing = {name for text in new.values() for name in included_names(text)} - set(included)
    return included


def _include_name(name: str) -> str:
    """Returns the name that `.INCLUDE` uses for a file in the folder `include`; "" for other files."""
    return f"/{name}".partition("/include/")[2]


def _all_segments(
    files: dict[str, str], included: dict[str, str], category: str, damaged: list[str]
) -> Iterator[tuple[str, str, Segment]]:
    """Yields contributor, writer's name and segment of each character of the category.

    Leaves out characters that are marked as bad or are a single point. Adds a sentence to `damaged` for each
    file that cannot be read.
    """
    for name, text in sorted(files.items()):
        # The name ends in data/CATEGORY/CONTRIBUTOR/.../FILE.
        contributor, *_, file_name = f"/{name}".rpartition(f"/data/{category}/")[2].split("/")
        try:
            segments = read_characters(text, lambda wanted: _included_text(included, wanted))
        except ValueError as error:
            damaged.append(f"{name}: {error}")
            continue
        for segment in segments:
            if (
                segment.label in tuple(CATEGORIES[category])
                and segment.quality != "BAD"
                and _has_size(segment)
            ):
                yield contributor, segment.writer or Path(file_name).stem, segment


def _included_text(included: dict[str, str], name: str) -> str:
    if name not in included:
        raise ValueError(f"it includes {name:.80}, which is missing")
    return included[name]


def _has_size(segment: Segment) -> bool:
    return bool(segment.strokes) and bool(np.ptp(np.concatenate(segment.strokes), axis=0).max() > 0)


def _numbered(segments: Sequence[tuple[str, str, Segment]], damaged: list[str]) -> Characters:
    """Returns the characters, with a number for each writer instead of a name."""
    numbers: dict[tuple[str, str], int] = {}
    characters, num_left_out = [], 0
    for contributor, writer, segment in segments:
        # Writers who are left out get numbers too, so that the numbers do not depend on who is left out.
        number = numbers.setdefault((contributor, writer), len(numbers))
        if is_for_testing(contributor, writer):
            num_left_out += 1
        else:
            characters.append(Character(segment.label, number, contributor, _scaled(segment.strokes)))
    return Characters(characters, num_left_out, damaged)


def _scaled(strokes: list[np.ndarray]) -> list[list[list[int]]]:
    """Returns the strokes scaled to a box of 500 x 500 and centred in it, with y downwards."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = BOX / (high - low).max()
    moved = [(stroke - (low + high) / 2) * [scale, -scale] + BOX / 2 for stroke in strokes]
    return [np.rint(stroke).astype(int).tolist() for stroke in moved]
