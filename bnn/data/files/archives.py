"""The errors of damaged archives."""

import lzma
import struct
import zipfile
import zlib

# What `zipfile` raises for a damaged archive, with any of its compressions, and for an encrypted one.
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
