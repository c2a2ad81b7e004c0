"""The errors of damaged archives."""

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
