"""The weighted layers of a recipe's network, and their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bnn.recipes.recipe import Recipe

NUM_CLASSES = 10
IMAGE_SIDE = 28


@dataclass(frozen=True)
class LayerShape:
    """One weighted layer: a 3x3 convolution or a dense layer.

    Args:
        kind: "convolution" or "dense".
        side: height and width of the input (1 for dense).
        inputs: channels (convolution) or units (dense) that come in.
        outputs: filters or units.
        pool: side of the max-pool behind it; 1 is none.
    """

    kind: str
    side: int
    inputs: int
    outputs: int
    pool: int = 1

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return self.inputs * self.outputs * (9 if self.kind == "convolution" else 1)


def layer_shapes(recipe: Recipe) -> list[LayerShape]:
    """The weighted layers of a recipe's network, first to last, the ten outputs included."""
    layers, side, channels = [], IMAGE_SIDE, recipe.num_input_channels
    for stage in recipe.stages:
        for position, filters in enumerate(stage):
            pool = 2 if position == len(stage) - 1 else 1
            layers.append(LayerShape("convolution", side, channels, filters, pool))
            channels = filters
        side //= 2
    units = side * side * channels
    for outputs in (*recipe.dense, NUM_CLASSES):
        layers.append(LayerShape("dense", 1, units, outputs))
        units = outputs
    return layers
