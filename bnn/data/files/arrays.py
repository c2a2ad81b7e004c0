"""Reads images and labels from an .npz file and writes such files.

The four required arrays are named as in Keras.

x_train, x_test             (n, height, width) or (n, height, width, 1 or 3) uint8; sides 1 to 64
y_train, y_test             (n,) or (n, 1) integers, counted from 0
x_validation, y_validation  optional; otherwise a part of the training images is used for validation
class_names                 optional: (classes,) text; otherwise the classes are called 0, 1, 2 and so on
"""

import zipfile
from collections.abc import Sequence
from functools import partial
from io import BytesIO

import numpy as np
from PIL import Image

from bnn.data.dataset import ARRAYS_FILE, MAX_CLASSES, DataSet, KeptFile, Split, check_class_names
from bnn.data.files import npy, splitting
from bnn.recipes.layers import IMAGE_SIDE

_REQUIRED = ("x_train", "y_train", "x_test", "y_test")
_OPTIONAL = ("x_validation", "y_validation", "class_names")
# The most images of all parts together. With their labels, scaled to 28x28, they have 196 million bytes, so a
# run can read again the file that it keeps (`npy.MAX_BYTES`).
MAX_IMAGES_TOGETHER = 250_000
# What each part of a data set is called in the notes for the user.
_NAMES = {"train": "training", "validation": "validation", "test": "test"}


def parse(
    archive: zipfile.ZipFile, name: str, source: str, licence: str, *, is_kept: bool = False
) -> DataSet:
    """Returns the data set in an .npz file that was opened; see `bnn.data.files.parse`."""
    return from_arrays(_read_arrays(archive, name), name, source, licence, is_kept=is_kept)


def from_arrays(
    arrays: dict[str, np.ndarray], name: str, source: str, licence: str, *, is_kept: bool = False
) -> DataSet:
    """Returns the data set of the arrays of an .npz file; see `bnn.data.files.parse`.

    Raises:
        ValueError: if the arrays are not a valid data set. The message says why.
    """
    parts = {part: _split(arrays, part) for part in _NAMES if f"x_{part}" in arrays}
    class_names = _class_names(arrays, parts)
    if not len(parts["test"].labels):
        raise ValueError("x_test has no images")
    if is_kept:
        # Copies were left out before the split. An image with two labels may be in two parts since the split,
        # and must stay in both.
        kept, notes = parts, ()
    else:
        _check_num_images(parts)
        kept, notes = _without_copies(parts)
    training, validation = _training_and_validation(kept, class_names, notes)
    return data_set(
        (training, validation, kept["test"]),
        class_names,
        name=name,
        source=source,
        licence=licence,
        notes=notes,
    )


def _training_and_validation(
    parts: dict[str, Split], class_names: Sequence[str], notes: Sequence[str]
) -> tuple[Split, Split]:
    """Returns the training and the validation part. If validation is missing, training is split.

    Raises:
        ValueError: if there are too few images. The message repeats the notes on what was left out.
    """
    training, validation = parts["train"], parts.get("validation")
    if validation is None:
        splitting.check_classes(training.labels, class_names, notes=notes)
        is_validation = splitting.by_class(training.labels, 2) == splitting.VALIDATION
        return _chosen(training, ~is_validation), _chosen(training, is_validation)
    # Nothing is split off, so one example of each class is enough. The file that a run keeps may
    # have fewer than the usual five, because its validation part was split off earlier.
    splitting.check_classes(training.labels, class_names, least=1, notes=notes)
    if not len(validation.labels):
        raise ValueError("x_validation has no images, or only images that are also in x_test")
    return training, validation


def data_set(
    parts: tuple[Split, Split, Split],
    class_names: tuple[str, ...],
    *,
    name: str,
    source: str,
    licence: str,
    notes: tuple[str, ...] = (),
) -> DataSet:
    """Returns a data set of images. A run keeps them as `.npz`.

    Args:
        parts: the images for training, validation and testing.
        class_names: the name of each class.
        name: the data set's name.
        source: who made the images.
        licence: their licence.
        notes: sentences about what was left out.
    """
    return DataSet(
        name=name,
        class_names=class_names,
        source=source,
        licence=licence,
        # Unlike lambdas, these functions can be pickled. A sweep on a cluster sends them to other machines.
        train_validation=partial(_without_test, parts),
        test=partial(parts.__getitem__, 2),
        kept_file=KeptFile(ARRAYS_FILE, partial(_to_bytes, class_names, parts)),
        notes=notes,
    )


def _without_test(parts: tuple[Split, Split, Split]) -> tuple[Split, Split]:
    return parts[:2]


def _to_bytes(class_names: tuple[str, ...], parts: tuple[Split, Split, Split]) -> bytes:
    arrays: dict[str, np.ndarray] = {"class_names": np.array(class_names)}
    for part, split in zip(("train", "validation", "test"), parts, strict=True):
        arrays |= {f"x_{part}": split.images, f"y_{part}": split.labels}
    file = BytesIO()
    np.savez_compressed(file, **arrays)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def _read_arrays(archive: zipfile.ZipFile, name: str) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    members = set(archive.namelist())
    if missing := [key for key in _REQUIRED if f"{key}.npy" not in members]:
        raise ValueError(f"{name} must have {', '.join(_REQUIRED)}; it has no {missing[0]}")
    left = npy.MAX_BYTES
    for key in (*_REQUIRED, *_OPTIONAL):
        if f"{key}.npy" in members:
            with archive.open(f"{key}.npy") as member:
                array = npy.read_array(member, key, left)
            left -= array.nbytes
            # Large images are shrunk at once, so that they do not stay in memory.
            arrays[key] = _small(array) if key.startswith("x_") else array
    return arrays


def _split(arrays: dict[str, np.ndarray], part: str) -> Split:
    images, labels = arrays[f"x_{part}"], arrays.get(f"y_{part}", np.empty(0, int)).ravel()
    if len(images) != len(labels):
        raise ValueError(f"x_{part} has {len(images):,} images, but y_{part} has {len(labels):,} labels")
    for label in (labels.min(initial=0), labels.max(initial=0)):
        if not 0 <= label < MAX_CLASSES:
            raise ValueError(f"y_{part} must have labels from 0 to {MAX_CLASSES - 1}, got {label}")
    return Split(_small(images), labels.astype(np.uint8))


def _check_num_images(parts: dict[str, Split]) -> None:
    num = sum(len(part.labels) for part in parts.values())
    if num > MAX_IMAGES_TOGETHER:
        names = ", ".join(f"x_{part}" for part in parts)
        raise ValueError(f"{names} may have at most {MAX_IMAGES_TOGETHER:,} images together, got {num:,}")


def _class_names(arrays: dict[str, np.ndarray], parts: dict[str, Split]) -> tuple[str, ...]:
    highest = max(int(split.labels.max(initial=0)) for split in parts.values())
    lowest = min(int(split.labels.min(initial=MAX_CLASSES)) for split in parts.values())
    if "class_names" not in arrays and 0 < lowest < MAX_CLASSES:
        raise ValueError(f"labels must count from 0, but the lowest label is {lowest}")
    names = arrays.get("class_names", np.arange(highest + 1)).tolist()
    names = check_class_names([str(name) for name in names])
    if highest >= len(names):
        raise ValueError(
            f"there are {len(names)} class names, so labels must be at most {len(names) - 1}, got {highest}"
        )
    return names


def _small(images: np.ndarray) -> np.ndarray:
    """Returns the images as (n, 28, 28) uint8: grey, and scaled without changing their proportions."""
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.shape[1:] == (IMAGE_SIDE, IMAGE_SIDE):
        return np.ascontiguousarray(images)
    out = np.zeros((len(images), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    height, width = (max(1, IMAGE_SIDE * side // max(images.shape[1:3])) for side in images.shape[1:3])
    top, left = (IMAGE_SIDE - height) // 2, (IMAGE_SIDE - width) // 2
    for image, small in zip(images, out, strict=True):
        resized = Image.fromarray(image).convert("L").resize((width, height), Image.Resampling.BOX)
        small[top : top + height, left : left + width] = resized
    return out


def _without_copies(parts: dict[str, Split]) -> tuple[dict[str, Split], tuple[str, ...]]:
    """Returns the parts without copies of images, and sentences about what was left out.

    An image of the test part is removed from the other parts, and an image of the validation part is removed
    from the training part. An image that occurs several times with the same label in the training or the
    validation part is kept once. The test part stays as it is, so that results on it can be compared with
    other people's.
    """
    kept, notes, num_copies = dict(parts), (), 0
    for part, other in (("train", "test"), ("validation", "test"), ("train", "validation")):
        if part in kept and other in kept:
            others = {image.tobytes() for image in kept[other].images}
            is_new = np.array([image.tobytes() not in others for image in kept[part].images], bool)
            notes += _note_on_part(int((~is_new).sum()), _NAMES[part], _NAMES[other])
            kept[part] = _chosen(kept[part], is_new)
    for part in {"train", "validation"} & kept.keys():
        unique = _without_repetitions(kept[part])
        num_copies += len(kept[part].labels) - len(unique.labels)
        kept[part] = unique
    return kept, notes + splitting.note_on_copies(num_copies, "image")


def _without_repetitions(part: Split) -> Split:
    """Returns a part without images that repeat an earlier one with the same label."""
    first: dict[tuple[int, bytes], int] = {}
    for index, (image, label) in enumerate(zip(*part, strict=True)):
        first.setdefault((int(label), image.tobytes()), index)
    return _chosen(part, np.fromiter(first.values(), int))


def _chosen(part: Split, which: np.ndarray) -> Split:
    return Split(part.images[which], part.labels[which])


def _note_on_part(num: int, part: str, other: str) -> tuple[str, ...]:
    if num == 0:
        return ()
    if num == 1:
        return (f"1 {part} image that is also a {other} image is left out.",)
    return (f"{num:,} {part} images that are also {other} images are left out.",)
