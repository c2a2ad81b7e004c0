"""From a packed network back to a Keras model that can be trained further.

A packed network has no latent weights and no batch normalization. Both are made anew:

1. A latent weight is the sign of its bit times `LATENT_WEIGHT`.
2. Gamma is 1, or -1 where the channel's comparison is flipped. Mean and variance are measured on real images,
   layer by layer, each layer seeing what the finished layers before it give. Beta then puts the change of
   sign half-way between the threshold t and t - 1:

       gamma * (t - 1/2 - mean) / sqrt(variance + epsilon) + beta = 0

3. The last layer's gamma and beta give the packed network's scale and offset.

So packing the model gives the same bits, thresholds and scores. Because mean and variance are those of real
images, the model gives nearly the same answers in training, too, where each batch is normalised by its own
statistics. So the statistics need not be frozen.
"""

import numpy as np

from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.training.backend import keras, tf
from bnn.training.model import quantized_layers

# How far latent weights are from 0 decides for how long the loss must push one way until a bit flips: for
# about LATENT_WEIGHT / learning_rate steps of Adam. They are clipped to [-1, 1].
LATENT_WEIGHT = 0.1


def unpack_into(model: keras.Sequential, network: PackedNetwork, images: tf.Tensor) -> None:
    """Set a model's weights so that packing it gives the network again.

    Args:
        model: as made by `bnn.training.model.build`, with the layers of the network.
        network: the packed network.
        images: (n, 28, 28, channels) float32, as the model takes them; some hundreds, like those that it
            will be trained on.
    """
    for layer, packed in zip(quantized_layers(model), network.layers, strict=True):
        signs = np.where(packed.weights, -LATENT_WEIGHT, LATENT_WEIGHT)
        layer.kernel.assign(signs.transpose(1, 2, 0).reshape(layer.kernel.shape))
    packed_layers, values = iter(network.layers), images
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            _assign_norm(layer, next(packed_layers), network, values)
        values = layer(values, training=False)


def _assign_norm(
    norm: keras.layers.BatchNormalization, packed: PackedLayer, network: PackedNetwork, values: tf.Tensor
) -> None:
    """Set a batch normalization whose input for real images is `values`."""
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
