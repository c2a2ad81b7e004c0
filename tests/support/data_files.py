"""Small data files of each kind."""

import io
import json
import struct
import zipfile
from string import ascii_uppercase

import numpy as np
from PIL import Image, ImageDraw

# Points of three signs, in a box of 100 x 100.
SIGNS = {
    "cross": [[[0, 0], [100, 100]], [[100, 0], [0, 100]]],
    "hook": [[[0, 0], [0, 100], [70, 100]]],
    "roof": [[[0, 100], [50, 0], [100, 100]]],
}


def shaken(strokes, rng, spread=4.0):
    """Returns the strokes with each point moved a little."""
    return [
        (np.array(stroke) + rng.normal(0, spread, (len(stroke), 2))).round(1).tolist() for stroke in strokes
    ]


def stroke_lines(num_each=10, num_writers=0, signs=SIGNS, **extra):
    """Returns the content of a file of strokes, with `num_each` drawings of each sign.

    The drawings belong to `num_writers` writers in turn. If `num_writers` is 0, no writers are named. `extra`
    is added to each record.
    """
    rng, lines = np.random.default_rng(5), []
    for number in range(num_each):
        for label, strokes in signs.items():
            record = {"label": label, "strokes": shaken(strokes, rng), **extra}
            if num_writers:
                record["writer"] = number % num_writers
            lines.append(json.dumps(record))
    return "\n".join(lines).encode()


def letter_lines(num_each=10):
    """Returns the content of a file of strokes with 26 classes, the capital letters."""
    return stroke_lines(num_each, signs=dict.fromkeys(ascii_uppercase, SIGNS["hook"]))


def npz(**changes):
    """Returns the content of an .npz file with 16x16 images of 3 classes.

    `changes` replaces or adds arrays; an array that is None is left out.
    """
    rng = np.random.default_rng(6)
    arrays = {
        "x_train": rng.integers(0, 256, (60, 16, 16), np.uint8),
        "y_train": np.arange(60) % 3,
        "x_test": rng.integers(0, 256, (12, 16, 16), np.uint8),
        "y_test": np.arange(12) % 3,
    }
    file = io.BytesIO()
    np.savez_compressed(
        file, **{key: value for key, value in (arrays | changes).items() if value is not None}
    )
    return file.getvalue()


def picture(strokes):
    """Returns the content of a PNG file: dark strokes on light paper."""
    image = Image.new("L", (60, 60), 250)
    for stroke in strokes:
        points = [(10 + 0.4 * x, 10 + 0.4 * y) for x, y in stroke]
        ImageDraw.Draw(image).line(points, fill=20, width=4)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    """Returns the content of a .zip file with these members: {name: content}."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def crowded(num_bytes):
    """Returns the content of a .zip file that has no members, only a directory of `num_bytes` bytes."""
    num_entries, length = num_bytes // 48, num_bytes % 48
    # An entry has 46 bytes, and here a name of two bytes. The comment of the last entry fills the rest.
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 2, 0, 0) + bytes(12) + b"a/"
    last = entry[:32] + struct.pack("<H", length) + entry[34:] + bytes(length)
    counts = (min(num_entries, 65_535),) * 2
    end = struct.pack("<4s4xHHIIH", b"PK\x05\x06", *counts, num_bytes, 0, 0)
    return entry * (num_entries - 1) + last + end


def damaged_member(content):
    """Returns the content of a .zip file with other bytes in the middle of its first member."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
    # In a .zip file, a member begins with a header of 30 bytes and its name.
    middle = first.header_offset + 30 + len(first.filename) + first.compress_size // 2
    return content[:middle] + b"\xff" * 30 + content[middle + 30 :]


def pictures(num_each=8, signs=SIGNS):
    """Returns the pictures of a .zip file: {name: content}, with a folder for each sign."""
    rng = np.random.default_rng(7)
    return {
        f"signs/{name}/{number}.png": picture(shaken(strokes, rng))
        for name, strokes in signs.items()
        for number in range(num_each)
    }


def all_parts(data):
    """Returns the training, validation and test part of a data set."""
    return (*data.train_validation(), data.test())
