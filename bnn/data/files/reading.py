"""Recognizes the kind of a data file, and reads it."""

import zlib
from dataclasses import replace
from pathlib import Path

from bnn.data.dataset import DataSet
from bnn.data.files import arrays, pictures, strokes
from bnn.data.files.archives import ALLOWED, opened
from bnn.system.file_kinds import BEGIN_BYTES, GZIP_MAGIC, beginning_of_text, kind_of
from bnn.system.files import read_bytes
from bnn.system.visible_text import first_invisible

MAX_FILE_BYTES = 200_000_000
MAX_LINE_CHARACTERS = 300
_ZIP_MAGIC = b"PK"
# The value of zlib's argument `wbits` for a gzip file.
_GZIP = 31


def read(path: Path, source: str = "", licence: str = "") -> DataSet:
    """Returns the data set in a file; see `parse`.

    Raises:
        ValueError: as in `parse`.
        OSError: if the file cannot be read.
    """
    return parse(read_bytes(path, MAX_FILE_BYTES), path.name, source, licence)


def parse(
    content: bytes, name: str, source: str = "", licence: str = "", *, is_kept: bool = False
) -> DataSet:
    """Returns the data set in the content of a file.

    Args:
        content: the content. Its first bytes show its kind. The names in a zip archive show whether it
            contains arrays or pictures.
        name: the file's name. The data set gets the same name, but with spaces in place of invisible
            characters, and cut after 300 characters.
        source: who made the data, in one line.
        licence: the licence of the data, in one line.
        is_kept: whether this is the file that a run keeps. Its images are then used as they are, in the parts
            that the first reading has made. A file of strokes is divided again, always in the same way.

    Raises:
        ValueError: if the file cannot be read as a data set. The message says why, and what is allowed.
    """
    _check_lines(source, licence)
    # A run's `data.json` must have only visible characters, but macOS puts narrow spaces into the
    # names of screenshots (U+202F).
    name = "".join(c if first_invisible(c) is None else " " for c in name)[:MAX_LINE_CHARACTERS]
    if not content:
        raise ValueError(f"{name} is empty")
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"{name} is too large: at most {MAX_FILE_BYTES:,} bytes are read")
    if content[:2] == _ZIP_MAGIC:
        with opened(content, name) as archive:
            # An .npz file is also a zip archive.
            is_npz = any(member.endswith(".npy") for member in archive.namelist())
            if is_npz:
                return arrays.parse(archive, name, source, licence, is_kept=is_kept)
            return pictures.parse(archive, name, source, licence)
    _check_begin(content, name)
    return strokes.parse(content, name, source, licence)


def with_credit(data: DataSet, source: str, licence: str) -> DataSet:
    """Returns the data set with another source and licence; see `parse`.

    Raises:
        ValueError: if the source or the licence is too long or has invisible characters.
    """
    _check_lines(source, licence)
    return replace(data, source=source, licence=licence)


def _check_begin(content: bytes, name: str) -> None:
    """Refuses a file that does not begin with a JSON object. A gzipped file is decompressed first."""
    beginning = content[:BEGIN_BYTES]
    if beginning[:2] == GZIP_MAGIC:
        try:
            beginning = zlib.decompressobj(_GZIP).decompress(beginning, BEGIN_BYTES)
        except zlib.error:
            # `strokes.parse` will refuse the file, and say what is damaged.
            return
    first = _first_character(beginning)
    if first == "[":
        raise ValueError(f"{name} is a JSON list, but each line must be a JSON object with one drawing")
    if first not in ("{", ""):
        kind = kind_of(beginning)
        refusal = f"is {kind}, not a data file" if kind else "is damaged, or of a kind that cannot be read"
        raise ValueError(f"{name} {refusal}. {ALLOWED}")


def _first_character(beginning: bytes) -> str | None:
    """Returns the first character of a text that is not blank, "" if there is none; None for other files."""
    try:
        return beginning_of_text(beginning)[:1]
    except UnicodeDecodeError:
        return None


def _check_lines(source: str, licence: str) -> None:
    for key, line in (("source", source), ("licence", licence)):
        if len(line) > MAX_LINE_CHARACTERS or first_invisible(line) is not None:
            raise ValueError(
                f"{key} must be at most {MAX_LINE_CHARACTERS} visible characters, got {line!r:.100}"
            )
