"""Reads the files in a folder or an archive, without unpacking them to disk."""

import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Generator
from contextlib import closing
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import IO

from bnn.data.files.archives import DAMAGED, opened_file

# The largest size of one file, and of all files that one call returns together.
MAX_FILE_BYTES = 64_000_000
MAX_TOTAL_BYTES = 1_500_000_000
MAX_MEMBERS = 1_000_000


def read_files(place: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Returns the contents of the wanted files, by file name.

    Links and devices are left out. Names in an archive are never used as paths, so a name such as
    `../../etc/passwd` does no harm.

    Args:
        place: a folder, or an archive: .zip, .tar, .tar.gz or .tgz.
        wanted: a function that gets a file's name in the folder or archive, with slashes, and returns whether
            to read the file.

    Raises:
        ValueError: if `place` is neither a folder nor such an archive, is damaged, or is larger than the
            limits of this module.
        OSError: if it cannot be read.
    """
    contents: dict[str, bytes] = {}
    left = MAX_TOTAL_BYTES
    try:
        with closing(_members(place)) as members:
            for index, (name, open_file) in enumerate(members):
                if index >= MAX_MEMBERS:
                    raise ValueError(f"{place} holds more than {MAX_MEMBERS:,} files")
                if wanted(name):
                    contents[name] = _read(place, name, open_file, min(MAX_FILE_BYTES, left))
                    left -= len(contents[name])
    except (tarfile.TarError, *DAMAGED) as error:
        # An OSError with a number comes from the system. For damaged data, bzip2 raises one without a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ValueError(f"{place} is damaged or of an unknown kind: {error}") from error
    return contents


def _read(place: Path, name: str, open_file: Callable[[], IO[bytes]], max_bytes: int) -> bytes:
    with open_file() as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(
            f"{place} is too large (noticed at {name:.80}): a file that is read may have at most"
            f" {MAX_FILE_BYTES:,} bytes, and all such files together at most {MAX_TOTAL_BYTES:,}"
        )
    return content


def _members(place: Path) -> Generator[tuple[str, Callable[[], IO[bytes]]]]:
    """Yields the name of each regular file, and a function that opens it.

    The function works only until the next file is yielded.
    """
    if place.is_dir():
        for path in _files_in(place):
            yield path.relative_to(place).as_posix(), lambda path=path: path.open("rb")
    elif zipfile.is_zipfile(place):
        with opened_file(FileIO(place), str(place)) as archive:
            for info in archive.infolist():
                # The upper 16 bits are the mode of a file on Unix, or 0.
                kind = stat.S_IFMT(info.external_attr >> 16)
                if kind in {0, stat.S_IFREG} and not info.is_dir():
                    yield info.filename, lambda info=info: archive.open(info)
    else:
        # The archive is read as a stream ("r|"), because going back in a compressed archive means reading it
        # again from its start.
        with tarfile.open(place, "r|*") as archive:
            for member in archive:
                if member.isreg():
                    yield member.name, lambda member=member: _open_member(archive, member)


def _files_in(folder: Path) -> Generator[Path]:
    """Yields the regular files in a folder and its subfolders, in the order of their paths.

    Raises:
        ValueError: as soon as more than `MAX_MEMBERS` files and subfolders were found.
    """
    waiting, left = [folder], MAX_MEMBERS
    while waiting:
        path = waiting.pop()
        if path != folder and path.is_symlink():
            continue
        if path.is_dir():
            found = _entries(path, left + 1)
            left -= len(found)
            if left < 0:
                raise ValueError(f"{folder} holds more than {MAX_MEMBERS:,} files and folders")
            waiting += sorted(found, reverse=True)
        elif path.is_file():
            yield path


def _entries(folder: Path, most: int) -> list[Path]:
    """Returns at most `most` entries of a folder; none if this process may not read the folder."""
    try:
        with os.scandir(folder) as entries:
            return [Path(entry) for entry in islice(entries, most)]
    except PermissionError:
        return []


def _open_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(member)
    if file is None:
        raise ValueError(f"{member.name:.80} is not a regular file")
    return file
