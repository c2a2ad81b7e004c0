"""The published UNIPEN distribution train_r01_v07 -> isolated characters as pen strokes.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data exchange and
recognizer benchmarks", ICPR 1994; International Unipen Foundation, https://doi.org/10.5281/zenodo.1195803,
CC BY 4.0.

Its files are `data/CATEGORY/CONTRIBUTOR/.../*.dat`, with the labels, and `include/CONTRIBUTOR/...`, with the
pen paths.
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

CATEGORIES = {"1a": "0123456789", "1b": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
BOX = 500
# One writer in so many is left out, and so stays unknown to every network.
TEST_FRACTION = 5


class Character(NamedTuple):
    """One isolated character.

    Args:
        label: what it is.
        writer: a number instead of a name; the same for all that this person wrote for this contributor.
        contributor: the three letters of whom the drawing comes from.
        strokes: lists of [x, y], in a box of 500 x 500, y downwards.
    """

    label: str
    writer: int
    contributor: str
    strokes: list[list[list[int]]]

    def to_json(self) -> str:
        """Returns its line in a file of drawings; a digit's label is a number."""
        label = int(self.label) if self.label.isdigit() else self.label
        return json.dumps({**self._asdict(), "label": label}, separators=(",", ":"))


class Found(NamedTuple):
    """What a distribution holds.

    Args:
        characters: all of the category, without those of the writers left out.
        num_left_out: drawings by the writers left out for testing.
        damaged: a sentence for each file that cannot be read.
    """

    characters: list[Character]
    num_left_out: int
    damaged: list[str]


def read_distribution(place: Path, category: str = "1a") -> Found:
    """Returns the isolated characters of a category.

    Args:
        place: the unpacked folder, or the archive (.tgz, .tar, .zip).
        category: "1a", digits, or "1b", capital letters.

    Raises:
        ValueError: if it is not that distribution, or not an archive that can be read.
        OSError: if it cannot be read.
    """
    labelled = read_files(place, lambda name: f"/data/{category}/" in f"/{name}" and name.endswith(".dat"))
    if not labelled:
        raise ValueError(f"{place} holds no data/{category}/*/*.dat: it is not UNIPEN's train_r01_v07")
    files = {name: content.decode("latin-1") for name, content in labelled.items()}
    included = _read_included(place, files.values())
    damaged: list[str] = []
    segments = sorted(_all_segments(files, included, category, damaged), key=lambda found: found[:2])
    return _numbered(segments, damaged)


def to_file_content(characters: Sequence[Character]) -> bytes:
    """Returns the content of a file of drawings, gzipped: the same characters give the same bytes."""
    text = "".join(character.to_json() + "\n" for character in characters)
    return gzip.compress(text.encode("ascii"), mtime=0)


def is_for_testing(contributor: str, writer: str) -> bool:
    """Returns whether a writer is left out."""
    return zlib.crc32(f"{contributor}/{writer}".encode()) % TEST_FRACTION == 0


def _read_included(place: Path, texts: Iterable[str]) -> dict[str, str]:
    """Returns the files that these include, and those that they include, by the names in `.INCLUDE`."""
    found: dict[str, str] = {}
    missing = {name for text in texts for name in included_names(text)}
    for _ in range(MAX_INCLUDE_DEPTH):
        if not missing:
            break
        contents = read_files(place, lambda name: _include_name(name) in missing)  # noqa: B023 - called at once
        new = {_include_name(name): content.decode("latin-1") for name, content in contents.items()}
        found |= new
        missing = {name for text in new.values() for name in included_names(text)} - set(found)
    return found


def _include_name(name: str) -> str:
    """Returns the name by which a file in the folder `include` is included; "" for other files."""
    return f"/{name}".partition("/include/")[2]


def _all_segments(
    files: dict[str, str], included: dict[str, str], category: str, damaged: list[str]
) -> Iterator[tuple[str, str, Segment]]:
    """Yields contributor, writer's name and segment of each good character; adds to `damaged`."""
    for name, text in sorted(files.items()):
        contributor, *_, file_name = f"/{name}".rpartition(f"/data/{category}/")[2].split("/")
        try:
            segments = read_characters(text, lambda wanted: _find(included, wanted))
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


def _find(included: dict[str, str], name: str) -> str:
    if name not in included:
        raise ValueError(f"it includes {name:.80}, which is missing")
    return included[name]


def _has_size(segment: Segment) -> bool:
    return bool(segment.strokes) and bool(np.ptp(np.concatenate(segment.strokes), axis=0).max() > 0)


def _numbered(segments: Sequence[tuple[str, str, Segment]], damaged: list[str]) -> Found:
    """Returns the characters, with numbers for names."""
    numbers: dict[tuple[str, str], int] = {}
    characters, num_left_out = [], 0
    for contributor, writer, segment in segments:
        # Also for a writer who is left out, so that nobody's number depends on who is.
        number = numbers.setdefault((contributor, writer), len(numbers))
        if is_for_testing(contributor, writer):
            num_left_out += 1
        else:
            characters.append(Character(segment.label, number, contributor, _scaled(segment.strokes)))
    return Found(characters, num_left_out, damaged)


def _scaled(strokes: list[np.ndarray]) -> list[list[list[int]]]:
    """Returns the strokes in the middle of a box of 500 x 500, which the longer side fills, y downwards."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = BOX / (high - low).max()
    moved = [(stroke - (low + high) / 2) * [scale, -scale] + BOX / 2 for stroke in strokes]
    return [np.rint(stroke).astype(int).tolist() for stroke in moved]
