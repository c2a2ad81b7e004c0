"""The command `bnn twin`, which trains the float32 twin of a recipe."""

from argparse import ArgumentParser, Namespace
from typing import Any

from bnn.cli import data_option, output
from bnn.cli.common import check_has_data, check_training_packages
from bnn.data.mnist import MNIST
from bnn.recipes.presets import preset


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help="the recipe; by default best")
    data_option.add_arguments(parser)


def run(options: Namespace) -> int:
    """Train a recipe's network in float32 for six epochs, for comparison."""
    recipe = preset(options.recipe or "best")
    check_training_packages()
    data = data_option.read_data(options)
    check_has_data(recipe, data)
    from bnn.training import twin

    output.print_result(options, twin.train_twin(recipe, data or MNIST), _text)
    return 0


def _text(result: dict[str, Any]) -> str:
    return (
        f"float32 twin of {result['recipe']}: {output.percent(result['accuracy'])} of test images right, "
        f"{result['model_bytes']:,} bytes, in {result['seconds']:.0f} s"
    )
