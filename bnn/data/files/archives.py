"""The errors of damaged archives, and what to say about a file that is no data set."""

import lzma
import struct
import zipfile
import zlib

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


def damaged(name: str) -> ValueError:
    """Returns the error for an archive that cannot be opened or read, with the name of the file."""
    return ValueError(f"{name} is damaged, incomplete or encrypted. {ALLOWED}")
