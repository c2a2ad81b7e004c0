"""The float32 twin: a recipe's network with 32-bit weights and ReLU in place of sign, trained to be compared with."""

import time
from dataclasses import replace

import numpy as np

from bnn.data import dataset, mnist
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.training import batches, callbacks
from bnn.training.backend import keras, tf
from bnn.training.model import build_float_twin, compile_model

# Without bits that must settle it needs fewer epochs, and a smaller step.
EPOCHS = 6
LEARNING_RATE = 0.002


def train_twin(recipe: Recipe, num_images: int | None = None) -> dict:
    """What the float32 twin of a recipe reaches, on the recipe's own images.

    The epoch measured is the last, fixed beforehand; the test set is read once.

    Args:
        recipe: the binary network's; its epochs and learning rate are replaced by `EPOCHS`, `LEARNING_RATE`.
        num_images: learn from the first so many training images only, and check with as few.

    Returns:
        `recipe`, `epochs`, `num_weights`, `validation_accuracy`, `num_images`, `num_correct`, `accuracy` (of the
        test digits), `model_bytes` (as a TensorFlow Lite file) and `seconds` of training.
    """
    recipe = replace(recipe, epochs=EPOCHS, plain_epochs=1, learning_rate=LEARNING_RATE, half_precision=False)
    training, validation, test = (
        _first(split, num_images) for split in (*mnist.train_validation(), mnist.test())
    )
    model, started = build_float_twin(recipe), time.monotonic()
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


def _first(split, num_images):
    return dataset.Split(split.images[:num_images], split.labels[:num_images])


def _fit(model: keras.Sequential, recipe, training, validation):
    num_batches = batches_per_epoch(recipe, len(training.images))
    compile_model(model, recipe, num_batches)
    model.fit(
        batches.training_batches(recipe, training),
        epochs=recipe.epochs,
        steps_per_epoch=num_batches,
        validation_data=batches.evaluation_batches(recipe, validation),
        callbacks=[callbacks.ProgressBar(recipe.epochs * num_batches, 0)],
        verbose=0,
    )


def _num_correct(model, recipe, split):
    probabilities = model.predict(batches.scale(recipe, split.images), batch_size=500, verbose=0)
    return int((probabilities.argmax(axis=1) == split.labels).sum())
