"""`bnn strokes`."""

from argparse import ArgumentParser, Namespace
from typing import Any

import numpy as np

from bnn.analysis import metrics
from bnn.cli import output
from bnn.cli.common import load_network
from bnn.data import dataset
from bnn.runs import store


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="one drawing a line, as JSON, perhaps gzipped")
    parser.add_argument("--run", metavar="RUN", help="by default the network that came with the app")


def run(options: Namespace) -> int:
    """Read the drawings in a file, as the Draw page does."""
    from bnn.drawing import preprocessing, stroke_files

    read_by = store.find(options.run)
    drawings = stroke_files.load_drawings(options.file, dataset.DIGITS)
    images = np.stack([preprocessing.digit_from_strokes(drawing.strokes).digit for drawing in drawings])
    labels = np.array([drawing.label for drawing in drawings], np.uint8)
    evaluation = metrics.evaluate(load_network(read_by), dataset.Split(images, labels))
    per_digit = metrics.per_class(evaluation.confusion_matrix())
    result = {
        "run": read_by.id,
        "num_drawings": evaluation.num_images,
        "num_correct": evaluation.num_correct,
        "accuracy": evaluation.accuracy,
        # None for a digit of which there is no drawing.
        "accuracy_per_digit": [
            float(recall) if num_images else None
            for recall, num_images in zip(per_digit["recall"], per_digit["num_images"], strict=True)
        ],
    }
    output.print_result(options, result, _text)
    return 0


def _text(result: dict[str, Any]) -> str:
    shares = ", ".join(
        f"{digit}: {output.percent(share, 1)}" for digit, share in enumerate(result["accuracy_per_digit"])
    )
    return (
        f"{result['run']}: {result['num_correct']:,} of {result['num_drawings']:,} right, "
        f"{output.percent(result['accuracy'])}\n{shares}"
    )
