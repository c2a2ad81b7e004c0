"""Measures how well drawings by people are read, large and small, with thin and thick pens.

    python -m tests.benchmarks.reading DRAWINGS [--run RUN]

DRAWINGS is a file that `python -m bnn strokes` can read. The program prints a line for each of these figures:

- the share of drawings that are read right, as pen paths and as pixels
- the share of digits about which the network is not sure
- the share of right answers in each range of certainty
- the share of other shapes about which the network is sure

The shapes in `UNSEEN` are not among those that are drawn for training (`bnn.data.handwriting.signs`).
"""

import argparse
import itertools
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from bnn.analysis import metrics
from bnn.data import dataset, mnist
from bnn.data.handwriting import rendering
from bnn.drawing import preprocessing, stroke_files
from bnn.engine import answer, file, inference
from bnn.runs import store

# Side of the canvas and widths of the pen, in pixels.
CANVAS = 280
PENS = (8, 14, 20, 30)
# Sizes of the drawings, as shares of the canvas without its margin.
SCALES = (0.4, 0.7, 1.0)
# An answer to a shape that is no digit is bold if its certainty is above this.
BOLD = 0.9
NUM_NON_DIGITS = 1_000
# Answers are sorted by their certainty into ranges with these limits.
CERTAINTIES = (0.0, 0.5, 0.7, 0.9, 0.95, 0.99, 1.0)

# The corners of shapes on a grid 4 wide and 6 high, as in `bnn.data.handwriting.signs`. None of these shapes
# is used there.
UNSEEN = {
    "h": ("00 06", "03 12 32 43 46"),
    "k": ("10 16", "42 14 46"),
    "m": ("02 06", "03 12 23 26", "23 32 43 46"),
    "n": ("02 06", "04 12 32 43 46"),
    "w": ("02 05 16 25 22", "25 36 45 42"),
    "f": ("41 30 21 26", "03 43"),
    "t": ("20 25 36 45", "02 42"),
    "pi": ("00 40", "10 16", "30 36"),
    "omega": ("06 16 03 10 30 43 36 46",),
    "percent": ("40 06", "00 10 11 01 00", "35 45 46 36 35"),
    "check": ("03 16 40",),
    "equals": ("02 42", "04 44"),
    "zigzag": ("00 40 02 42 04 44 06 46",),
    "bars": ("00 06", "20 26", "40 46"),
    "face": ("10 30 41 45 36 16 05 01 10", "11 12", "31 32", "14 25 34"),
    "fir": ("20 03 43 20", "23 05 45 23", "25 26"),
    "bulb": ("16 14 02 10 30 42 34 36", "15 35"),
    "hourglass": ("00 40 06 46 00",),
    "notes": ("10 40 45 35 34 44", "10 15 05 04 14"),
    "anchor": ("20 26", "12 32", "04 15 26 35 44"),
    "rocket": ("15 12 20 32 35 15", "14 06 16", "34 46 36", "22 23"),
    "cactus": ("20 26", "02 04 24", "42 43 23"),
    "bell": ("05 14 12 20 32 34 45 05", "25 26"),
    "key": ("01 11 13 03 01", "12 42 43", "32 33"),
    "butterfly": ("22 00 03 22 06 24 22 40 43 22 46 24 22",),
    "pine": ("20 12 04 44 32 20", "24 26"),
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    parser.add_argument("--run")
    options = parser.parse_args()
    network = file.load(store.find(options.run).model_path)
    loaded = stroke_files.load_drawings(options.drawings, dataset.DIGITS)
    drawings = [drawing.strokes for drawing in loaded]
    labels = np.array([drawing.label for drawing in loaded])
    _print_accuracies(network, drawings, labels)
    _print_certainty(network, drawings, labels)


def _print_accuracies(network, drawings, labels):
    def show(name, images):
        evaluation = metrics.evaluate(network, dataset.Split(np.stack(images), labels))
        print(f"{name:52} {evaluation.accuracy:7.2%}  of {evaluation.num_images:,}", flush=True)

    show("pen path", [preprocessing.digit_from_strokes(strokes).digit for strokes in drawings])
    for scale in SCALES:
        corners = [(0, 0), (1, 0), (0, 1), (1, 1)] if scale < 1 else [(0, 0)]
        for corner in corners:
            placed = [_placed(strokes, scale, corner) for strokes in drawings]
            name = f"pen path, scale {scale}, corner {corner[0]}{corner[1]}"
            show(name, [preprocessing.digit_from_strokes(strokes).digit for strokes in placed])
    for pen in PENS:
        pictures = [_picture(_placed(strokes, 0.8, (0.5, 0.5)), pen) for strokes in drawings]
        show(f"pixels, pen {pen} px on {CANVAS}", [preprocessing.digit_from_image(p).digit for p in pictures])


def _print_certainty(network, drawings, labels):
    _, validation = mnist.train_validation()
    scores = inference.scores_of_looks(network, validation.images)
    for name, temperature in (("before", 1.0), ("after", network.temperature)):
        probabilities = inference.mean_probabilities(scores, temperature)
        is_correct = probabilities.argmax(axis=1) == validation.labels
        error = _calibration_error(probabilities.max(axis=1), is_correct)
        print(f"calibration error on validation digits, {name:6} (T = {temperature:.2f})   {error:7.4f}")
    read = np.stack([preprocessing.digit_from_strokes(strokes).digit for strokes in drawings])
    for name, digits in (("MNIST test digits", mnist.test()), ("drawings", dataset.Split(read, labels))):
        probabilities = inference.probabilities(network, digits.images)
        certainties, is_correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == digits.labels
        print(
            f"not sure about {name:37} {(certainties < answer.SURE).mean():7.2%}  of {len(digits.labels):,}"
        )
        for low, high in itertools.pairwise(CERTAINTIES):
            # The last range includes its upper limit, 1.
            is_in_range = (certainties >= low) & ((certainties < high) | (high == 1))
            name_of_range = f"certainty {low:.0%} to {high:.0%}, {name}"
            share = is_correct[is_in_range].mean()
            print(f"right at {name_of_range:43} {share:7.2%}  of {is_in_range.sum():,}")
    for name, images in _non_digits().items():
        certainties = inference.probabilities(network, images).max(axis=1)
        bold, sure = (certainties > BOLD).mean(), (certainties >= answer.SURE).mean()
        shares = f"{bold:7.2%} above {BOLD}, {sure:7.2%} sure"
        print(f"bold about {name:41} {shares}  of {len(images):,}")


def _calibration_error(confidences, is_correct, num_bins=15):
    """Returns the expected calibration error, a fraction.

    The answers are sorted into bins of equal width by their confidence. Each bin has a difference between
    confidence and accuracy. The error is the mean of these differences, weighted by the number of answers.
    Source: Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    bins = np.minimum((confidences * num_bins).astype(int), num_bins - 1)
    gaps = np.bincount(bins, weights=confidences - is_correct, minlength=num_bins)
    return float(np.abs(gaps).sum() / len(confidences))


def _non_digits():
    rng = np.random.default_rng(7)
    unseen = [_unseen(rng, list(UNSEEN)) for _ in range(NUM_NON_DIGITS)]
    letters = [name for name in UNSEEN if len(name) == 1]
    unseen_letters = [_unseen(rng, letters) for _ in range(NUM_NON_DIGITS // 4)]
    blank_and_dots = [
        preprocessing.digit_from_strokes(strokes).digit for strokes in ([], [np.full((1, 2), 140.0)])
    ]
    kinds = {
        kind: rendering.draw_non_digits(NUM_NON_DIGITS // 4, 99, signs=(), others=(kind,))
        for kind in ("scribble", "dots", "line", "curve", "spring", "pair")
    }
    quarters = [kinds[kind] for kind in ("scribble", "dots", "pair")]
    return {
        "scribbles, dots, pairs and unseen letters": np.concatenate([*quarters, np.stack(unseen_letters)]),
        "shapes never trained on": np.stack(unseen),
        "an empty canvas and a dot": np.stack(blank_and_dots),
        "letters and signs trained on": rendering.draw_non_digits(NUM_NON_DIGITS, 99, others=()),
        **kinds,
    }


def _unseen(rng, names):
    lines = UNSEEN[names[rng.integers(len(names))]]
    turn = np.radians(rng.uniform(-12, 12))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * rng.uniform(25, 40)
    matrix[0] *= rng.uniform(0.7, 1.2)
    strokes = []
    for line in lines:
        corners = np.array([[int(x), int(y)] for x, y in line.split()], float)
        strokes.append((corners + rng.normal(0, 0.12, corners.shape)) @ matrix.T)
    return preprocessing.digit_from_strokes(strokes).digit


def _placed(strokes, scale, corner):
    """Returns the strokes scaled and moved to a corner of the canvas.

    Args:
        strokes: list of (n, 2) arrays.
        scale: the longer side of the result, as a share of the canvas without its margin.
        corner: (0, 0) for the upper left, (1, 1) for the lower right corner.
    """
    points = np.concatenate(strokes).astype(float)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    factor = scale * (CANVAS - 40) / max(size.max(), 1.0)
    room = CANVAS - 40 - size * factor
    return [(np.asarray(s, float) - low) * factor + 20 + room * np.asarray(corner) for s in strokes]


def _picture(strokes, pen):
    """Returns the strokes drawn with a round pen as on the canvas: (280, 280) uint8, white on black."""
    image = Image.new("L", (CANVAS, CANVAS))
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [tuple(point) for point in stroke]
        draw.line(points, fill=255, width=pen, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=255)
    return np.asarray(image)


if __name__ == "__main__":
    main()
