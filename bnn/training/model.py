"""Recipe -> Larq/Keras model."""

import numpy as np

from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.layers import IMAGE_SIDE, NUM_CLASSES
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, larq, tf

# Batches that Keras takes at once, with the same arithmetic and less coming and going; nothing is heard or said
# between them, so of a large network fewer: as many as have so many multiply-accumulates, some 0.1 s on two cores.
MAX_STEPS_PER_EXECUTION = 8
MACS_PER_EXECUTION = 2.5e9


def build(recipe: Recipe) -> keras.Sequential:
    """An untrained binary model: input (n, 28, 28, channels) float32 scaled as `recipe.pixels` says, output
    (n, 10) probabilities; weights drawn with the recipe's seed."""
    keras.utils.set_random_seed(recipe.seed)
    model = keras.Sequential(name=recipe.name.replace("-", "_"))
    model.add(keras.layers.InputLayer((IMAGE_SIDE, IMAGE_SIDE, recipe.num_input_channels)))
    sees_pixels = not CODINGS[recipe.pixels].is_quantized
    for stage in recipe.stages:
        for position, filters in enumerate(stage):
            _add_convolution(model, recipe, filters, None if sees_pixels else "ste_sign")
            _add_norm_and_pool(model, recipe, is_last=position == len(stage) - 1)
            sees_pixels = False
    model.add(keras.layers.Flatten())
    for units in (*recipe.dense, NUM_CLASSES):
        _add_dense(model, recipe, units)
    model.add(keras.layers.Softmax())
    return model


def build_float_twin(recipe: Recipe) -> keras.Sequential:
    """As `build`, with float32 weights and ReLU in place of sign: what the binary model is compared with."""
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
    model.add(keras.layers.Dense(NUM_CLASSES, use_bias=False))
    model.add(keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum))
    model.add(keras.layers.Softmax())
    return model


def compile_model(model: keras.Sequential, recipe: Recipe, steps_per_epoch: int) -> None:
    """Give the model its loss, its metric and the recipe's optimiser, ready to fit."""
    learning_rate = recipe.learning_rate
    if recipe.schedule == "cosine":
        num_steps = recipe.epochs * steps_per_epoch
        learning_rate = keras.optimizers.schedules.CosineDecay(learning_rate, num_steps)
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)
    accuracy = DigitAccuracy() if recipe.non_digits else "accuracy"
    model.compile(
        optimizer,
        loss="categorical_crossentropy",
        metrics=[accuracy],
        steps_per_execution=steps_per_execution(recipe, steps_per_epoch),
    )
    # Keras would make it in the first `fit`, and where that has but one batch left, of one batch for good.
    model.make_test_function()


def steps_per_execution(recipe: Recipe, steps_per_epoch: int) -> int:
    """Batches that are taken at once."""
    found = totals(layer_table(recipe))
    macs = (found.macs_1bit + found.macs_32bit) * recipe.batch_size
    return int(np.clip(MACS_PER_EXECUTION / macs, 1, min(MAX_STEPS_PER_EXECUTION, steps_per_epoch)))


class DigitAccuracy(keras.metrics.CategoricalAccuracy):
    """Accuracy over the images that are digits; drawings that are no digit have no right answer."""

    def __init__(self):
        super().__init__(name="accuracy")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """As in Keras; y_true (n, 10) is one-hot for a digit."""
        is_digit = tf.cast(tf.reduce_max(y_true, axis=-1) == 1.0, tf.float32)
        return super().update_state(y_true, y_pred, sample_weight=is_digit)


def quantized_layers(model: keras.Sequential) -> list[keras.layers.Layer]:
    """The layers with binary weights, first to last."""
    return [layer for layer in model.layers if getattr(layer, "kernel_quantizer", None) is not None]


def norm_layers(model: keras.Sequential) -> list[keras.layers.Layer]:
    """The batch normalisations, first to last: one behind each quantized layer."""
    return [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]


def _add_convolution(model, recipe, filters, input_quantizer):
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


def _add_norm_and_pool(model, recipe, is_last):
    norm = keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum)
    pool = [keras.layers.MaxPooling2D(2)] if is_last else []
    for layer in (*pool, norm) if recipe.pool_first else (norm, *pool):
        model.add(layer)


def _add_dense(model, recipe, units):
    model.add(
        larq.layers.QuantDense(
            units,
            input_quantizer="ste_sign",
            kernel_quantizer="ste_sign",
            kernel_constraint="weight_clip" if recipe.weight_clip else None,
            use_bias=False,
        )
    )
    model.add(keras.layers.BatchNormalization(momentum=recipe.batchnorm_momentum))
