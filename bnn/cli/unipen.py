"""The command `bnn unipen`, which makes a file of drawings from UNIPEN."""

import gzip
import zlib
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from bnn.cli import output
from bnn.system.files import write_atomically


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "place", type=Path, metavar="FOLDER_OR_ARCHIVE", help="the distribution UNIPEN train_r01_v07"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        required=True,
        help="file to write, such as digits.jsonl.gz (with --letters: letters.jsonl.gz); a gzipped file of"
        " drawings there is replaced; other files are never replaced",
    )
    parser.add_argument("--letters", action="store_true", help="read capital letters instead of digits")


def run(options: Namespace) -> int:
    """Make a file of drawings for training from the published UNIPEN distribution."""
    from bnn.data import unipen_distribution

    # Reading takes a minute, so a place that cannot be written is refused first.
    _check_output(options.output, options.place)
    # UNIPEN's category 1a has the digits, and 1b has the capital letters.
    read = unipen_distribution.read_distribution(options.place, "1b" if options.letters else "1a")
    if not read.characters:
        kind = "letters" if options.letters else "digits"
        left_out = (
            f"{output.count(read.num_left_out, 'character')} left out for testing, and no other is usable"
        )
        raise ValueError(f"{options.place} has no {kind} to write: {'; '.join(read.damaged[:2]) or left_out}")
    write_atomically(options.output, unipen_distribution.to_file_content(read.characters))
    for damage in read.damaged:
        output.print_note(damage)
    result = {
        "file": str(options.output),
        "num_drawings": len(read.characters),
        "writers": len({character.writer for character in read.characters}),
        "left_out_for_testing": read.num_left_out,
        "damaged_files": len(read.damaged),
    }
    output.print_result(options, result, _text)
    return 0


def _check_output(path: Path, place: Path) -> None:
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file to write, such as {path / 'digits.jsonl.gz'}")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent} to write {path.name} to")
    if path.exists() and place.exists() and path.samefile(place):
        raise ValueError(f"{path} is the distribution itself: name another file to write")
    if path.exists() and not _has_drawings(path):
        raise ValueError(
            f"{path} is not a gzipped file of drawings, so it is not replaced: name another file"
        )


def _has_drawings(path: Path) -> bool:
    """Returns whether a file is gzipped JSON lines. An archive such as `a.tgz` is gzipped, but has none."""
    if not path.is_file():
        return False
    try:
        with gzip.open(path) as lines:
            return lines.read(1) == b"{"
    except (OSError, EOFError, zlib.error):
        return False


def _text(result: dict[str, Any]) -> str:
    drawings = output.count(result["num_drawings"], "drawing")
    people = "1 person" if result["writers"] == 1 else f"{result['writers']:,} people"
    return (
        f"{result['file']}: {drawings} by {people}; "
        f"{result['left_out_for_testing']:,} by others are left out for testing"
    )
