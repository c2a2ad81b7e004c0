"""The command `bnn evaluate`, which measures a run's network on the test set."""

from argparse import ArgumentParser, Namespace
from typing import Any

from bnn.cli import output
from bnn.cli.common import load_network
from bnn.data import mnist
from bnn.runs import store


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="the run; by default the one that came with the app"
    )


def run(options: Namespace) -> int:
    """Measure a run's network on the test set."""
    from bnn.analysis import metrics

    evaluated = store.find(options.run)
    summary = metrics.evaluate(load_network(evaluated), mnist.test()).summary()
    output.print_result(options, {"run": evaluated.id, **summary}, _text)
    return 0


def _text(result: dict[str, Any]) -> str:
    from bnn.analysis import metrics

    low, high = metrics.accuracy_interval(result["num_correct"], result["num_images"])
    lines = [
        f"{result['run']}: {result['num_correct']:,} of {result['num_images']:,} correct",
        f"{output.percent(result['accuracy'])} (95 % interval {low:.2%} to {high:.2%})",
        "rows: the true digit; columns: the answer",
        *(" ".join(f"{cell:5d}" for cell in row) for row in result["confusion_matrix"]),
    ]
    return "\n".join(lines)
