"""The rule for the path of an export, the same for all forms.

The name of a file ends in its form: `.html`, `.keras` or `.tflite`. C sources go into a folder, which may
have other files, too. An earlier export is replaced, but never another file.
"""

import re
from pathlib import Path

from bnn.export.about import about
from bnn.export.check import MAX_EXPORT_BYTES
from bnn.system.files import read_bytes

# The forms that are files. The other form, "c", is a folder.
FILES = ("html", "keras", "tflite")
# Text by which an exported page is recognized.
_HTML_MARK = re.compile(rb'<script type="application/octet-stream" id="network" data-sha256="[0-9a-f]{64}">')
# Text by which each file of the C sources is recognized: {name of the file: text}.
_C_MARKS = {
    "network.h": re.compile(rb"SHA-256 of the packed file: [0-9a-f]{64} \*/"),
    "engine.c": re.compile(rb'#include "onebit\.h"'),
    "onebit.h": re.compile(rb"#define ONEBIT_PIXELS "),
    "example.c": re.compile(rb"\bonebit_layer_bits\("),
    "README.md": re.compile(rb"SHA-256 of the packed file: `[0-9a-f]{64}`\. Made with One-Bit Lab"),
}


def check_place(path: Path, form: str) -> None:
    """Checks that a network may be exported to a path.

    Args:
        path: the file, or the folder of the C sources. It need not exist.
        form: "html", "c", "keras" or "tflite".

    Raises:
        ValueError: if the path does not fit the form, or a file that is not an export would be replaced.
        OSError: if a file that would be replaced cannot be read.
    """
    if form in FILES:
        targets = [path]
        if path.suffix != f".{form}":
            raise ValueError(f"the name of the file must end in .{form}, got {path.name!r}")
        if path.is_dir():
            raise ValueError(f"{path} is a folder")
    else:
        if path.suffix in (".c", ".h"):
            raise ValueError(f"C sources need a folder, got the name of a file: {path.name!r}")
        targets = [path / name for name in _C_MARKS]
        if path.exists() and not path.is_dir():
            raise ValueError(f"{path} is a file, but C sources need a folder")
    for target in targets:
        if target.exists() and not _is_export(target, form):
            raise ValueError(
                f"{target} is not an export, and would be replaced: choose another place, or move it"
            )


def _is_export(path: Path, form: str) -> bool:
    try:
        content = read_bytes(path, MAX_EXPORT_BYTES)
        if form == "c":
            return _C_MARKS[path.name].search(content) is not None
        if form == "html":
            return _HTML_MARK.search(content) is not None
        # The file of an exported model is recognized by the facts in it.
        return "digest" in about(content)
    except ValueError:
        return False
