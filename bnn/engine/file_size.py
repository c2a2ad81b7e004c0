"""Says how large the file of a recipe's packed network will be."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bnn.engine import file
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.layers import LayerShape, layer_shapes
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe

# Stands in for the temperature that training will choose. Only the length of its text matters: like most
# temperatures, it has about 16 decimal places.
_TEMPERATURE = 2 / 3


@lru_cache
def packed_bytes(recipe: Recipe, class_names: tuple[str, ...]) -> int:
    """Returns the size in bytes of the recipe's packed network, estimated without training it.

    The size also depends on the training. If a layer has a threshold beyond the range of int16, each of its
    thresholds takes four bytes instead of two. The text of the temperature may be some bytes shorter. For the
    recipes of the app, the error is below 1 %.

    Args:
        recipe: the recipe.
        class_names: the names of the classes of the data set. The file contains them.
    """
    num_classes = len(class_names)
    *hidden, last = layer_shapes(recipe, num_classes)
    network = PackedNetwork(
        pixel_threshold=CODINGS[recipe.pixels].thresholds,
        layers=(*(_hidden(shape, recipe.pool_first) for shape in hidden), _layer(last)),
        scale=np.zeros(num_classes, np.float32),
        offset=np.zeros(num_classes, np.float32),
        temperature=_TEMPERATURE,
        recipe=recipe.name,
        class_names=class_names,
        has_three_looks=recipe.has_three_looks,
    )
    return len(file.to_bytes(network))


def _layer(shape: LayerShape) -> PackedLayer:
    return PackedLayer(
        kind=shape.kind,
        side=shape.side,
        inputs=shape.inputs,
        outputs=shape.outputs,
        pool=shape.pool,
        pool_first=False,
        weights=np.zeros(shape.num_weights, bool),
    )


def _hidden(shape: LayerShape, pool_first: bool) -> PackedLayer:
    return replace(
        _layer(shape),
        pool_first=pool_first and shape.pool > 1,
        thresholds=np.zeros(shape.outputs, np.int32),
        flips=np.zeros(shape.outputs, bool),
    )
