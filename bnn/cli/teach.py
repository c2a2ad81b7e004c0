"""The command `bnn teach`, which measures how well a network learns a person's handwriting."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

import numpy as np

from bnn.cli import output
from bnn.cli.common import check_training_packages, find_run, load_network
from bnn.data import mnist
from bnn.data.dataset import DIGITS, are_digits
from bnn.drawing.stroke_files import OTHER, load_drawings
from bnn.recipes.presets import one_hand_recipe

if TYPE_CHECKING:
    from bnn.engine.network import PackedNetwork
    from bnn.runs.run import Run
    from bnn.training.teaching import Lesson


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a file of strokes that names the writers")
    lesson = parser.add_mutually_exclusive_group()
    lesson.add_argument(
        "--examples",
        type=int,
        default=3,
        metavar="N",
        help="number of examples of each digit to learn from; by default 3",
    )
    parser.add_argument(
        "--writers",
        type=int,
        default=20,
        metavar="N",
        help="how many writers' hands to teach the network, each separately; by default 20",
    )
    lesson.add_argument(
        "--misread",
        action="store_true",
        help="teach each writer's first misread drawing alone, and test on this drawing",
    )
    parser.add_argument("--run", metavar="RUN", help="teach this run's network; by default the app's network")


def run(options: Namespace) -> int:
    """Measure how well a network learns a person's handwriting from a few drawings."""
    for name in ("examples", "writers"):
        if getattr(options, name) < 1:
            raise ValueError(f"--{name} must be at least 1, got {getattr(options, name)}")
    check_training_packages()
    taught = find_run(options.run)
    network = load_network(taught)
    if not are_digits(network.class_names):
        raise ValueError(f"run {taught.id} does not read digits, so it cannot learn a person's handwriting")
    if network.is_blind:
        raise ValueError(
            f"the network of {taught.id} is blind, so it cannot learn a person's handwriting: its first"
            " layer sees the same in every drawing"
        )
    lessons = _lessons(taught, network, options)
    if not lessons:
        used = f"is left after learning from {options.examples} of each digit"
        rest = "is misread" if options.misread else used
        raise ValueError(f"there is nothing to test on: no drawing by these writers {rest}")
    from bnn.analysis import metrics

    mnist_before = metrics.evaluate(network, mnist.test()).accuracy
    output.print_result(options, {"run": taught.id, **_summary(lessons, mnist_before)}, _text)
    return 0


def _lessons(taught: Run, network: PackedNetwork, options: Namespace) -> dict[str, Lesson]:
    """Trains the network on each writer's examples, and returns the results by writer.

    Each training starts from the same network. Writers without a drawing to test on are left out.
    """
    from bnn.training import teaching

    loaded = load_drawings(options.file, DIGITS, keep_others=True)
    drawings = [drawing for drawing in loaded if drawing.label != OTHER]
    lessons = {}
    for writer in teaching.choose_writers(drawings, options.writers):
        by_writer = [drawing for drawing in drawings if teaching.writer_of(drawing) == writer]
        examples, others = teaching.first_of_each_class(by_writer, options.examples)
        if options.misread:
            examples = others = teaching.first_misread(network, by_writer)
        if others:
            recipe = one_hand_recipe(taught.recipe(), taught.id, len(examples))
            name = "/".join(writer)
            lessons[name] = teaching.teach(network, recipe, examples, others)
            # This shows the progress, because the whole measurement takes minutes.
            output.print_note(f"{name}: {_lesson_words(lessons[name])}")
    return lessons


def _summary(lessons: dict[str, Lesson], mnist_before: float) -> dict[str, Any]:
    from bnn.analysis.writers import worst_tenth

    before, after, mnist_after, seconds = (
        np.array([getattr(lesson, name) for lesson in lessons.values()])
        for name in ("before", "after", "mnist_after", "seconds")
    )
    return {
        "writers": len(lessons),
        "before": float(before.mean()),
        "after": float(after.mean()),
        "worst_tenth_before": worst_tenth(np.sort(before)),
        "worst_tenth_after": worst_tenth(np.sort(after)),
        "mnist_before": mnist_before,
        "mnist_after": float(mnist_after.mean()),
        "seconds_per_writer": round(float(seconds.mean()), 1),
        "each_writer": {
            name: {
                "before": lesson.before,
                "after": lesson.after,
                "mnist_after": lesson.mnist_after,
                "misread": lesson.misread,
            }
            for name, lesson in lessons.items()
        },
    }


def _lesson_words(lesson: Lesson) -> str:
    before, after, mnist = map(output.percent, (lesson.before, lesson.after, lesson.mnist_after))
    misread = ", ".join(f"{label} as {answer}" for _, label, answer in lesson.misread) or "none"
    return f"{before} -> {after}; misread after learning: {misread}; MNIST's test digits: {mnist}"


def _text(result: dict[str, Any]) -> str:
    def change(name: str) -> str:
        return " -> ".join(output.percent(result[f"{name}{when}"]) for when in ("before", "after"))

    writers = output.count(result["writers"], "writer")
    return "\n".join(
        [
            f"{result['run']}, {writers}: {change('')} of a writer's test drawings are read right (mean)",
            f"mean of the lowest tenth of the writers' accuracies: {change('worst_tenth_')}",
            f"MNIST's test digits: {change('mnist_')}; {result['seconds_per_writer']:.0f} s for each writer",
        ]
    )
