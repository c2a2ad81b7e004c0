"""Converts a packed network into a Keras model that can be trained further.

A packed network has no latent weights and no batch normalization. Both are made from its bits and thresholds:

1. A latent weight is `LATENT_WEIGHT` times the sign that the bit stands for.
2. Gamma is 1, or -1 if the channel's comparison is flipped. Mean and variance are measured on real images,
   from the first layer to the last, so that each layer gets its input from finished layers. Beta is chosen so
   that the sign changes half-way between t - 1 and the threshold t:

       gamma * (t - 1/2 - mean) / sqrt(variance + epsilon) + beta = 0

3. Gamma and beta of the last layer give the packed network's scale and offset.

Packing this model gives the same bits, thresholds and scores again. In training, each batch is normalized by
its own statistics. These are close to the measured ones, so the answers hardly change, and batch
normalization need not be frozen.
"""

from dataclasses import replace

import numpy as np

from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.training.backend import keras, tf
from bnn.training.model import quantized_layers

# Magnitude of all latent weights at the start. With it, Adam needs about LATENT_WEIGHT / learning_rate steps
# in the same direction to flip a bit. Latent weights are clipped to [-1, 1].
LATENT_WEIGHT = 0.1


def unpack_into(model: keras.Sequential, network: PackedNetwork, images: tf.Tensor | None) -> None:
    """Sets a model's weights so that packing the model gives the network again.

    Args:
        model: a model made by `bnn.training.model.build`, with the same layers as the network.
        network: the packed network.
        images: some hundreds of inputs for the model, (n, 28, 28, channels) float32, like those with which it
            will be trained. Without them, every mean is 0 and every variance 1. That is enough for a model
            that is not trained, and gives the same numbers on every machine.
    """
    for layer, packed in zip(quantized_layers(model), network.layers, strict=True):
        signs = np.where(packed.weights, -LATENT_WEIGHT, LATENT_WEIGHT)
        layer.kernel.assign(signs.transpose(1, 2, 0).reshape(layer.kernel.shape))
    packed_layers, values = iter(network.layers), images
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            _assign_norm(layer, next(packed_layers), network, values)
        if values is not None:
            values = layer(values, training=False)


def unpack_convolutions_into(
    model: keras.Sequential, network: PackedNetwork, images: tf.Tensor | None
) -> None:
    """Sets the weights of a model's convolutions to the network's; see `unpack_into`.

    The dense layers are not changed. Their sizes may differ from those of the network.
    """
    convolutions = tuple(layer for layer in network.layers if layer.kind == "convolution")
    if convolutions:
        flatten = next(i for i, layer in enumerate(model.layers) if isinstance(layer, keras.layers.Flatten))
        first = keras.Sequential(model.layers[:flatten])
        unpack_into(first, replace(network, layers=convolutions), images)


def _assign_norm(
    norm: keras.layers.BatchNormalization,
    packed: PackedLayer,
    network: PackedNetwork,
    values: tf.Tensor | None,
) -> None:
    """Sets the parameters of a batch normalization.

    Args:
        norm: the batch normalization.
        packed: the packed layer before it.
        network: the packed network.
        values: the input of the batch normalization for real images, or None.
    """
    mean, variance = np.zeros(packed.outputs), np.ones(packed.outputs)
    if values is not None:
        axes = list(range(len(values.shape) - 1))
        mean, variance = (moment.numpy().astype(np.float64) for moment in tf.nn.moments(values, axes))
    deviation = np.sqrt(variance + norm.epsilon)
    if packed.thresholds is None or packed.flips is None:
        gamma = network.scale * deviation
        beta = network.offset + network.scale * mean
    else:
        gamma = np.where(packed.flips, -1.0, 1.0)
        beta = -gamma * (packed.thresholds - 0.5 - mean) / deviation
    norm.set_weights([gamma, beta, mean, variance])
