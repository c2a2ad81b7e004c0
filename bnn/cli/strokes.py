"""The command `bnn strokes`, which reads the drawings in a file of pen strokes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from bnn.analysis import writers
from bnn.cli import output
from bnn.cli.common import find_run, load_network
from bnn.data.dataset import Split
from bnn.drawing.stroke_files import OTHER, StrokeDrawing, labels_of, load_drawings

if TYPE_CHECKING:
    from bnn.analysis.metrics import Evaluation


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "file", metavar="FILE", help="a file with one drawing per line, as JSON; it may be gzipped"
    )
    parser.add_argument(
        "--run", metavar="RUN", help="read with this run's network; by default the app's network"
    )
    parser.add_argument(
        "--writers",
        choices=("all", "training", "validation"),
        default="all",
        help="read only drawings by the writers who are used for training, or by those who are held out for"
        " validation; by default all",
    )


def run(options: Namespace) -> int:
    """Read the drawings in a file, as the Draw page does."""
    from bnn.analysis import metrics

    read_by = find_run(options.run)
    network = load_network(read_by)
    loaded = load_drawings(options.file, network.class_names, keep_others=True)
    loaded = _by_writers(loaded, options.writers)
    drawings = [drawing for drawing in loaded if drawing.label != OTHER]
    if not drawings:
        writers_used = "" if options.writers == "all" else f" by writers who are used for {options.writers}"
        raise ValueError(
            f"{options.file} holds no drawing of {', '.join(network.class_names):.60}{writers_used}"
        )
    evaluation = metrics.evaluate(network, Split(_images(drawings), labels_of(drawings)))
    result = {
        "run": read_by.id,
        "class_names": network.class_names,
        **_accuracies(evaluation, network.class_names),
        **_per_writer(evaluation, drawings),
        **_confidences(evaluation),
        "left_out": len(loaded) - len(drawings),
    }
    output.print_result(options, result, _text)
    return 0


def _by_writers(drawings: Sequence[StrokeDrawing], which: str) -> Sequence[StrokeDrawing]:
    if which == "all":
        return drawings
    from bnn.data.unipen import is_held_out

    wanted = is_held_out(drawings) == (which == "validation")
    return [drawing for drawing, is_wanted in zip(drawings, wanted, strict=True) if is_wanted]


def _images(drawings: Sequence[StrokeDrawing]) -> np.ndarray:
    from bnn.drawing import preprocessing

    return np.stack([preprocessing.digit_from_strokes(drawing.strokes).digit for drawing in drawings])


def _accuracies(evaluation: Evaluation, class_names: tuple[str, ...]) -> dict[str, Any]:
    from bnn.analysis import metrics

    per_class = metrics.per_class(evaluation.confusion_matrix(), class_names)
    return {
        "num_drawings": evaluation.num_images,
        "num_correct": evaluation.num_correct,
        "accuracy": evaluation.accuracy,
        # None for a class without drawings.
        "accuracy_per_digit": [None if isnan(recall) else recall for recall in per_class["recall"].tolist()],
    }


def _per_writer(evaluation: Evaluation, drawings: Sequence[StrokeDrawing]) -> dict[str, Any]:
    # Two contributors may have given the same number to different writers.
    names = [None if d.writer is None else (d.contributor, d.writer) for d in drawings]
    accuracies = writers.accuracy_per_writer(names, evaluation.labels == evaluation.predictions)
    return {
        "writers": len(accuracies),
        "accuracy_per_writer_mean": float(accuracies.mean()) if len(accuracies) else None,
        "accuracy_worst_tenth": writers.worst_tenth(accuracies) if len(accuracies) else None,
    }


def _confidences(evaluation: Evaluation) -> dict[str, Any]:
    from bnn.engine.answer import SURE

    is_sure, is_wrong = evaluation.confidences >= SURE, evaluation.labels != evaluation.predictions
    return {"boldly_wrong": float((is_sure & is_wrong).mean()), "not_sure": float((~is_sure).mean())}


def _text(result: dict[str, Any]) -> str:
    count = f"{result['num_correct']:,} of {result['num_drawings']:,} correct"
    shares = zip(result["class_names"], result["accuracy_per_digit"], strict=True)
    lines = [
        f"{result['run']}: {count}, {output.percent(result['accuracy'])}",
        ", ".join(f"{name}: {output.percent(share, 1)}" for name, share in shares),
        _writers_text(result) if result["writers"] else "",
        _confidences_text(result),
        f"{output.count(result['left_out'], 'drawing')} left out: the network has no class of that name"
        if result["left_out"]
        else "",
    ]
    return "\n".join(filter(None, lines))


def _writers_text(result: dict[str, Any]) -> str:
    mean, worst = result["accuracy_per_writer_mean"], result["accuracy_worst_tenth"]
    return (
        f"{output.count(result['writers'], 'writer')}: mean of their accuracies {output.percent(mean)}, "
        f"mean of the lowest tenth {output.percent(worst)}"
    )


def _confidences_text(result: dict[str, Any]) -> str:
    from bnn.engine.answer import SURE

    boldly_wrong, not_sure = output.percent(result["boldly_wrong"]), output.percent(result["not_sure"])
    return f"boldly wrong (at {SURE:.0%} or more): {boldly_wrong}; not sure: {not_sure}"
