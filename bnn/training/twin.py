"""Trains the float32 twin of a recipe's network, which has float32 weights and ReLU instead of sign."""

import time
from dataclasses import replace

import numpy as np

from bnn.data.dataset import DataSet, Split
from bnn.data.mnist import MNIST
from bnn.recipes.presets import for_data_file
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.training import batches
from bnn.training.backend import keras, tf
from bnn.training.model import build_float_twin, compile_model
from bnn.training.progress import ProgressBar

# Float32 weights need fewer epochs than binary weights, and a lower learning rate.
EPOCHS = 6
LEARNING_RATE = 0.002


def train_twin(recipe: Recipe, data: DataSet = MNIST, num_images: int | None = None) -> dict:
    """Trains the float32 twin of a recipe on a data set, and measures its accuracy.

    The network after the last epoch is measured, and the test set is read only once. So the test set has no
    part in any choice.

    Args:
        recipe: the recipe of the binary network. Its epochs and learning rate are replaced by `EPOCHS` and
            `LEARNING_RATE`.
        data: the data set. If it has pen drawings, the twin learns from their undeformed images.
        num_images: if not None, only this many images are used for each of training, validation and test.

    Returns:
        A dictionary with `recipe`, `epochs`, `num_weights` and `validation_accuracy`; `num_images`,
        `num_correct` and `accuracy` on the test set; `model_bytes`, the size as a TensorFlow Lite file; and
        `seconds`, the time of training.
    """
    recipe = replace(
        recipe,
        epochs=EPOCHS,
        plain_epochs=1,
        learning_rate=LEARNING_RATE,
        half_precision=False,
        distill=False,
    )
    if data.kept_file:
        recipe = for_data_file(recipe, num_drawings=0)
    training, validation, test = (
        split.first(num_images) for split in (*data.train_validation(), data.test())
    )
    model, started = build_float_twin(recipe, data.num_classes), time.monotonic()
    _fit(model, recipe, training, validation)
    seconds = time.monotonic() - started
    num_correct = _num_correct(model, recipe, test)
    return {
        "recipe": recipe.name,
        "epochs": EPOCHS,
        "num_weights": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "validation_accuracy": _num_correct(model, recipe, validation) / len(validation.labels),
        "num_images": len(test.labels),
        "num_correct": num_correct,
        "accuracy": num_correct / len(test.labels),
        "model_bytes": len(tf.lite.TFLiteConverter.from_keras_model(model).convert()),
        "seconds": round(seconds, 1),
    }


def _fit(model: keras.Sequential, recipe: Recipe, training: Split, validation: Split) -> None:
    num_batches = batches_per_epoch(recipe, len(training.images))
    compile_model(model, recipe, num_batches)
    num_classes = model.output_shape[-1]

    def prepare(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return batches.scale(recipe, images), batches.targets(labels, num_classes)

    model.fit(
        batches.training_batches(recipe, training, prepare=prepare),
        epochs=recipe.epochs,
        steps_per_epoch=num_batches,
        validation_data=batches.evaluation_batches(recipe, validation, prepare=prepare),
        callbacks=[ProgressBar(recipe.epochs * num_batches, 0)],
        verbose=0,
    )


def _num_correct(model: keras.Sequential, recipe: Recipe, split: Split) -> int:
    probabilities = model.predict(batches.scale(recipe, split.images), batch_size=500, verbose=0)
    return int((probabilities.argmax(axis=1) == split.labels).sum())
