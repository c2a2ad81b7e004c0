"""The shapes of the convolutions and dense layers of a recipe's network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bnn.recipes.recipe import Recipe

# Height and width of every network's input.
IMAGE_SIDE = 28
# Number of classes of MNIST. It is used where a recipe's weights are counted without a data set.
NUM_CLASSES = 10


@dataclass(frozen=True)
class LayerShape:
    """A layer with weights: a 3x3 convolution or a dense layer.

    Args:
        kind: "convolution" or "dense".
        side: height and width of the input; 1 for a dense layer.
        inputs: input channels of a convolution, or input neurons of a dense layer.
        outputs: neurons of a convolution or of a dense layer.
        pool: height and width of the max-pooling window that follows; 1 for no pooling.
    """

    kind: str
    side: int
    inputs: int
    outputs: int
    pool: int = 1

    @property
    def num_inputs(self) -> int:
        """Number of inputs of one neuron."""
        return self.inputs * (9 if self.kind == "convolution" else 1)

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return self.num_inputs * self.outputs


def layer_shapes(recipe: Recipe, num_classes: int = NUM_CLASSES) -> list[LayerShape]:
    """Returns the convolutions and dense layers of a recipe's network, from the first to the output layer."""
    layers, side, channels = [], IMAGE_SIDE, recipe.num_input_channels
    for stage in recipe.stages:
        for position, filters in enumerate(stage):
            pool = 2 if position == len(stage) - 1 else 1
            layers.append(LayerShape("convolution", side, channels, filters, pool))
            channels = filters
        side //= 2
    units = side * side * channels
    for outputs in (*recipe.dense, num_classes):
        layers.append(LayerShape("dense", 1, units, outputs))
        units = outputs
    return layers
