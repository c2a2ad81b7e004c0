"""Trains a run: prepares data and model, fits the model, and measures the result on the test set."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np

from bnn.analysis import final_test
from bnn.data import mnist, unipen
from bnn.data.dataset import DataSet, Split
from bnn.data.mnist import MNIST
from bnn.data.pen_drawings import PenDrawings
from bnn.data.unipen_files import check_data
from bnn.engine import file
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.runs import first_batches, run_data, starting, sweeps
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import remove_if_possible, write_atomically
from bnn.training import batches, checkpoint, own_drawings
from bnn.training.backend import keras, multiply_in_bfloat16_if_possible
from bnn.training.fitting import Fitting
from bnn.training.last_layers import LastLayers
from bnn.training.model import build, compile_model, forward_in_batch
from bnn.training.packing import binary_weights
from bnn.training.progress import write_message
from bnn.training.unpacking import unpack_convolutions_into, unpack_into

# Number of images on which the untrained network is measured.
UNTRAINED_IMAGES = 256
# Number of images on which the batch-norm statistics of a packed network are measured.
START_IMAGES = 1024
# Number of MNIST's validation images, and of deformed drawings, that validate the learning of one hand.
OWN_VALIDATION = 1_000
# With fewer drawings for validation in a data file, deformed images of them are added up to this number.
MIN_VALIDATION = 300


def train(run: Run, first_step_done: Event, num_images: int | None = None) -> None:
    """Trains a run to its end, and measures the best network on the test set.

    A run of a sweep is not measured. The sweep measures only the best one.

    Args:
        run: a run with a recipe. If it has a checkpoint, training is resumed from there.
        first_step_done: an event that is set after the first step.
        num_images: if not None, only this many images are used for each of training, validation and test.

    Raises:
        Stopped: if the run is asked to stop. Everything learnt is saved before.
        ValueError: if the run's files cannot be used, or if the recipe needs data or another run, and they
            are missing.
    """
    recipe = run.recipe()
    check_data(recipe)
    data = run_data.load(run)
    own = own_drawings.load(run, recipe, data)
    images, validation = _splits(recipe, data, own, num_images)
    num_batches = batches_per_epoch(recipe, len(images.images))
    if recipe.half_precision:
        multiply_in_bfloat16_if_possible()
    write_message(run, "Building the network")
    last_layers = (
        LastLayers(starting.load_start(run), recipe.trained_layers) if recipe.trained_layers else None
    )
    model = (last_layers.build if last_layers else build)(recipe, data.num_classes)
    to_inputs = last_layers.inputs if last_layers else partial(batches.scale, recipe)
    if recipe.starts_from and not run.checkpoint_path.exists():
        network = last_layers.trained if last_layers else starting.load_start(run)
        # Epochs count from 1, so training never uses epoch 0.
        some = batches.epoch_images(recipe, images, 0, own).images[:START_IMAGES]
        unpack = unpack_into if _has_same_classes(run, recipe, data) else unpack_convolutions_into
        unpack(model, network, to_inputs(some))
    if run.progress().empty:
        measured = batches.some(images, UNTRAINED_IMAGES, recipe.seed)
        run.append_progress([_untrained(model, measured, to_inputs)])
    compile_model(model, recipe, num_batches)
    bits = binary_weights(model)
    start = checkpoint.Position(0, 0, 0.0, 0.0, 0.0, bits)
    position = checkpoint.load(run, model, len(bits), num_batches) or start
    _go_back(run, position.epoch, position.epoch * num_batches + position.batch)
    if position.epoch < recipe.epochs:
        kept = last_layers.kept if last_layers else ()
        names = data.class_names
        Fitting(
            run=run,
            recipe=recipe,
            model=model,
            position=position,
            images=images,
            validation=validation,
            class_names=names,
            first_step_done=first_step_done,
            own=own,
            to_inputs=to_inputs,
            kept=kept,
        ).run_to_end()
    _finish(run, recipe, data, num_images)


def _has_same_classes(run: Run, recipe: Recipe, data: DataSet) -> bool:
    """Returns whether the run's first network has the classes of the data set.

    If not, its dense layers are of no use, so that they start with random weights.

    Raises:
        ValueError: if the classes differ, and no layer is kept.
    """
    network = starting.load_start(run)
    starting.check_network(recipe, network, data.class_names)
    return network.class_names == data.class_names


def _splits(
    recipe: Recipe, data: DataSet, own: PenDrawings | None, num_images: int | None
) -> tuple[Split, Split]:
    if recipe.validation == "test" and data is MNIST:
        images, validation = mnist.train(), mnist.test()
    else:
        images, validation = data.train_validation()
    validation = validation.first(num_images)
    if recipe.pen_digits and recipe.validation == "split":
        # There are as many of these images as of MNIST's, so the accuracy is the mean of both accuracies.
        by_others = unipen.validation_digits().first(num_images)
        validation = validation.joined(by_others)
    if own and not data.drawings:
        validation = validation.first(OWN_VALIDATION)
        # With few drawings there are few such images, so that an epoch that has forgotten other digits is not
        # the best one.
        by_one = own_drawings.validation(own, min(recipe.own_drawings, len(validation.labels)))
        validation = validation.joined(by_one)
    num_missing = MIN_VALIDATION - len(validation.labels)
    if recipe.own_drawings and data.validation_drawings and num_missing > 0:
        # With one or two examples of each class, almost every epoch would be right on all of them.
        deformed = own_drawings.validation(data.validation_drawings(), num_missing)
        validation = validation.joined(deformed)
    return images.first(num_images), validation


def _untrained(model: keras.Sequential, split: Split, to_inputs: batches.ToInputs) -> dict:
    """Returns the first row of the progress: loss and accuracy of the network before its first step.

    With this row, the learning curve begins some seconds earlier, before the first step is compiled.
    """
    labels = split.labels
    probabilities = forward_in_batch(model, to_inputs(split.images))[0].numpy()
    right = np.maximum(probabilities[np.arange(len(labels)), labels], keras.backend.epsilon())
    accuracy = np.mean(probabilities.argmax(axis=1) == labels)
    return {"step": 0, "epoch": 1, "loss": float(-np.log(right).mean()), "accuracy": float(accuracy)}


def _go_back(run: Run, epoch: int, step: int) -> None:
    """Removes everything from the run that was written after its checkpoint.

    Args:
        run: the run.
        epoch: number of finished epochs in the checkpoint.
        step: number of finished steps in the checkpoint.
    """
    _check_history(run, epoch)
    run.keep_until(epoch, step)
    first_batches.keep_until(run, step)
    # A trainer that was killed leaves its last network.
    remove_if_possible(run.live_path)
    best = run.epoch_path(final_test.best_epoch(run.history())) if epoch else None
    if best and best.is_file():
        # The saved best network may be from the epoch that was just removed. Training that epoch again may
        # give a different network.
        _copy_network(best, run.model_path)


def _copy_network(source: Path, target: Path) -> None:
    file.load(source)
    write_atomically(target, source.read_bytes())


def _check_history(run: Run, epoch: int) -> None:
    # After a crash, the history is at most one epoch ahead of the checkpoint. If the two differ more, a user
    # has changed the files, and they must not be overwritten.
    found = set(run.history()["epoch"])
    if missing := set(range(1, epoch + 1)) - found:
        raise ValueError(f"run {run.id} cannot go on: its history.csv has no row for epoch {min(missing)}")
    if found - set(range(1, epoch + 2)):
        place = f"ends at epoch {epoch}" if run.checkpoint_path.exists() else "is missing"
        raise ValueError(
            f"run {run.id} cannot go on: its checkpoint {place}, its history.csv at {max(found)}"
        )


def _finish(run: Run, recipe: Recipe, data: DataSet, num_images: int | None) -> None:
    if run.history().empty:
        raise ValueError(f"run {run.id} has no readable history.csv: its best epoch is not known")
    if sweeps.sweep_of(run) is None:
        final_test.write_test(run, data.test().first(num_images))
    before = run.written_status()
    finished = Status("finished", epoch=recipe.epochs, num_epochs=recipe.epochs)
    run.write_status(replace(finished, machine=before.machine, note=before.note))
