"""Training only the last layers of a packed network.

The other layers stay as they are. So the packed network computes their outputs, with bits instead of
floating-point convolutions. Training the two dense layers of the app's network then takes seconds instead of
minutes.
"""

from dataclasses import dataclass, replace

import numpy as np

from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.layers import NUM_CLASSES
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, tf
from bnn.training.model import build, quantized_layers

# The engine returns the bits of all layers, 50 kB and more for each image, so it gets only this many images
# at once.
IMAGES_AT_ONCE = 256


@dataclass(frozen=True)
class LastLayers:
    """A packed network whose last layers are trained.

    Args:
        network: the packed network.
        num_layers: how many layers are trained, counted from the last one.
    """

    network: PackedNetwork
    num_layers: int

    @property
    def kept(self) -> tuple[PackedLayer, ...]:
        """The layers that stay as they are."""
        return self.network.layers[: -self.num_layers]

    @property
    def trained(self) -> PackedNetwork:
        """The network of the trained layers alone, as `unpack_into` takes it."""
        return replace(self.network, layers=self.network.layers[-self.num_layers :])

    def build(self, recipe: Recipe, num_classes: int = NUM_CLASSES) -> keras.Sequential:
        """Returns an untrained model of the trained layers; its input is what `inputs` returns."""
        whole = build(recipe, num_classes)
        first = whole.layers.index(quantized_layers(whole)[-self.num_layers])
        return keras.Sequential(
            [keras.layers.InputLayer(whole.layers[first].input_shape[1:]), *whole.layers[first:]],
            name=whole.name,
        )

    def inputs(self, images: np.ndarray | tf.Tensor) -> tf.Tensor:
        """Returns the inputs of the first trained layer, float32.

        They are -1 and +1. If all layers of a grey network are trained, they are the pixel values.

        Args:
            images: (n, 28, 28) uint8.
        """
        values = tf.numpy_function(self._inputs, [images], tf.float32)
        return tf.ensure_shape(values, (None, *self._input_shape))

    @property
    def _input_shape(self) -> tuple[int, ...]:
        layer = self.trained.layers[0]
        if layer.kind == "convolution":
            return (layer.side, layer.side, layer.inputs)
        return (layer.num_taps * layer.inputs,)

    def _inputs(self, images: np.ndarray) -> np.ndarray:
        parts = [images[start : start + IMAGES_AT_ONCE] for start in range(0, len(images), IMAGES_AT_ONCE)]
        # `activations` returns the input of each layer: bits, in which True stands for -1, or grey pixels.
        found = [inference.activations(self.network, part)[len(self.kept)] for part in parts]
        values = np.concatenate(found)
        if values.dtype == bool:
            values = np.where(values, -1, 1)
        return values.astype(np.float32).reshape(-1, *self._input_shape)
