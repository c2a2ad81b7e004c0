"""Measures how well a network learns one person's handwriting from a few of that person's drawings."""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import NamedTuple

import numpy as np

from bnn.analysis import metrics
from bnn.data import pen_paths
from bnn.data.dataset import DIGITS, Split
from bnn.drawing.stroke_files import StrokeDrawing, labels_of, to_line
from bnn.engine import file
from bnn.engine.network import PackedNetwork
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.training import loop

# Only writers with at least this many drawings are used, so that enough drawings are left to test on.
MIN_DRAWINGS = 50
Writer = tuple[str, str]


class Lesson(NamedTuple):
    """The result of training a network on a few drawings by one writer.

    Args:
        before: accuracy on the writer's other drawings before the training.
        after: accuracy on the same drawings after the training.
        mnist_after: accuracy on MNIST's test set after the training.
        seconds: duration of the training and its test.
        misread: the other drawings that are read wrong after the training. For each of them: its number
            among the other drawings, counted from 1, its label, and the answer.
    """

    before: float
    after: float
    mnist_after: float
    seconds: float
    misread: list[tuple[int, int, int]]


def choose_writers(drawings: Sequence[StrokeDrawing], num: int) -> list[Writer]:
    """Returns at most `num` random writers with at least `MIN_DRAWINGS` drawings.

    The same drawings always give the same writers. Drawings without a writer are ignored.

    Raises:
        ValueError: if no writer has that many drawings.
    """
    writers = [writer_of(drawing) for drawing in drawings if drawing.writer is not None]
    frequent = sorted(writer for writer in set(writers) if writers.count(writer) >= MIN_DRAWINGS)
    if not frequent:
        raise ValueError(f"the file has no writer with {MIN_DRAWINGS} drawings or more")
    order = np.random.default_rng(0).permutation(len(frequent))
    return [frequent[index] for index in order[:num]]


def writer_of(drawing: StrokeDrawing) -> Writer:
    """Returns contributor and writer of a drawing. Different contributors may use the same numbers."""
    return str(drawing.contributor), str(drawing.writer)


def first_of_each_class(
    drawings: Sequence[StrokeDrawing], num: int
) -> tuple[list[StrokeDrawing], list[StrokeDrawing]]:
    """Returns the first `num` drawings of each class, and all others."""
    examples, others, counts = [], [], np.zeros(len(DIGITS), int)
    for drawing in drawings:
        if counts[drawing.label] < num:
            examples.append(drawing)
            counts[drawing.label] += 1
        else:
            others.append(drawing)
    return examples, others


def first_misread(network: PackedNetwork, drawings: Sequence[StrokeDrawing]) -> list[StrokeDrawing]:
    """Returns the first drawing that the network reads wrong, in a list; an empty list if there is none."""
    answers = metrics.evaluate(network, _split(drawings))
    return [drawings[i] for i in np.flatnonzero(answers.predictions != answers.labels)[:1]]


def teach(
    network: PackedNetwork, recipe: Recipe, examples: Sequence[StrokeDrawing], others: Sequence[StrokeDrawing]
) -> Lesson:
    """Trains a network on some drawings by one writer, and measures it on the writer's other drawings.

    The run is in a temporary folder.

    Args:
        network: the network to start from.
        recipe: made by `bnn.recipes.presets.one_hand_recipe`.
        examples: the drawings to learn from.
        others: the drawings to test on.
    """
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        run = Run("mine", Path(folder) / "mine")
        run.write_recipe(recipe)
        lines = [to_line(drawing.strokes, DIGITS[drawing.label]) for drawing in examples]
        write_atomically(run.examples_path, "".join(lines))
        loop.train(run, Event())
        learnt, test = file.load(run.model_path), run.test()
    seconds = time.monotonic() - started
    split = _split(others)
    before, after = metrics.evaluate(network, split), metrics.evaluate(learnt, split)
    wrong = np.flatnonzero(after.predictions != after.labels)
    misread = [(int(i) + 1, int(after.labels[i]), int(after.predictions[i])) for i in wrong]
    mnist_after = test["accuracy"] if test else np.nan
    return Lesson(before.accuracy, after.accuracy, mnist_after, seconds, misread)


def _split(drawings: Sequence[StrokeDrawing]) -> Split:
    images = pen_paths.draw_plain(pen_paths.gather([drawing.strokes for drawing in drawings]))
    return Split(images, labels_of(drawings))
