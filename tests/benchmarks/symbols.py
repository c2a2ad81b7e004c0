"""Measures how well a network reads the letters of a writer who has taught it some of them.

    python -m tests.benchmarks.symbols letters.jsonl.gz --classes 10 --examples 10

For each writer, a network learns the letters that the writer has drawn most often. As on the Teach page, it
learns from the first drawings of each letter, with the recipe `symbols`. The network then reads the writer's
other drawings of these letters, and letters that it was not taught. All networks are trained in one process,
so that TensorFlow starts once.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import numpy as np

from bnn.data import files, pen_paths
from bnn.data.handwriting.rendering import draw_non_digits
from bnn.drawing.stroke_files import load_drawings, to_line
from bnn.engine import file, inference
from bnn.engine.answer import SURE
from bnn.recipes.presets import preset
from bnn.runs import run_data
from bnn.runs.run import Run

MAX_UNTAUGHT = 150
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# The recipe was developed with letters by these writers.
DEVELOPMENT = frozenset(
    [("apa", 14), ("apa", 18), ("apa", 19), ("app", 71), ("app", 72), ("app", 74), ("ibm", 147), ("ibm", 150)]
)


def main() -> None:
    """Measures, and prints a JSON object."""
    parser = argparse.ArgumentParser(description="see the top of this file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--writers", type=int, default=20)
    options = parser.parse_args()
    writers = candidates(options.file, options.classes, options.examples)
    order = np.random.default_rng(0).permutation(len(writers))[: options.writers]
    rows = [teach(*writers[index]) for index in order]
    num, right = (sum(row[key] for row in rows) for key in ("num", "right"))
    accuracies = [row["right"] / row["num"] for row in rows]
    result = {
        "writers_with_enough": len(writers),
        "writers": len(rows),
        "drawings": num,
        "accuracy": right / num,
        "mean_accuracy_of_writers": float(np.mean(accuracies)),
        "accuracy_of_worst_writer": min(accuracies),
        **{
            key: float(np.nanmean([row[key] for row in rows]))
            for key in rows[0]
            if key not in ("num", "right")
        },
    }
    print(json.dumps(result))


def candidates(path: Path, num_classes: int, num_examples: int) -> list[tuple[list, list, list]]:
    """Returns three lists for each writer with enough drawings.

    They are the drawings to learn from, the other drawings of these letters, and at most `MAX_UNTAUGHT`
    drawings of other letters. The writers in `DEVELOPMENT` are left out.
    """
    by_writer = defaultdict(list)
    for drawing in load_drawings(path, LETTERS):
        by_writer[drawing.contributor, drawing.writer].append(drawing)
    writers = []
    for name in sorted(set(by_writer) - DEVELOPMENT, key=str):
        counts = Counter(drawing.label for drawing in by_writer[name])
        most = [label for label, count in counts.most_common(num_classes) if count > num_examples]
        if len(most) < num_classes:
            continue
        num_seen, examples, others = Counter(), [], []
        for drawing in by_writer[name]:
            if drawing.label in most:
                part = examples if num_seen[drawing.label] < num_examples else others
                part.append(drawing)
                num_seen[drawing.label] += 1
        untaught = [drawing for drawing in by_writer[name] if drawing.label not in most]
        order = np.random.default_rng(1).permutation(len(untaught))[:MAX_UNTAUGHT]
        writers.append((examples, others, [untaught[index] for index in order]))
    return writers


def teach(examples: list, others: list, untaught: list) -> dict[str, float]:
    """Teaches a network the examples. Returns how well it reads the others, and the time of the training.

    Also returns two shares: of the scribbles, and of the untaught letters, for which the network's answer is
    sure. The second share is NaN if there are no untaught letters.
    """
    started, used = time.monotonic(), time.process_time()
    content = "".join(to_line(drawing.strokes, LETTERS[drawing.label]) for drawing in examples)
    data = files.parse(content.encode(), "letters.jsonl")
    with TemporaryDirectory() as folder:
        run = Run("symbols", Path(folder) / "symbols")
        run.write_recipe(preset("symbols"))
        run_data.keep(run, data)
        from bnn.training import loop

        loop.train(run, Event())
        network = file.load(run.model_path)
    seconds, processor_seconds = time.monotonic() - started, time.process_time() - used
    images = _images(others)
    labels = np.array([network.class_names.index(LETTERS[drawing.label]) for drawing in others])
    probabilities = inference.probabilities(network, images)
    is_right, is_sure = probabilities.argmax(axis=1) == labels, probabilities.max(axis=1) >= SURE
    scribbles = draw_non_digits(200, 99, signs=(), others=("scribble", "spring", "strokes", "outline"))
    is_sure_of_scribble = inference.probabilities(network, scribbles).max(axis=1) >= SURE
    untaught_sure = np.nan
    if untaught:
        untaught_sure = (inference.probabilities(network, _images(untaught)).max(axis=1) >= SURE).mean()
    return {
        "num": len(labels),
        "right": int(is_right.sum()),
        "sure": is_sure.mean(),
        "sure_and_wrong": (is_sure & ~is_right).mean(),
        "scribbles_sure": is_sure_of_scribble.mean(),
        "untaught_sure": untaught_sure,
        "seconds": seconds,
        "processor_seconds": processor_seconds,
    }


def _images(drawings: list) -> np.ndarray:
    return pen_paths.draw_plain(pen_paths.gather([drawing.strokes for drawing in drawings]))


if __name__ == "__main__":
    main()
