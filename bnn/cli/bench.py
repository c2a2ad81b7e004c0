"""The command `bnn bench`, which measures the speed of this project's engine and of other engines."""

from argparse import ArgumentParser, Namespace
from typing import Any

from bnn.cli import output
from bnn.cli.common import check_training_packages, find_run
from bnn.recipes.presets import preset
from bnn.recipes.recipe import Recipe
from bnn.system.streams import without_messages


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "recipe", nargs="?", metavar="RECIPE", help="the network's recipe; by default report-signed"
    )
    parser.add_argument(
        "--run", metavar="RUN", help="measure a new network for ten classes with the layers of this run"
    )
    parser.add_argument(
        "--brief", action="store_true", help="measure the packed network and TensorFlow Lite only"
    )


def run(options: Namespace) -> int:
    """Measure how fast One-Bit Lab's engine and other engines read digits."""
    if options.run and options.recipe:
        raise ValueError("--run uses the run's own recipe: leave out RECIPE")
    measured = find_run(options.run) if options.run else None
    recipe = measured.recipe() if measured else preset(options.recipe or "report-signed")
    check_training_packages()
    # TensorFlow's warnings do not matter to the user.
    with without_messages():
        rows, absent = _measure(recipe, options.brief)
    result = {
        "recipe": recipe.name,
        "run": measured.id if measured else None,
        "rows": rows,
        "absent": absent,
    }
    output.print_result(options, result, _text)
    return 0


def _measure(recipe: Recipe, is_brief: bool) -> tuple[list[dict[str, Any]], list[str]]:
    from bnn.training import benchmark

    rows, absent = benchmark.rows(recipe, is_brief), benchmark.absent()
    if not is_brief:
        try:
            rows.insert(1, benchmark.browser_row(recipe))
        except ValueError as error:
            absent.append(f"WebAssembly: {error}")
    return rows, absent


_COLUMNS = ("median us", "least us", "digits / s", "model bytes", "engine MB")


def _text(result: dict[str, Any]) -> str:
    lines = [
        f"time for one digit, from pixels to scores, with {_network(result)}",
        "digits / s: the speed if many digits are read at once",
        "{:54} {:>10} {:>10} {:>12} {:>12} {:>10}".format("engine", *_COLUMNS),
        *map(_line, result["rows"]),
        *(f"not measured: {name}" for name in result["absent"]),
    ]
    return "\n".join(lines)


def _network(result: dict[str, Any]) -> str:
    if result["run"] is None:
        return f"the network of {result['recipe']}"
    # The weights do not matter for the speed.
    return f"a new network for ten classes that has the layers of run {result['run']}"


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['engine']:54} {row['microseconds_per_digit']:10,.1f} {row['microseconds_least']:10,.1f}"
        f" {row['digits_per_second']:12,.0f} {row['model_bytes']:12,} {row['engine_bytes'] / 1e6:10,.2f}"
    )
