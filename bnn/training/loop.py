"""Trains a run: prepares images and model, fits the model, and measures the result on the test set."""

from dataclasses import replace
from threading import Event

import numpy as np

from bnn.analysis import final_test
from bnn.data.dataset import DataSet
from bnn.data.unipen_files import check_data
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.runs import run_data, sweeps, validation
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.training import batches, training_data
from bnn.training.backend import keras, multiply_in_bfloat16_if_possible
from bnn.training.fitting import Fitting
from bnn.training.model import compile_model, forward_in_batch
from bnn.training.progress import write_message
from bnn.training.resuming import resume
from bnn.training.trainable_model import TrainableModel, build_trainable
from bnn.training.training_data import TrainingData

# Number of images on which the untrained network is measured.
UNTRAINED_IMAGES = 256


def train(run: Run, first_step_done: Event, num_images: int | None = None) -> None:
    """Trains a run to its end, and measures the best network on the test set.

    A run of a sweep is not measured here, because the sweep measures only its best run.

    Args:
        run: a run with a recipe. If it has a checkpoint, training is resumed from there.
        first_step_done: an event that is set after the first step.
        num_images: if not None, only this many images are used for each of training, validation and test.

    Raises:
        Stopped: if the run is asked to stop. Everything learnt is saved before.
        ValueError: if the run's files cannot be used, or if data or another run that the recipe needs is
            missing.
    """
    recipe = run.recipe()
    check_data(recipe)
    data_set = run_data.load(run)
    data = training_data.load(run, recipe, data_set, num_images)
    if recipe.half_precision:
        multiply_in_bfloat16_if_possible()
    write_message(run, "Getting ready (building the network)")
    trainable = build_trainable(run, recipe, data)
    if run.progress().empty:
        run.append_progress([_untrained(trainable, data)])
    num_batches = batches_per_epoch(recipe, len(data.training.labels))
    compile_model(trainable.model, recipe, num_batches)
    position = resume(run, trainable.model, num_batches)
    if position.epoch < recipe.epochs:
        Fitting(run, recipe, trainable, data, position, first_step_done).run_to_end()
    _finish(run, recipe, data_set, num_images)


def _untrained(trainable: TrainableModel, data: TrainingData) -> dict:
    """Returns the first row of the progress: loss and accuracy of the network before its first step.

    With this row, the learning curve begins some seconds earlier, before the first step is compiled.
    """
    images, labels = batches.some(data.training, UNTRAINED_IMAGES, trainable.recipe.seed)
    probabilities = forward_in_batch(trainable.model, trainable.to_inputs(images))[0].numpy()
    of_labels = np.maximum(probabilities[np.arange(len(labels)), labels], keras.backend.epsilon())
    accuracy = np.mean(probabilities.argmax(axis=1) == labels)
    return {"step": 0, "epoch": 1, "loss": float(-np.log(of_labels).mean()), "accuracy": float(accuracy)}


def _finish(run: Run, recipe: Recipe, data_set: DataSet, num_images: int | None) -> None:
    # A run whose history cannot be read must not count as finished. `write_test` checks that, too, but it is
    # not called for a run of a sweep.
    validation.best_epoch(run)
    if sweeps.sweep_of(run) is None:
        final_test.write_test(run, data_set.test().first(num_images))
    before = run.written_status()
    finished = Status("finished", epoch=recipe.epochs, num_epochs=recipe.epochs)
    run.write_status(replace(finished, machine=before.machine, note=before.note))
