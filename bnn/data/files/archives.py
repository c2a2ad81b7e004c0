"""Opens zip archives, and says what is wrong with those that are damaged or too large."""

import lzma
import struct
import sys
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, FileIO
from typing import Any, cast

# What `zipfile` raises for a damaged or encrypted archive. Each compression method has errors of its own.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
)
ALLOWED = "Drawings (.jsonl), arrays (.npz), and pictures in one folder for each class (.zip) are allowed"
# The most bytes of an archive's directory, which lists all files in the archive. Each file takes about 100
# bytes of the directory, or 200 with what macOS adds. In memory, a directory takes up to ten times its size.
MAX_DIRECTORY_BYTES = 10_000_000


@contextmanager
def opened(content: bytes, name: str) -> Generator[zipfile.ZipFile]:
    """Opens the zip archive of a data set, and closes it at the end of the `with` block.

    Args:
        content: the content of the archive.
        name: the file's name, for messages.

    Raises:
        ValueError: if the archive's directory is too large, or if the archive is found to be damaged, here or
            in the `with` block. The message names the file.
    """
    try:
        with opened_file(BytesIO(content), name) as archive:
            yield archive
    except DAMAGED as error:
        raise damaged(name) from error


@contextmanager
def opened_file(file: BytesIO | FileIO, name: str) -> Generator[zipfile.ZipFile]:
    """Opens the zip archive in a file, and closes both at the end of the `with` block.

    Args:
        file: the file, without a buffer, or its content.
        name: the file's name, for the message.

    Raises:
        ValueError: if the archive's directory is too large.
        one of `DAMAGED`: if the archive is damaged.
    """
    with _File(file, name) as limited, zipfile.ZipFile(limited) as archive:
        limited.limit = sys.maxsize
        yield archive


def damaged(name: str) -> ValueError:
    """Returns the error for an archive that cannot be opened or read, with the name of the file."""
    return ValueError(f"{name} is damaged, incomplete or encrypted. {ALLOWED}")


class _File(BufferedReader):
    """The file of an archive, of which at most `limit` bytes may be read at once.

    To open an archive, `zipfile` reads its whole directory at once, and makes an object of each entry. An
    archive states the size of its directory in one of several places. So the size is checked only when
    `zipfile` reads the directory.
    """

    def __init__(self, file: BytesIO | FileIO, name: str) -> None:
        # A buffer in memory can be read like a raw file, but has another type.
        super().__init__(cast(Any, file))
        self._name = name
        self.limit = MAX_DIRECTORY_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.limit:
            raise ValueError(
                f"{self._name} is too large: the list of the files in it may have at most"
                f" {MAX_DIRECTORY_BYTES:,} bytes, got {size:,}"
            )
        return super().read(size)
