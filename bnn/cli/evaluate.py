"""The command `bnn evaluate`, which measures a run's network on the test set."""

from argparse import ArgumentParser, Namespace
from typing import Any

from bnn.cli import output
from bnn.cli.common import find_run, load_network
from bnn.runs import run_data


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("run", nargs="?", metavar="RUN", help="the run; by default the app's network")


def run(options: Namespace) -> int:
    """Measure a run's network on the test images of its data set."""
    from bnn.analysis import metrics

    evaluated = find_run(options.run)
    network = load_network(evaluated)
    summary = metrics.evaluate(network, run_data.load(evaluated).test()).summary()
    interval = metrics.accuracy_interval(summary["num_correct"], summary["num_images"])
    about = {
        "accuracy_interval": interval,
        "class_names": network.class_names,
        "data": run_data.facts(evaluated).credit,
    }
    output.print_result(options, {"run": evaluated.id, **summary, **about}, _text)
    return 0


def _text(result: dict[str, Any]) -> str:
    interval = " to ".join(map(output.percent, result["accuracy_interval"]))
    lines = [
        f"{result['run']}: {result['num_correct']:,} of {result['num_images']:,} correct",
        f"{output.percent(result['accuracy'])} (95% interval {interval})",
        f"data: {result['data']}",
        "rows: the true class; columns: the answer",
        *map(_row, result["class_names"], result["confusion_matrix"]),
    ]
    return "\n".join(lines)


def _row(name: str, counts: list[int]) -> str:
    return f"{name:20.20} " + " ".join(f"{count:5d}" for count in counts)
