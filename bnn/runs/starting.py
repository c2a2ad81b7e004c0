"""The network with which a training starts, if its recipe names a run to start from."""

from collections.abc import Sequence

from bnn.engine import file
from bnn.engine.network import PackedNetwork
from bnn.recipes.layers import layer_shapes
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.sources import keep_start_sources
from bnn.system.files import read_bytes, write_atomically


def check_start(recipe: Recipe, class_names: Sequence[str]) -> None:
    """Checks that training can start with the network of the run that the recipe names, if it names one.

    Args:
        recipe: the recipe.
        class_names: names of the classes that the new network will know.

    Raises:
        ValueError: if there is no such run, it has no network yet, or its network cannot be used; see
            `check_network`.
    """
    if recipe.starts_from:
        check_network(recipe, file.load(_source(recipe).model_path), class_names)


def check_network(recipe: Recipe, network: PackedNetwork, class_names: Sequence[str]) -> None:
    """Checks that training can start with a network.

    Raises:
        ValueError: if the network has other layers than the recipe's, or if it has other classes and the
            recipe needs the network's last layer. A recipe needs that layer if it trains all layers, or for
            `distill`.
    """
    _check_layers(recipe, network)
    # The changes after which the recipe does not need the last layer.
    changes = ["distill to false"] if recipe.distill else []
    if not recipe.trained_layers:
        changes.append("trained_layers to 1 or more")
    if changes and network.class_names != tuple(class_names):
        raise ValueError(
            f"the recipe needs the last layer of run {recipe.starts_from}, whose network has other classes:"
            f" {', '.join(network.class_names):.60} (the data: {', '.join(class_names):.60}); set"
            f" {' and '.join(changes)}"
        )


def keep_start(run: Run) -> None:
    """Copies the network with which a training starts into the run's folder, if the recipe names a run.

    This also writes the sources of that network's data. It does nothing if the copy exists. The copy is made
    as soon as a training is started. So the other run may change or be deleted while this run waits for its
    turn, and later the training can be repeated and the sources named.

    Raises:
        ValueError: if there is no such run, it has no network yet, or its network has other layers than the
            recipe's.
        OSError: if the copy cannot be written.
    """
    recipe = run.recipe()
    if recipe.starts_from and not run.start_path.is_file():
        path = _source(recipe).model_path
        _check_layers(recipe, file.load(path))
        keep_start_sources(run)
        write_atomically(run.start_path, read_bytes(path, file.MAX_FILE_BYTES))


def load_start(run: Run) -> PackedNetwork:
    """Returns the network with which the training of a run starts.

    It is the copy in the run's folder. If there is none yet, `keep_start` makes it.

    Raises:
        ValueError: if there is no such run, it has no network yet, its network has other layers than the
            recipe's, or the copy is damaged.
    """
    keep_start(run)
    network = file.load(run.start_path)
    _check_layers(run.recipe(), network)
    return network


def _source(recipe: Recipe) -> Run:
    source = store.find(recipe.starts_from)
    if not source.model_path.is_file():
        raise ValueError(f"run {source.id} has no network yet to start from: its first epoch is not done")
    return source


def _check_layers(recipe: Recipe, network: PackedNetwork) -> None:
    found, wanted = _layers_of_network(network), _layers_of_recipe(recipe, len(network.class_names))
    if found != wanted:
        raise ValueError(
            f"the recipe cannot start from run {recipe.starts_from}, whose network has other layers:"
            f" {'; '.join(found)} (the recipe: {'; '.join(wanted)})"
        )


def _layers_of_network(network: PackedNetwork) -> list[str]:
    """Returns a text for the input of the first layer, and a text for each layer."""
    layers = [
        _words(layer.kind, layer.num_taps * layer.inputs, layer.outputs, layer.pool, layer.pool_first)
        for layer in network.layers
    ]
    return [_pixel_words(network.pixel_threshold), *layers]


def _layers_of_recipe(recipe: Recipe, num_classes: int) -> list[str]:
    layers = [
        _words(shape.kind, shape.num_inputs, shape.outputs, shape.pool, recipe.pool_first and shape.pool > 1)
        for shape in layer_shapes(recipe, num_classes)
    ]
    return [_pixel_words(CODINGS[recipe.pixels].thresholds), *layers]


def _words(kind: str, num_inputs: int, num_outputs: int, pool: int, pool_first: bool) -> str:
    pooled = f", pooled {'first' if pool_first else 'last'}" if pool > 1 else ""
    return f"{kind} {num_inputs:,} to {num_outputs:,}{pooled}"


def _pixel_words(thresholds: int | tuple[int, ...] | None) -> str:
    return "grey pixels" if thresholds is None else f"pixels from {thresholds}"
