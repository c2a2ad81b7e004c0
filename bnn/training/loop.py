"""From a recipe in a run folder to a trained run."""

from pathlib import Path
from threading import Event

import numpy as np
import pandas as pd

from bnn.analysis import metrics
from bnn.data import mnist, unipen
from bnn.data.dataset import Split
from bnn.data.mnist import MNIST
from bnn.data.unipen_files import check_data
from bnn.engine import file
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.runs import starting
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from bnn.training import batches, checkpoint
from bnn.training.backend import keras, tf
from bnn.training.fitting import Fitting
from bnn.training.model import build, compile_model, forward_in_batch
from bnn.training.packing import binary_weights
from bnn.training.progress import write_message
from bnn.training.unpacking import unpack_into

# Digits that the untrained network guesses at.
UNTRAINED_IMAGES = 256
# To measure the batch-norm statistics of a network that is trained further.
START_IMAGES = 1024


def train(run: Run, learning: Event, num_images: int | None = None) -> None:
    """Train a run from where it stands to its end, and measure it on the test set.

    Args:
        run: its folder has the recipe; if it has a checkpoint, training goes on from there.
        learning: is set after the first batch.
        num_images: train on the first so many training images only, and validate and test on as many.

    Raises:
        Stopped: if the run was to stop; everything learnt is saved.
        ValueError: if the run's files cannot be used, or data or the run that the recipe needs is missing.
    """
    recipe = run.recipe()
    check_data(recipe)
    images, validation = _splits(recipe, num_images)
    num_batches = batches_per_epoch(recipe, len(images.images))
    if recipe.half_precision:
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    write_message(run, "Building the network")
    model = build(recipe, MNIST.num_classes)
    if recipe.starts_from and not run.checkpoint_path.exists():
        unpack_into(model, starting.load_start(run), _start_images(recipe, images))
    if run.progress().empty:
        run.append_progress([_untrained(recipe, model, images)])
    compile_model(model, recipe, num_batches)
    bits = binary_weights(model)
    start = checkpoint.Position(0, 0, 0.0, 0.0, 0.0, bits)
    position = checkpoint.load(run, model, len(bits), num_batches) or start
    _go_back(run, position.epoch, position.epoch * num_batches + position.batch)
    if position.epoch < recipe.epochs:
        Fitting(run, recipe, model, position, images, validation, MNIST.class_names, learning).run_to_end()
    _finish(run, recipe, _first(MNIST.test(), num_images))


def _splits(recipe: Recipe, num_images: int | None) -> tuple[Split, Split]:
    if recipe.validation == "test":
        images, validation = mnist.train(), MNIST.test()
    else:
        images, validation = MNIST.train_validation()
    validation = _first(validation, num_images)
    if recipe.pen_digits and recipe.validation == "split":
        # As many as of MNIST, so that the accuracy is the mean of both.
        by_others = _first(unipen.validation_digits(), num_images)
        validation = Split(*(np.concatenate(arrays) for arrays in zip(validation, by_others, strict=True)))
    return _first(images, num_images), validation


def _first(split: Split, num_images: int | None) -> Split:
    return Split(split.images[:num_images], split.labels[:num_images])


def _start_images(recipe: Recipe, training: Split) -> tf.Tensor:
    # Epoch 0 is never trained on.
    return batches.scale(recipe, batches.epoch_images(recipe, training, 0).images[:START_IMAGES])


def _untrained(recipe: Recipe, model: keras.Sequential, training: Split) -> dict:
    """The first row of the progress: how well the network guesses before its first step.

    So the curve begins seconds before the first step is compiled.
    """
    labels = training.labels[:UNTRAINED_IMAGES]
    images = batches.scale(recipe, training.images[:UNTRAINED_IMAGES])
    probabilities = forward_in_batch(model, images)[0].numpy()
    right = np.maximum(probabilities[np.arange(len(labels)), labels], keras.backend.epsilon())
    accuracy = np.mean(probabilities.argmax(axis=1) == labels)
    return {"step": 0, "epoch": 1, "loss": float(-np.log(right).mean()), "accuracy": float(accuracy)}


def _go_back(run: Run, epoch: int, step: int) -> None:
    """Drop what was written after the checkpoint of that epoch and step."""
    _check_history(run, epoch)
    run.keep_until(epoch, step)
    best = run.epoch_path(_best_epoch(run.history())) if epoch else None
    if best and best.is_file():
        # The best network may be of the epoch just dropped, which need not give the same network again.
        _copy_network(best, run.model_path)


def _copy_network(source: Path, target: Path) -> None:
    file.load(source)
    write_atomically(target, source.read_bytes())


def _check_history(run: Run, epoch: int) -> None:
    # After a crash the history is at most one epoch ahead of the checkpoint. Anything else was done by hand
    # and must not be overwritten.
    found = set(run.history()["epoch"])
    if missing := set(range(1, epoch + 1)) - found:
        raise ValueError(f"run {run.id} cannot go on: its history.csv has no row for epoch {min(missing)}")
    if found - set(range(1, epoch + 2)):
        place = f"ends at epoch {epoch}" if run.checkpoint_path.exists() else "is missing"
        raise ValueError(
            f"run {run.id} cannot go on: its checkpoint {place}, its history.csv at {max(found)}"
        )


def _best_epoch(history: pd.DataFrame) -> int:
    return int(history["epoch"].iloc[np.argmax(history["validation_accuracy"])])


def _finish(run: Run, recipe: Recipe, test: Split) -> None:
    history = run.history()
    if history.empty:
        raise ValueError(f"run {run.id} has no readable history.csv: its best epoch is not known")
    best = _best_epoch(history)
    result = metrics.evaluate(file.load(run.model_path), test)
    run.write_test({**result.summary(), "epoch": best})
    run.write_status(Status("finished", epoch=recipe.epochs, num_epochs=recipe.epochs))
