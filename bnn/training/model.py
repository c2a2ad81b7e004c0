"""Builds the Keras models of recipes, and compiles them."""

import numpy as np
from typing_extensions import override

from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.layers import IMAGE_SIDE, NUM_CLASSES
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe, num_without_class
from bnn.training.backend import keras, larq, tf
from bnn.training.execution import use_own_executions

# Keras can run several batches in one execution, which saves overhead. But a stop is noticed only between
# executions. So an execution of several batches has at most MACS_PER_EXECUTION multiply-accumulates, which
# take about 0.1 s on two cores.
MAX_STEPS_PER_EXECUTION = 8
MACS_PER_EXECUTION = 2.5e9


# Without this decorator, AutoGraph would translate the code of all layers, which would delay the first point
# of the learning curve by 0.7 s.
@tf.autograph.experimental.do_not_convert
def build(recipe: Recipe, num_classes: int = NUM_CLASSES) -> keras.Sequential:
    """Returns the untrained binary model of a recipe, with random weights from the recipe's seed.

    The input of the model is (n, 28, 28, channels) float32, as `bnn.training.batches.scale` returns it. The
    output is (n, classes) float32, the probabilities.
    """
    keras.utils.set_random_seed(recipe.seed)
    model = keras.Sequential(name=recipe.name.replace("-", "_"))
    model.add(keras.layers.InputLayer((IMAGE_SIDE, IMAGE_SIDE, recipe.num_input_channels)))
    sees_pixels = not CODINGS[recipe.pixels].is_quantized
    for stage in recipe.stages:
        for position, filters in enumerate(stage):
            _add_convolution(model, recipe, filters, None if sees_pixels else recipe.activation_quantizer)
            _add_norm_and_pool(model, recipe, is_last=position == len(stage) - 1)
            sees_pixels = False
    model.add(keras.layers.Flatten())
    for units in (*recipe.dense, num_classes):
        _add_dense(model, recipe, units)
    model.add(keras.layers.Softmax())
    return model


def build_float_twin(recipe: Recipe, num_classes: int = NUM_CLASSES) -> keras.Sequential:
    """Returns the untrained float32 twin of a recipe's model: float32 weights, and ReLU instead of sign."""
    keras.utils.set_random_seed(recipe.seed)
    model = keras.Sequential(name="float_twin")
    model.add(keras.layers.InputLayer((IMAGE_SIDE, IMAGE_SIDE, recipe.num_input_channels)))
    for stage in recipe.stages:
        for position, filters in enumerate(stage):
            model.add(keras.layers.Conv2D(filters, 3, padding="same", use_bias=False))
            _add_norm_and_pool(model, recipe, is_last=position == len(stage) - 1)
            model.add(keras.layers.ReLU())
    model.add(keras.layers.Flatten())
    for units in recipe.dense:
        model.add(keras.layers.Dense(units, use_bias=False))
        model.add(keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum))
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(num_classes, use_bias=False))
    model.add(keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum))
    model.add(keras.layers.Softmax())
    return model


def compile_model(model: keras.Sequential, recipe: Recipe, steps_per_epoch: int) -> None:
    """Compiles the model with its loss, its metric, the recipe's optimizer, and `use_own_executions`."""
    optimizer = _optimizer(recipe, steps_per_epoch)
    optimizer.build(model.trainable_variables)
    accuracy = DigitAccuracy() if num_without_class(recipe) else "accuracy"
    model.compile(
        optimizer,
        loss="categorical_crossentropy",
        metrics=[accuracy],
        steps_per_execution=steps_per_execution(recipe, steps_per_epoch),
    )
    # If Keras built loss and metric in the first step, it would then trace that step a second time.
    scores = tf.zeros((1, model.output_shape[-1]))
    model.compiled_loss.build(scores)
    model.compiled_metrics.build(scores, scores)
    use_own_executions(model)


def _optimizer(recipe: Recipe, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    learning_rate = recipe.learning_rate
    if recipe.schedule == "cosine":
        num_steps = recipe.epochs * steps_per_epoch
        learning_rate = keras.optimizers.schedules.CosineDecay(learning_rate, num_steps)
    return keras.optimizers.Adam(
        learning_rate, use_ema=recipe.ema_momentum > 0, ema_momentum=recipe.ema_momentum
    )


def steps_per_execution(recipe: Recipe, steps_per_epoch: int) -> int:
    """Returns the number of batches in one execution."""
    sums = totals(layer_table(recipe))
    macs = (sums["macs_1bit"] + sums["macs_32bit"]) * recipe.batch_size
    return int(np.clip(MACS_PER_EXECUTION / macs, 1, min(MAX_STEPS_PER_EXECUTION, steps_per_epoch)))


class DigitAccuracy(keras.metrics.CategoricalAccuracy):
    """The accuracy over the images of digits. Other images have no right answer, and are left out.

    An image whose target is another network's answer counts if its largest target probability is above 0.5.
    """

    def __init__(self) -> None:
        super().__init__(name="accuracy")

    @override
    def update_state(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None
    ) -> tf.Operation | None:
        # The targets of other images than digits are equal for all classes, so none of them is above 0.5.
        is_digit = tf.cast(tf.reduce_max(y_true, axis=-1) > 0.5, tf.float32)
        return super().update_state(y_true, y_pred, sample_weight=is_digit)


def quantized_layers(model: keras.Sequential) -> list[keras.layers.Layer]:
    """Returns the layers with binary weights, first to last."""
    return [layer for layer in model.layers if getattr(layer, "kernel_quantizer", None) is not None]


def norm_layers(model: keras.Sequential) -> list[keras.layers.BatchNormalization]:
    """Returns the batch normalizations, first to last: one after each quantized layer."""
    return [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]


def forward_in_batch(
    model: keras.Sequential, images: tf.Tensor
) -> tuple[tf.Tensor, list[tuple[tf.Tensor, tf.Tensor]]]:
    """Returns the probabilities, and the mean and variance of the input of each batch normalization.

    As in training, batch normalization uses the mean and variance of the batch. But no weight and no moving
    average is changed.

    Args:
        model: a model made by `build`.
        images: the model's input, (n, 28, 28, channels) float32.

    Returns:
        The probabilities, (n, classes), and for each batch normalization the mean and the variance,
        (channels,) each.
    """
    values, moments = images, []
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            mean, variance = tf.nn.moments(values, axes=list(range(len(values.shape) - 1)))
            moments.append((mean, variance))
            values = tf.nn.batch_normalization(values, mean, variance, layer.beta, layer.gamma, layer.epsilon)
        else:
            values = layer(values)
    return values, moments


def _add_convolution(
    model: keras.Sequential, recipe: Recipe, filters: int, input_quantizer: str | None
) -> None:
    model.add(
        larq.layers.QuantConv2D(
            filters,
            3,
            padding="same",
            input_quantizer=input_quantizer,
            kernel_quantizer="ste_sign",
            kernel_constraint="weight_clip" if recipe.weight_clip else None,
            use_bias=False,
        )
    )


def _add_norm_and_pool(model: keras.Sequential, recipe: Recipe, is_last: bool) -> None:
    norm = keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum)
    pool = [keras.layers.MaxPooling2D(2)] if is_last else []
    for layer in (*pool, norm) if recipe.pool_first else (norm, *pool):
        model.add(layer)


def _add_dense(model: keras.Sequential, recipe: Recipe, units: int) -> None:
    model.add(
        larq.layers.QuantDense(
            units,
            input_quantizer=recipe.activation_quantizer,
            kernel_quantizer="ste_sign",
            kernel_constraint="weight_clip" if recipe.weight_clip else None,
            use_bias=False,
        )
    )
    model.add(keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum))
