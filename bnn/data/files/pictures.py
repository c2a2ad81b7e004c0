"""Reads a .zip file with one folder of pictures for each class. The names of the folders are the class names.

If several folders have the same name, their pictures are one class. This happens if the pictures are already
split into training and test pictures, for example. They are then split anew.

The pictures are read as elsewhere in this project: the ink is found, cut out and scaled like MNIST's digits.
Hidden files and folders are passed over. Files that are not pictures are left out and counted.
"""

import zipfile
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import PurePosixPath

import numpy as np

from bnn.data.dataset import DataSet, Split, check_class_names
from bnn.data.files import arrays, splitting
from bnn.drawing.picture_files import READABLE, grey_pixels_of, num_pixels_of
from bnn.drawing.preprocessing import digit_from_image
from bnn.drawing.stroke_files import label_order
from bnn.recipes.layers import IMAGE_SIDE

# A picture in the archive: the name of its folder, and the archive's entry for the picture.
Picture = tuple[str, zipfile.ZipInfo]

MAX_PICTURES = 20_000
MAX_PICTURE_BYTES = 30_000_000
# The most pixels that all pictures of an archive may have together. Every frame of an animation counts.
# Decoding and reading so many pixels takes about a minute.
MAX_PIXELS = 500_000_000
# This flag of an archive's entry says that the entry's name is in UTF-8.
_IS_UTF8 = 0x800
_NETPBM_ENDINGS = (".pbm", ".pgm", ".pnm", ".ppm")
_ENDINGS = frozenset(
    (".apng", ".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
).union(_NETPBM_ENDINGS)


def parse(archive: zipfile.ZipFile, name: str, source: str, licence: str) -> DataSet:
    """Returns the data set in a .zip file that was opened; see `bnn.data.files.parse`."""
    pictures, num_others = _pictures(archive, name)
    class_names, examples, num_empty = _read_all(archive, pictures, name)
    unique = list(dict.fromkeys(examples))
    labels = np.array([label for label, _ in unique], np.uint8)
    notes = (
        *_note(num_others, "file that is no picture is", "files that are no pictures are"),
        *_note(num_empty, "picture without ink is", "pictures without ink are"),
        *splitting.note_on_copies(len(examples) - len(unique), "picture"),
        *_note_on_folders(pictures),
    )
    splitting.check_classes(labels, class_names, notes=notes)
    images = np.stack([np.frombuffer(image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE) for _, image in unique])
    parts = splitting.by_class(labels)
    training, validation, test = (Split(images[parts == part], labels[parts == part]) for part in range(3))
    return arrays.data_set(
        (training, validation, test),
        class_names,
        name=name,
        source=source,
        licence=licence,
        notes=notes,
    )


def _note(num: int, one: str, several: str) -> tuple[str, ...]:
    return (f"{num:,} {one if num == 1 else several} left out.",) if num else ()


def _note_on_folders(pictures: Sequence[Picture]) -> tuple[str, ...]:
    """Returns a sentence, in a tuple, on folders of the same name, such as "train/3" and "test/3"."""
    places: dict[str, set[PurePosixPath]] = {}
    for folder, info in pictures:
        places.setdefault(folder, set()).add(PurePosixPath(info.filename).parent)
    several = sorted(folder for folder, found in places.items() if len(found) > 1)
    if not several:
        return ()
    num = len(places[several[0]])
    return (f"Folders of the same name are one class, such as the {num:,} folders {several[0]!r}.",)


def _read_all(
    archive: zipfile.ZipFile, pictures: Sequence[Picture], name: str
) -> tuple[tuple[str, ...], list[tuple[int, bytes]], int]:
    """Returns the class names, each picture's label and image, and the number of pictures without ink."""
    class_names = check_class_names(sorted({folder for folder, _ in pictures}, key=label_order))
    examples, num_empty, left = [], 0, MAX_PIXELS
    for folder, info in pictures:
        with archive.open(info) as member:
            picture = member.read(MAX_PICTURE_BYTES + 1)
        if len(picture) > MAX_PICTURE_BYTES:
            raise ValueError(
                f"{info.filename:.80} is too large: at most {MAX_PICTURE_BYTES:,} bytes are read"
            )
        # A file with more bytes than pixels counts by its bytes, because decoding them takes time, too.
        left -= max(num_pixels_of(BytesIO(picture), f"{info.filename:.80}"), len(picture))
        if left < 0:
            raise ValueError(
                f"{name} is too large: its pictures may have at most {MAX_PIXELS:,} pixels together"
            )
        drawing = digit_from_image(grey_pixels_of(BytesIO(picture), f"{info.filename:.80}"))
        if drawing.is_empty:
            num_empty += 1
        else:
            examples.append((class_names.index(folder), drawing.digit.tobytes()))
    return class_names, examples, num_empty


def _name(info: zipfile.ZipInfo) -> str:
    """Returns the name of a file in an archive, with slashes between the names of folders."""
    name = info.filename
    if not info.flag_bits & _IS_UTF8:
        # macOS and `zip` on Linux write UTF-8 without this flag. `zipfile` then decodes it as code page 437.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    # Some programs on Windows write backslashes.
    return name.replace("\\", "/")


def _is_hidden(path: PurePosixPath) -> bool:
    return "__MACOSX" in path.parts or any(part.startswith(".") and part != ".." for part in path.parts)


def _pictures(archive: zipfile.ZipFile, name: str) -> tuple[list[Picture], int]:
    """Returns the pictures, and the number of files of other kinds."""
    pictures, num_others, first_other = [], 0, ""
    for info in archive.infolist():
        info.filename = _name(info)
        path = PurePosixPath(info.filename)
        if info.filename.endswith("/") or _is_hidden(path):
            continue
        if path.suffix.lower() not in _ENDINGS:
            num_others += 1
            first_other = first_other or str(path)
            continue
        if len(path.parts) < 2:
            raise ValueError(f"each picture must be in a folder with the name of its class, got {path!s:.80}")
        pictures.append((path.parts[-2], info))
        if len(pictures) > MAX_PICTURES:
            raise ValueError(f"{name} has more than {MAX_PICTURES:,} pictures")
    if not pictures:
        found = f"the file {first_other:.80}" if num_others else "no file"
        raise ValueError(
            f"{name} has neither the arrays x_train, y_train, x_test and y_test nor pictures that can be"
            f" read. It contains {found}. {READABLE}"
        )
    return pictures, num_others
