"""What several commands use."""

from argparse import Namespace
from collections.abc import Collection, Iterable
from importlib.util import find_spec
from itertools import chain

from bnn.data.dataset import DIGITS, DataSet
from bnn.data.unipen_files import check_data
from bnn.engine.network import PackedNetwork
from bnn.recipes.checks import check_num_weights
from bnn.recipes.presets import PRESETS, changed_by_data_file, needs_data_file
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.labels import look, run_label, run_labels
from bnn.runs.launchers.local import WAITS
from bnn.runs.run import Run

# What `pip install` installs for a cluster; the same as the extra `cluster` in pyproject.toml.
RAY_REQUIREMENT = "ray[default,tune]==2.60.*"
# The exit code after a training that failed.
EXIT_FAILED = 1


def find_run(words: str | None) -> Run:
    """Returns the run with this id or, if no run has this id, with this name.

    The name may be the one that a user gave the run, or the one that the app shows. The case of its letters
    does not matter.

    Args:
        words: the id or the name; None for the run with the app's network.

    Raises:
        ValueError: if there is no such run, or several runs have this name. The message gives their ids.
    """
    runs = store.all_runs()
    if words is None or words in {run.id for run in runs}:
        return store.find(words)
    shown = run_labels(runs)
    found = [run for run in runs if look(words) in map(look, (run.name(), run_label(run), shown[run.id]))]
    if len(found) > 1:
        ids = ", ".join(run.id for run in found)
        raise ValueError(f"{len(found)} runs are called {words!r:.100}. Give the id instead: {ids}")
    return found[0] if found else store.find(words)


def load_network(run: Run) -> PackedNetwork:
    """Returns a run's network.

    Raises:
        ValueError: if the run has no network yet, or the network's file cannot be read or is damaged.
    """
    from bnn.engine import file

    if not run.model_path.exists():
        raise ValueError(f"run {run.id} has no network yet: its first epoch is not done")
    try:
        return file.load(run.model_path)
    except ValueError as error:
        raise ValueError(f"run {run.id}: {error}") from error


def check_training_packages(extras: str = "train") -> None:
    """Raises a `ValueError` if packages for training are missing. The message names the extras to install."""
    missing = [name for name in ("tensorflow", "tf_keras", "larq") if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise ValueError(f'this command needs {names}: pip install "one-bit-lab[{extras}]"')


def check_recipe(recipe: Recipe, data: DataSet | None) -> None:
    """Checks the data of a recipe, and the run that it starts from: they must exist and fit the recipe.

    Raises:
        ValueError: if the data or the run is missing or does not fit the recipe, or if the network would be
            too large for the number of classes. The message says which.
        OSError: if the data or the run cannot be read.
    """
    check_has_data(recipe, data)
    if data:
        check_num_weights(recipe, data.num_classes)
    if recipe.starts_from:
        from bnn.runs import starting

        starting.check_start(recipe, data.class_names if data else DIGITS)


def check_has_data(recipe: Recipe, data: DataSet | None) -> None:
    """Checks that the data that a recipe needs are there.

    Args:
        recipe: the recipe.
        data: the data set that the options name; None for MNIST.

    Raises:
        ValueError: if some are missing or damaged. The message says which.
    """
    if data is None:
        check_data(recipe)
        _check_content(recipe)
        if needs_data_file(recipe):
            raise ValueError(f"recipe {recipe.name} needs a file of drawings: add --data FILE")


def _check_content(recipe: Recipe) -> None:
    """Raises a `ValueError` if a file of UNIPEN drawings that the recipe needs is of another kind."""
    if recipe.pen_digits or recipe.pen_letters:
        from bnn.data import unipen

        # What is read here is kept for the training.
        if recipe.pen_digits:
            unipen.training_digits()
        if recipe.pen_letters:
            unipen.training_letters()


def check_given_settings(recipes: Iterable[Recipe], names: Collection[str], data: DataSet | None) -> None:
    """Checks that the trainings will use the settings that the options give.

    Args:
        recipes: the recipes with these settings.
        names: the names of the settings that the options give.
        data: the data set that the options name; None for MNIST.

    Raises:
        ValueError: if the data set would change such a setting.
    """
    if data is None:
        return
    num_drawings = data.num_drawings
    for recipe in recipes:
        for name, value in changed_by_data_file(recipe, num_drawings).items():
            if name in names:
                raise ValueError(
                    f"{name}={getattr(recipe, name)} cannot be used with --data, which sets it to {value}"
                )


def deformation_note(recipe: Recipe, data: DataSet | None) -> str:
    """Returns what a command says if a recipe turns off its own deformations; "" if it does not.

    Deformed pen drawings are added in each epoch, so the deformations of a data set of drawings stay on.

    Args:
        recipe: the recipe.
        data: the data set that the options name; None for MNIST.
    """
    has_drawings = data is not None and data.num_drawings > 0
    if not recipe.augment or recipe.plain_epochs < recipe.epochs or has_drawings:
        return ""
    return (
        f"with epochs={recipe.epochs} and plain_epochs={recipe.plain_epochs}, the data set's images are not"
        f" deformed (augment={recipe.augment:g} has no effect)"
    )


def seconds_of_training(run: Run) -> float:
    """Returns the time that all epochs of a run have taken, without waiting, in seconds with one decimal."""
    return round(float(run.history()["seconds"].to_numpy().sum()), 1)


def waiting_note(run: Run) -> str:
    """Returns what a command says about a run that has to wait for its turn."""
    return f"{run.id} {WAITS}"


def settings(options: Namespace) -> dict[str, str]:
    """Returns the settings that `--set` gives: {name: value}.

    Raises:
        ValueError: if an argument of `--set` is not of the form NAME=VALUE, or a setting is given twice.
    """
    values = {}
    for pair in chain.from_iterable(options.set):
        name, equals, value = pair.partition("=")
        if not equals:
            hint = f": put RECIPE before --set, as in {pair} --set NAME=VALUE" if pair in PRESETS else ""
            raise ValueError(f"--set takes NAME=VALUE, got {pair!r}{hint}")
        if name in values:
            raise ValueError(f"--set names {name} twice: give one value")
        values[name] = value
    return values
