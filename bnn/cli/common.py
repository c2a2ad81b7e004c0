"""What several commands use."""

from argparse import Namespace
from importlib.util import find_spec
from itertools import chain

from bnn.data.dataset import DIGITS, DataSet
from bnn.data.unipen_files import check_data
from bnn.engine.network import PackedNetwork
from bnn.recipes.presets import needs_data_file
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run

# The exit code after a training that failed.
EXIT_FAILED = 1


def load_network(run: Run) -> PackedNetwork:
    """Returns a run's network.

    Raises:
        ValueError: if the run has no network yet, or the network's file is damaged.
    """
    from bnn.engine import file

    if not run.model_path.is_file():
        raise ValueError(f"run {run.id} has no network yet: its first epoch is not done")
    return file.load(run.model_path)


def check_training_packages(extras: str = "train") -> None:
    """Raises a `ValueError` if packages for training are missing. It says which extras to install."""
    missing = [name for name in ("tensorflow", "tf_keras", "larq") if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise ValueError(f"this command needs {names}: pip install 'one-bit-lab[{extras}]'")


def check_recipe(recipe: Recipe, data: DataSet | None) -> None:
    """Checks that the data that a recipe needs, and the run from which it starts, are there.

    Raises:
        ValueError: if one of them is missing. The message names it.
        OSError: if one of them cannot be read.
    """
    if data is None:
        check_data(recipe)
        if needs_data_file(recipe):
            raise ValueError(f"recipe {recipe.name} needs a file of drawings: add --data FILE")
    if recipe.starts_from:
        from bnn.runs import starting

        starting.check_start(recipe, data.class_names if data else DIGITS)


def settings(options: Namespace) -> dict[str, str]:
    """Returns the settings that `--set` gives: {name: value}.

    Raises:
        ValueError: if an argument of `--set` is not of the form NAME=VALUE.
    """
    values = {}
    for pair in chain.from_iterable(options.set):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"--set takes NAME=VALUE, got {pair!r}")
        values[name] = value
    return values
