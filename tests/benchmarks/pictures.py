"""Measures how well the network reads pictures of many kinds, such as scans and photos.

    python -m tests.benchmarks.pictures [DRAWINGS] [--run RUN] [--num NUM] [--only KIND ...]

DRAWINGS is a file that `python -m bnn strokes` can read. Without it, the computer draws the digits. Every
kind of picture shows the same drawings. "Boldly wrong" means wrong and sure.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from bnn.data.dataset import DIGITS
from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing import picture_files, preprocessing, stroke_files
from bnn.engine import answer, file
from bnn.runs import store
from tests.support import pictures


def main() -> None:
    """Measures, and prints one line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path, nargs="?")
    parser.add_argument("--run")
    parser.add_argument("--num", type=int, default=100)
    parser.add_argument("--only", nargs="+")
    options = parser.parse_args()
    network = file.load(store.find(options.run).model_path)
    drawings = _drawings(options.drawings, options.num)
    print(f"{'kind':24} {'right':>7} {'sure, right':>12} {'boldly wrong':>13} {'nothing':>8} {'refused':>8}")
    for maker in pictures.READABLE:
        if not options.only or maker.__name__ in options.only:
            _print_kind(network, maker, drawings)


def _drawings(path: Path | None, num: int) -> list[tuple[int, list[np.ndarray]]]:
    rng = np.random.default_rng(11)
    if path is None:
        return [(k % 10, draw_strokes(k % 10, rng)) for k in range(num)]
    loaded = stroke_files.load_drawings(path, DIGITS)
    chosen = rng.choice(len(loaded), num, replace=False)
    return [(loaded[k].label, loaded[k].strokes) for k in chosen]


def _print_kind(network, maker: pictures.Maker, drawings) -> None:
    counts = np.zeros(5, int)
    for number, (label, strokes) in enumerate(drawings):
        counts += _outcome(network, maker(np.random.default_rng(number), strokes), label)
    right, sure, wrong, nothing, refused = counts / len(drawings)
    print(
        f"{maker.__name__:24} {right:7.1%} {sure:12.1%} {wrong:13.1%} {nothing:8.1%} {refused:8.1%}",
        flush=True,
    )


def _outcome(network, image, label: int) -> np.ndarray:
    """Returns 0 or 1 for each of: right, sure and right, sure and wrong, nothing found, refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("picture" + pictures.suffix(image))
        image.save(path)
        try:
            digit = preprocessing.digit_from_image(picture_files.grey_pixels(path))
        except (ValueError, OSError):
            return np.array([0, 0, 0, 0, 1])
    if digit.is_empty:
        return np.array([0, 0, 0, 1, 0])
    read = answer.read(network, digit.digit)
    is_right = read.label == label
    return np.array([is_right, is_right and read.is_sure, read.is_sure and not is_right, 0, 0], int)


if __name__ == "__main__":
    main()
