"""Keras model -> packed network."""

import numpy as np

from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE, layer_shapes
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, tf
from bnn.training.model import norm_layers, quantized_layers


def pack(model: keras.Sequential, recipe: Recipe, temperature: float = 1.0) -> PackedNetwork:
    """The packed network that gives the model's answers, bit for bit.

    Args:
        model: as `bnn.training.model.build` makes it from this recipe, with its trained weights.
        recipe: the recipe.
        temperature: see `PackedNetwork`.
    """
    shapes = layer_shapes(recipe)
    parts = zip(shapes, quantized_layers(model), norm_layers(model), strict=True)
    coding = CODINGS[recipe.pixels]
    largest_input = coding.largest_input
    layers = []
    for number, (shape, layer, norm) in enumerate(parts):
        # A dense layer behind a convolution flattens that one's map: its taps are the map's places.
        side = _input_side(shape, layers)
        is_last = number == len(shapes) - 1
        bound = largest_input * shape.num_inputs
        signs = (None, None) if is_last else thresholds(norm, bound)
        layers.append(_pack_layer(shape, side, recipe.pool_first, layer, signs))
        largest_input = 1
    scale, offset = _scale_offset(norm)
    return PackedNetwork(coding.thresholds, tuple(layers), scale, offset, temperature, recipe.name)


def binary_weights(model: keras.Sequential) -> np.ndarray:
    """All weights of the model as the bits they are: (num_weights,) int8 of -1 and +1."""
    return np.concatenate([_signs(layer).ravel() for layer in quantized_layers(model)])


def thresholds(norm: keras.layers.BatchNormalization, bound: int) -> tuple[np.ndarray, np.ndarray]:
    """The integer comparison that equals batch norm followed by sign.

    The trained batch norm is evaluated, by Keras itself, at every integer that the layer before it can
    produce; where its sign changes is the threshold. So the two agree exactly, rounding included.

    Args:
        norm: the batch normalisation.
        bound: the largest sum, in magnitude, that can come in.

    Returns:
        `thresholds` (channels,) int32 and `flips` (channels,) bool as in `PackedLayer`.

    Raises:
        ValueError: if a channel's constants are not finite, or its sign changes more than once.
    """
    sums = np.arange(-bound, bound + 1, dtype=np.float32)
    is_plus = _is_plus(norm, sums)
    changes = (is_plus[1:] != is_plus[:-1]).sum(axis=0)
    if changes.max(initial=0) > 1:
        raise ValueError(f"batch norm {norm.name} is not monotonic in channel {int(changes.argmax())}")
    first_change = np.where(changes > 0, (is_plus != is_plus[0]).argmax(axis=0), 0)
    flips = is_plus[0] & (changes > 0)
    values = sums.astype(np.int32)[first_change]
    # A channel that never changes: below every sum for always +1, above every sum for always -1.
    constant = np.where(is_plus[0], -bound, bound + 1)
    return np.where(changes > 0, values, constant).astype(np.int32), flips


def _is_plus(norm, sums):
    num_channels = norm.moving_mean.shape[0]
    if not all(np.isfinite(weight).all() for weight in norm.get_weights()):
        raise ValueError(f"batch norm {norm.name} has constants that are not finite")
    shape = (len(sums), *[1] * (norm.input_spec.ndim - 2), num_channels)
    grid = np.broadcast_to(sums.reshape(-1, *[1] * (len(shape) - 1)), shape)
    values = norm(tf.constant(grid), training=False).numpy()
    return values.reshape(len(sums), num_channels) >= 0


def _input_side(shape, layers):
    if shape.kind == "convolution":
        return shape.side
    return layers[-1].output_side if layers else IMAGE_SIDE


def _pack_layer(shape, side, pool_first, layer, signs):
    num_taps = 9 if shape.kind == "convolution" else side * side
    is_minus = _signs(layer).reshape(num_taps, -1, shape.outputs) < 0
    return PackedLayer(
        kind=shape.kind,
        side=side,
        inputs=is_minus.shape[1],
        outputs=shape.outputs,
        pool=shape.pool,
        pool_first=pool_first and shape.pool > 1,
        weights=np.ascontiguousarray(is_minus.transpose(2, 0, 1)),
        thresholds=signs[0],
        flips=signs[1],
    )


def _signs(layer):
    # Larq's sign: sign(0) = +1.
    return np.where(layer.kernel.numpy() >= 0, 1, -1).astype(np.int8)


def _scale_offset(norm):
    gamma, beta, mean, variance = (np.asarray(w, np.float64) for w in norm.get_weights())
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)
