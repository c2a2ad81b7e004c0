"""The rule for the path of an export, the same for all forms.

The name of a file ends in its form: `.html`, `.keras` or `.tflite`. C sources go into a folder, which may
have other files, too. An earlier export is replaced if nobody has changed it. Other files are never
replaced.
"""

from pathlib import Path

from bnn.export.c import FILE_NAMES
from bnn.export.check import MAX_EXPORT_BYTES
from bnn.export.seal import has_valid_seal
from bnn.system.files import read_bytes

# The forms that are files. The other form, "c", is a folder.
FILES = ("html", "keras", "tflite")


def check_place(path: Path, form: str) -> None:
    """Checks that a network may be exported to a path.

    Args:
        path: the file, or the folder of the C sources. It need not exist.
        form: "html", "c", "keras" or "tflite".

    Raises:
        ValueError: if the path does not fit the form, or if the export would replace a file that is not an
            export or has been changed.
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
        targets = [path / name for name in FILE_NAMES]
        if path.exists() and not path.is_dir():
            raise ValueError(f"{path} is a file, but C sources need a folder")
    for target in targets:
        if target.exists() and not _is_unchanged_export(target):
            raise ValueError(
                f"{target} is not an export, or was changed since, so it is not replaced: choose another"
                " place, or move it"
            )


def _is_unchanged_export(path: Path) -> bool:
    try:
        return has_valid_seal(read_bytes(path, MAX_EXPORT_BYTES))
    except ValueError:
        return False
