"""Recipe + run folder -> trained run."""

from threading import Event

import numpy as np

from bnn.analysis import metrics
from bnn.data import mnist
from bnn.data.dataset import Split
from bnn.engine import file
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.runs.stopping import Stopped
from bnn.system.files import write_atomically
from bnn.training import batches, callbacks, checkpoint
from bnn.training.backend import keras, tf
from bnn.training.model import build, compile_model
from bnn.training.packing import binary_weights, pack

REESTIMATION_IMAGES = 8_192


def train(run: Run, learning: Event, num_images: int | None = None) -> None:
    """Train a run from where it stands to its end, and measure it on the test set.

    Args:
        run: its folder holds the recipe; if it has a checkpoint, training goes on from there.
        learning: set as soon as the first step is done.
        num_images: learn from the first so many training images only, and check with as few.

    Raises:
        Stopped: if it was asked to stop; everything learnt is saved.
        ValueError: if the run's files cannot be used.
    """
    recipe = run.recipe()
    training, validation = _splits(recipe, num_images)
    num_batches = batches_per_epoch(recipe, len(training.images))
    if recipe.half_precision:
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    model = build(recipe)
    compile_model(model, recipe, num_batches)
    bits = binary_weights(model)
    start = checkpoint.Position(0, 0, 0.0, 0.0, 0.0, bits)
    position = checkpoint.load(run, model, len(bits), num_batches) or start
    _go_back(run, position.epoch, position.epoch * num_batches + position.batch)
    if position.epoch < recipe.epochs:
        _fit(run, recipe, model, position, training, validation, learning)
    _finish(run, recipe, mnist.test() if num_images is None else _first(mnist.test(), num_images))


def _go_back(run, epoch, step):
    """Drop what was written after the checkpoint of that epoch and step."""
    _check_history(run, epoch)
    run.keep_until(epoch, step)
    best = run.epoch_path(_best_epoch(run.history())) if epoch else None
    if best and best.is_file():
        # The network kept may be of the epoch just dropped, which need not come out the same again.
        file.load(best)
        write_atomically(run.model_path, best.read_bytes())


def _check_history(run, epoch):
    # A crash leaves it one epoch ahead of the checkpoint at most. What else is found there was done by hand, and is
    # not to be overwritten.
    found = set(run.history()["epoch"])
    if missing := set(range(1, epoch + 1)) - found:
        raise ValueError(f"run {run.id} cannot go on: its history.csv has no row for epoch {min(missing)}")
    if found - set(range(1, epoch + 2)):
        place = f"ends at epoch {epoch}" if run.checkpoint_path.exists() else "is missing"
        raise ValueError(
            f"run {run.id} cannot go on: its checkpoint {place}, its history.csv at {max(found)}"
        )


def _best_epoch(history):
    return int(history["epoch"][np.argmax(history["validation_accuracy"])])


def _splits(recipe, num_images):
    if recipe.validation == "test":
        training, validation = mnist.train(), mnist.test()
    else:
        training, validation = mnist.train_validation()
    if num_images is None:
        return training, validation
    return _first(training, num_images), _first(validation, num_images)


def _first(split, num_images):
    return Split(split.images[:num_images], split.labels[:num_images])


def _fit(run, recipe, model, position, training, validation, learning):
    num_batches = batches_per_epoch(recipe, len(training.images))
    done = position.epoch * num_batches + position.batch
    report = callbacks.ReportProgress(run, recipe, num_batches, position.batch, learning)
    # What chose nothing and taught nothing may calibrate; the report's recipes have no such images.
    calibration = validation if recipe.validation == "split" else None
    record = callbacks.RecordEpoch(run, recipe, num_batches, position, calibration)
    listeners = [report, record, callbacks.ProgressBar(recipe.epochs * num_batches, done)]
    if recipe.reestimate:
        listeners.insert(1, _reestimation(run, recipe, training))
    try:
        _fit_epochs(recipe, model, position, num_batches, training, validation, listeners)
    except (Stopped, KeyboardInterrupt) as stop:
        _keep(run, recipe, model, record, report, listeners)
        raise Stopped from stop


def _fit_epochs(recipe, model, position, num_batches, training, validation, listeners):
    validation_batches = batches.evaluation_batches(recipe, validation)

    def fit(first_epoch, last_epoch, skip):
        model.fit(
            batches.training_batches(recipe, training, first_epoch + 1, skip),
            initial_epoch=first_epoch,
            epochs=last_epoch,
            steps_per_epoch=num_batches - skip,
            validation_data=validation_batches,
            callbacks=listeners,
            verbose=0,
        )

    first = position.epoch
    if position.batch == num_batches:
        _validate(model, first, validation_batches, listeners)
        first += 1
    elif position.batch:
        # The rest of the epoch in which it was stopped.
        fit(first, first + 1, position.batch)
        first += 1
    if first < recipe.epochs:
        fit(first, recipe.epochs, 0)


def _validate(model, epoch, validation_batches, listeners):
    """End an epoch whose batches are all done, as `fit` would."""
    calls = keras.callbacks.CallbackList(listeners, model=model)
    calls.on_train_begin()
    calls.on_epoch_begin(epoch)
    found = model.evaluate(validation_batches, callbacks=calls, return_dict=True, verbose=0)
    # No batch was added to the means that the checkpoint has.
    logs = {"loss": 0.0, "accuracy": 0.0, **{f"val_{name}": value for name, value in found.items()}}
    calls.on_epoch_end(epoch, logs)
    calls.on_train_end()


def _reestimation(run: Run, recipe: Recipe, training: Split):
    # Epoch 0 is never trained on: the same distribution, in another draw.
    images = batches.epoch_images(recipe, training, 0).images[:REESTIMATION_IMAGES]
    return callbacks.ReestimateBatchNorm(run, batches.scale(recipe, images))


def _keep(run, recipe, model, record, report, listeners):
    """Save what was learnt in an unfinished epoch; quickly, for somebody has pressed Stop."""
    if record.position.epoch >= report.epoch:
        # Before the first batch, or between two epochs: the last checkpoint has everything.
        return
    # The steps that were taken: Ctrl-C ends an execution of several before its end was reported.
    batch = int(model.optimizer.iterations) - record.position.epoch * report.num_batches
    record.save_unfinished(batch, report.logs)
    if not run.model_path.exists():
        # No epoch is finished yet: give the pages a network to look at all the same.
        if recipe.reestimate:
            listeners[1].reestimate_quickly()
        write_atomically(run.model_path, file.to_bytes(pack(model, recipe)))


def _finish(run, recipe, test):
    history = run.history()
    if history.empty:
        raise ValueError(f"run {run.id} has no readable history.csv: its best epoch is not known")
    best = _best_epoch(history)
    result = metrics.evaluate(file.load(run.model_path), test)
    run.write_test({**result.summary(), "epoch": best})
    run.write_status(Status("finished", epoch=recipe.epochs, num_epochs=recipe.epochs))
