"""The rule for the path of an export, the same for all forms.

The name of a file ends in its form: `.html`, `.keras` or `.tflite`. C sources go into a folder, which may
have other files, too. An earlier export is replaced. Any other file is not.
"""

from pathlib import Path

# The forms that are files. The other form, "c", is a folder.
FILES = ("html", "keras", "tflite")
C_NAMES = ("network.h", "engine.c", "onebit.h", "example.c", "README.md")
# Each file of an export contains one of these.
_MARKS = (b"One-Bit Lab", b"ONEBIT_", b"onebit.h", b"about.json")


def check_place(path: Path, form: str) -> None:
    """Checks that a network may be exported to a path.

    Args:
        path: the file, or the folder of the C sources. It need not exist.
        form: "html", "c", "keras" or "tflite".

    Raises:
        ValueError: if the path is not one for this form, or a file that is no export would be replaced.
        OSError: if a file that would be replaced cannot be read.
    """
    if form in FILES and path.suffix != f".{form}":
        raise ValueError(f"the name of the file must end in .{form}, got {path.name!r}")
    if path.exists() and path.is_dir() != (form not in FILES):
        raise ValueError(
            f"{path} is {'a folder' if form in FILES else 'a file, but C sources need a folder'}"
        )
    for target in [path] if form in FILES else [path / name for name in C_NAMES]:
        if target.exists() and not _is_export(target):
            raise ValueError(
                f"{target} is not an export, and would be replaced: choose another place, or move it"
            )


def _is_export(path: Path) -> bool:
    content = path.read_bytes()
    return any(mark in content for mark in _MARKS)
