"""The command line: `python -m bnn --help`."""

import argparse
import json
import logging
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bnn import __version__
from bnn.analysis import metrics
from bnn.data import dataset, mnist
from bnn.drawing.picture_files import _grey_pixels
from bnn.recipes.presets import PRESETS, preset
from bnn.recipes.recipe import Recipe
from bnn.runs import store, turns
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system.files import error_words, remove_parts


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (ValueError, OSError) as error:
        _complain(error)
        return 2


def train(options) -> int:
    """Train a recipe from the start, or resume a run."""
    if options.resume and (options.recipe or options.set):
        raise ValueError("--resume takes the run's own recipe: leave out RECIPE and --set")
    recipe = None if options.resume else _recipe(options)
    _check_training_packages()
    run = store.find(options.resume) if options.resume else store.create(recipe)
    if run.shipped or run.status().state == "finished":
        raise ValueError(f"run {run.id} is finished: there is nothing to resume")
    started = time.monotonic()
    with turns.only_trainer(run):
        if run.status().state not in ACTIVE:
            # Left from before. Where the page has started this, it is queued, and Stop was pressed since.
            run.stop_path.unlink(missing_ok=True)
        remove_parts(run.folder)
        code = _train_run(run)
    if code == 0:
        _print(options, _trained(run, time.monotonic() - started), _trained_text)
    return code


def evaluate(options) -> int:
    """Measure a run's network on the test set."""
    run = store.find(options.run)
    summary = metrics.evaluate(_network(run), mnist.test()).summary()
    _print(options, {"run": run.id, **summary}, _evaluated_text)
    return 0


def classify(options) -> int:
    """Read digits from image files."""
    from bnn.drawing import preprocessing
    from bnn.engine import answer

    network, results, unsure = _network(store.find(options.run)), [], {}
    for path in options.images:
        digit = preprocessing.digit_from_image(_grey_pixels(path))
        if digit.is_empty:
            raise ValueError(f"{path}: there is nothing drawn on it")
        found = answer.read(network, digit.digit)
        results.append(
            {"file": path, "digit": found.label, "probabilities": [float(p) for p in found.probabilities]}
        )
        unsure[path] = () if found.is_sure else found.candidates
    _print(options, {"results": results}, lambda result: _classified_text(result, unsure))
    return 0


def strokes(options) -> int:
    """Read the drawings in a file by the way a drawing on the canvas takes."""
    from bnn.drawing import preprocessing, stroke_files

    run = store.find(options.run)
    drawings = stroke_files.load_drawings(options.file, dataset.DIGITS)
    images = np.stack([preprocessing.digit_from_strokes(drawing.strokes).digit for drawing in drawings])
    labels = np.array([drawing.label for drawing in drawings], np.uint8)
    evaluation = metrics.evaluate(_network(run), dataset.Split(images, labels))
    per_digit = metrics.per_class(evaluation.confusion_matrix())
    result = {
        "run": run.id,
        "num_drawings": evaluation.num_images,
        "num_correct": evaluation.num_correct,
        "accuracy": evaluation.accuracy,
        # None for a digit of which there is no drawing.
        "accuracy_per_digit": [
            float(row.recall) if row.num_images else None for row in per_digit.itertuples()
        ],
    }
    _print(options, result, _strokes_text)
    return 0


def list_runs(options) -> int:
    """List all runs, the shipped ones last."""
    rows = [row for row in map(_run_row, store.all_runs()) if row]
    _print(options, {"runs": rows}, _runs_text)
    return 0


def bench(options) -> int:
    """Measure how fast digits are read, beside other engines."""
    if options.run and options.recipe:
        raise ValueError("--run takes the run's own recipe: leave out RECIPE")
    recipe = store.find(options.run).recipe() if options.run else preset(options.recipe or "report-signed")
    _check_training_packages()
    from bnn.training import benchmark

    result = {"recipe": recipe.name, "rows": benchmark.rows(recipe), "absent": benchmark.absent()}
    _print(options, result, _bench_text)
    return 0


def twin(options) -> int:
    """Train a recipe's network in float32, for comparison."""
    recipe = preset(options.recipe or "best")
    _check_training_packages()
    from bnn.training import twin

    _print(options, twin.train_twin(recipe), _twin_text)
    return 0


def _parser():
    name = "bnn" if Path(sys.argv[0]).stem == "bnn" else "python -m bnn"
    parser = _Parser(prog=name, description="Binary neural networks on MNIST.")
    parser.add_argument("--version", action="version", version=f"one-bit-lab {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name, function):
        command = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        command.set_defaults(command=function)
        command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        return command

    command = add("train", train)
    command.add_argument("recipe", nargs="?", metavar="RECIPE", help=f"one of {', '.join(PRESETS)}")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        nargs="+",
        help="change a setting: epochs=3",
    )
    command.add_argument("--resume", metavar="RUN", help="go on with a stopped or interrupted run")
    command = add("evaluate", evaluate)
    command.add_argument("run", nargs="?", metavar="RUN")
    command = add("classify", classify)
    command.add_argument("images", nargs="+", metavar="IMAGE")
    command.add_argument("--run", metavar="RUN")
    command = add("strokes", strokes)
    command.add_argument("file", metavar="FILE")
    command.add_argument("--run", metavar="RUN")
    add("runs", list_runs)
    command = add("bench", bench)
    command.add_argument("recipe", nargs="?", metavar="RECIPE", help="whose network; report-signed")
    command.add_argument("--run", metavar="RUN", help="that run's network instead")
    command = add("twin", twin)
    command.add_argument("recipe", nargs="?", metavar="RECIPE", help="whose twin; best")
    return parser


def _recipe(options) -> Recipe:
    settings = {}
    for pair in (pair for group in options.set for pair in group):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"--set takes NAME=VALUE, got {pair!r}")
        settings[name] = value
    return preset(options.recipe or "quick").with_settings(settings)


def _check_training_packages() -> None:
    """Raise a ValueError if the extra that trains is not installed."""
    missing = [name for name in ("tensorflow", "tf_keras", "larq") if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise ValueError(f"this command needs {names}: pip install 'one-bit-lab[train]'")


def _train_run(run: Run) -> int:
    # SIGTERM, as sent when a machine shuts down, keeps what was learnt, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with turns.turn(run), turns.end_if_stopped(run) as learning:
            from bnn.training import loop

            loop.train(run, learning)
        return 0
    except (turns.Stopped, KeyboardInterrupt):
        turns.write_stopped(run)
        turns.say_stopped(run)
        return turns.EXIT_STOPPED
    except Exception as error:
        # Whatever it was, the page must be able to say that this run is over, and why.
        _write_failed(run, error)
        if not isinstance(error, (ValueError, OSError)):
            logging.getLogger("bnn").exception("training failed")
        _complain(error)
        return 1


def _write_failed(run, error):
    # Where even that cannot be written, the run reads as interrupted.
    with suppress(OSError):
        run.write_status(replace(run.status(), state="failed", message=_one_line(error)))


def _complain(error):
    # The log may be on the disk that is full.
    with suppress(OSError):
        print(f"bnn: {_one_line(error)}", file=sys.stderr, flush=True)


def _one_line(error):
    return error_words(error)[:500]


def _network(run: Run):
    from bnn.engine import file

    return file.load(run.model_path)


def _trained(run, seconds):
    accuracy = run.history()["validation_accuracy"].max()
    test = run.test()["accuracy"]
    return {
        "run": run.id,
        "validation_accuracy": float(accuracy),
        "test_accuracy": test,
        "seconds": round(seconds, 1),
    }


def _run_row(run):
    try:
        recipe, history, test = run.recipe(), run.history(), run.test()
        size = run.model_path.stat().st_size if run.model_path.exists() else None
    except (ValueError, OSError) as error:
        _complain(error)
        return None
    best = history["validation_accuracy"].max()
    return {
        "id": run.id,
        "recipe": recipe.name,
        "state": run.status().state,
        "shipped": run.shipped,
        "epochs": len(history),
        "validation_accuracy": float(best) if len(history) else None,
        "test_accuracy": test["accuracy"] if test else None,
        "num_weights": recipe.num_weights,
        "model_bytes": size,
    }


def _print(options, result, text):
    # Flushed, for a disk that is full should be an error while errors are looked after.
    print(json.dumps(result) if options.json else text(result), flush=True)


def _trained_text(result):
    return (
        f"{result['run']}: {result['validation_accuracy']:.2%} of validation digits, "
        f"{result['test_accuracy']:.2%} of test digits, in {result['seconds']:.0f} s"
    )


def _evaluated_text(result):
    low, high = metrics.accuracy_interval(result["num_correct"], result["num_images"])
    lines = [
        f"{result['run']}: {result['num_correct']:,} of {result['num_images']:,} right",
        f"{result['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})",
        "rows: the true digit; columns: the answer",
        *(" ".join(f"{cell:5d}" for cell in row) for row in result["confusion_matrix"]),
    ]
    return "\n".join(lines)


def _classified_text(result, unsure):
    lines = []
    for row in result["results"]:
        candidates = " or ".join(map(str, unsure[row["file"]]))
        said = f"not sure: {candidates}?" if candidates else row["digit"]
        lines.append(f"{row['file']}: {said} ({max(row['probabilities']):.1%})")
    return "\n".join(lines)


def _strokes_text(result):
    shares = ", ".join(
        f"{digit}: {'-' if share is None else f'{share:.1%}'}"
        for digit, share in enumerate(result["accuracy_per_digit"])
    )
    return (
        f"{result['run']}: {result['num_correct']:,} of {result['num_drawings']:,} right, "
        f"{result['accuracy']:.2%}\n{shares}"
    )


def _runs_text(result):
    return "\n".join(_run_line(row) for row in result["runs"]) or "there are no runs yet"


def _bench_text(result):
    lines = [
        f"One digit from {result['recipe']}'s network, pixels to answer; each engine in turn, same run",
        f"{'engine':44} {'median us':>10} {'least us':>10} {'in bulk / s':>12} {'model bytes':>12} {'engine MB':>10}",
    ]
    for row in result["rows"]:
        lines.append(
            f"{row['engine']:44} {row['microseconds_per_digit']:10,.1f} {row['microseconds_least']:10,.1f}"
            f" {row['digits_per_second']:12,.0f} {row['model_bytes']:12,} {row['engine_bytes'] / 1e6:10,.0f}"
        )
    return "\n".join([*lines, *(f"not installed: {name}" for name in result["absent"])])


def _twin_text(result):
    return (
        f"float32 twin of {result['recipe']}: {result['accuracy']:.2%} of test digits, "
        f"{result['model_bytes']:,} bytes, in {result['seconds']:.0f} s"
    )


def _run_line(row):
    def share(value):
        return "-" if value is None else f"{value:.2%}"

    return (
        f"{row['id']:40} {row['state']:12} {row['epochs']:4} epochs   validation "
        f"{share(row['validation_accuracy']):>7}   test {share(row['test_accuracy']):>7}"
    )
