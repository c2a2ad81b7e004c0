"""Converts a trained Keras model into a packed network."""

import numpy as np

from bnn.data.dataset import DIGITS
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE, LayerShape, layer_shapes
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, tf
from bnn.training.model import norm_layers, quantized_layers


def pack(
    model: keras.Sequential,
    recipe: Recipe,
    temperature: float = 1.0,
    class_names: tuple[str, ...] = DIGITS,
    kept: tuple[PackedLayer, ...] = (),
) -> PackedNetwork:
    """Returns the packed form of a model. Every bit of every layer is the same as in the model.

    Args:
        model: a trained model, made by `bnn.training.model.build` from this recipe.
        recipe: the recipe.
        temperature: see `PackedNetwork`.
        class_names: the class names of the data set.
        kept: the layers before those of the model, if the model has only the last ones.
    """
    shapes, norms, coding = layer_shapes(recipe, len(class_names)), norm_layers(model), CODINGS[recipe.pixels]
    layers = list(kept)
    for shape, layer, norm in zip(shapes[len(kept) :], quantized_layers(model), norms, strict=True):
        largest_input = 1 if layers else coding.largest_input
        is_last = len(layers) == len(shapes) - 1
        comparison = (None, None) if is_last else thresholds(norm, largest_input * shape.num_inputs)
        input_side = layers[-1].output_side if layers else IMAGE_SIDE
        layers.append(_pack_layer(shape, input_side, recipe.pool_first, layer, comparison))
    scale, offset = _scale_offset(norms[-1])
    return PackedNetwork(
        coding.thresholds,
        tuple(layers),
        scale,
        offset,
        temperature,
        recipe.name,
        class_names,
        recipe.has_three_looks,
    )


def binary_weights(model: keras.Sequential) -> np.ndarray:
    """Returns the signs of all weights of the model, (num_weights,) int8 of -1 and +1."""
    return np.concatenate([_signs(layer).ravel() for layer in quantized_layers(model)])


def thresholds(norm: keras.layers.BatchNormalization, bound: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the integer comparison that equals batch normalization followed by sign.

    Keras evaluates the trained batch normalization at every integer that the layer before it can produce. The
    threshold is where the sign changes. So the comparison agrees exactly with Keras, including its rounding.

    Args:
        norm: the batch normalization.
        bound: the largest magnitude of its input.

    Returns:
        `thresholds` (channels,) int32 and `flips` (channels,) bool, as in `PackedLayer`.

    Raises:
        ValueError: if a parameter is not finite, or if the sign changes more than once in a channel.
    """
    sums = np.arange(-bound, bound + 1, dtype=np.float32)
    is_plus = _is_plus(norm, sums)
    changes = (is_plus[1:] != is_plus[:-1]).sum(axis=0)
    if changes.max(initial=0) > 1:
        raise ValueError(f"batch norm {norm.name} is not monotonic in channel {int(changes.argmax())}")
    first_change = np.where(changes > 0, (is_plus != is_plus[0]).argmax(axis=0), 0)
    flips = is_plus[0] & (changes > 0)
    values = sums.astype(np.int32)[first_change]
    # If the sign never changes, the threshold is the lowest sum (always +1) or is above all sums (always -1).
    constant = np.where(is_plus[0], -bound, bound + 1)
    return np.where(changes > 0, values, constant).astype(np.int32), flips


def _is_plus(norm: keras.layers.BatchNormalization, sums: np.ndarray) -> np.ndarray:
    num_channels = norm.moving_mean.shape[0]
    if not all(np.isfinite(weight).all() for weight in norm.get_weights()):
        raise ValueError(f"batch norm {norm.name} has parameters that are not finite")
    # TensorFlow's type annotations allow None for `input_spec`. It is None only before the layer is built.
    num_dimensions: int = norm.input_spec.ndim  # pyright: ignore[reportOptionalMemberAccess, reportAssignmentType]
    shape = (len(sums), *[1] * (num_dimensions - 2), num_channels)
    grid = np.broadcast_to(sums.reshape(-1, *[1] * (len(shape) - 1)), shape)
    values = norm(tf.constant(grid), training=False).numpy()
    return values.reshape(len(sums), num_channels) >= 0


def _pack_layer(
    shape: LayerShape,
    side: int,
    pool_first: bool,
    layer: keras.layers.Layer,
    comparison: tuple[np.ndarray | None, np.ndarray | None],
) -> PackedLayer:
    # A dense layer behind a convolution flattens its input. The positions of that input are its taps.
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
        thresholds=comparison[0],
        flips=comparison[1],
    )


def _signs(layer: keras.layers.Layer) -> np.ndarray:
    # As in Larq, the sign of 0 is +1.
    return np.where(layer.kernel.numpy() >= 0, 1, -1).astype(np.int8)


def _scale_offset(norm: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    gamma, beta, mean, variance = (np.asarray(w, np.float64) for w in norm.get_weights())
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)
