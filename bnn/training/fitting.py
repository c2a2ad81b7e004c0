"""Fits a model from the run's position to its last epoch. A stop at any batch loses nothing."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from threading import Event

from bnn.data.dataset import Split
from bnn.engine import file
from bnn.engine.network import PackedNetwork
from bnn.recipes.recipe import Recipe, batches_per_epoch, num_images_per_epoch
from bnn.runs.run import Run
from bnn.runs.stopping import NotSaved, Stopped, is_stop
from bnn.system.files import remove_if_possible, write_atomically
from bnn.training import batches, other_signs
from bnn.training.averaging import AverageWeights
from bnn.training.backend import keras, tf
from bnn.training.batch_norm import ReestimateBatchNorm
from bnn.training.checkpoint import Position
from bnn.training.epoch_record import RecordEpoch
from bnn.training.progress import ProgressBar, ReportProgress
from bnn.training.snapshots import TakeSnapshots, measured
from bnn.training.trainable_model import TrainableModel, images_for_statistics
from bnn.training.training_data import TrainingData

# A snapshot is the model before or after some batch, packed. For a snapshot that the run keeps: the number of
# training images for its batch-norm statistics, and the number of validation images for its accuracy.
SNAPSHOT_IMAGES, SNAPSHOT_CHECK_IMAGES = 256, 500
# The same numbers for a snapshot that is only shown.
SHOWN_IMAGES, SHOWN_CHECK_IMAGES = 64, 50


@dataclass
class Fitting:
    """The training of one run's model.

    Args:
        run: the run in which everything is saved.
        recipe: the run's recipe.
        trainable: the compiled model, with the weights that belong to the position.
        data: the training and validation images.
        position: the position at which training starts.
        first_step_done: an event that is set after the first step.
    """

    run: Run
    recipe: Recipe
    trainable: TrainableModel
    data: TrainingData
    position: Position
    first_step_done: Event

    # Without this decorator, AutoGraph would translate all code that is traced, such as `_prepare`, although
    # none of it needs translating.
    @tf.autograph.experimental.do_not_convert
    def run_to_end(self) -> None:
        """Trains to the last epoch.

        Raises:
            Stopped: if the run is asked to stop. Everything learnt is saved before.
            NotSaved: if the run is asked to stop and cannot be saved, for example because the disk is full.
        """
        try:
            self._fit_epochs()
        except (Exception, KeyboardInterrupt) as error:
            if not is_stop(self.run, error):
                raise
            self._save_unfinished()
            raise Stopped from error
        finally:
            remove_if_possible(self.run.live_path)

    @cached_property
    def num_batches(self) -> int:
        """Number of batches in one epoch."""
        return batches_per_epoch(self.recipe, len(self.data.training.labels))

    @cached_property
    def averaging(self) -> AverageWeights:
        """The callback that gives the model the averages of its weights for validation, if there are any."""
        return AverageWeights(self.trainable.model)

    @cached_property
    def report(self) -> ReportProgress:
        """The callback that writes status and progress."""
        num_images = num_images_per_epoch(self.recipe, len(self.data.training.labels))
        return ReportProgress(
            self.run, self.recipe, self.num_batches, num_images, self.position.batch, self.first_step_done
        )

    @cached_property
    def reestimation(self) -> ReestimateBatchNorm | None:
        """The callback that measures the batch-norm statistics; None if the recipe does not ask for it."""
        if not self.recipe.reestimate:
            return None
        return ReestimateBatchNorm(self.run, self._reestimation_images)

    @cached_property
    def record(self) -> RecordEpoch:
        """The callback that saves each epoch."""
        # The temperature must not be fitted to the test set. If the recipe validates on the test set, it has
        # no other validation images.
        images = self.data.calibration if self.recipe.validation == "split" else None
        if images and self.data.own and self.recipe.other_signs:
            images = other_signs.with_other_signs(images, self.data.own, len(self.data.class_names))
        return RecordEpoch(
            self.run,
            self.trainable.pack,
            self.num_batches,
            self.position,
            calibration_images=images,
            averaging=self.averaging,
        )

    @cached_property
    def snapshots(self) -> TakeSnapshots:
        """The callback that keeps networks of the first epoch, and writes the live network."""
        return TakeSnapshots(self.run, self.network_now, self.position.batch)

    def network_now(self, is_kept: bool) -> tuple[PackedNetwork, float]:
        """Returns the model as it is now, packed, and its accuracy on some validation images.

        Args:
            is_kept: whether the run keeps the network. If not, fewer images are used.
        """
        images, check_images = self._snapshot_images, self._snapshot_check_images
        if not is_kept:
            images, check_images = images[:SHOWN_IMAGES], _spread(check_images, SHOWN_CHECK_IMAGES)
        with self.averaging.averaged():
            if self.reestimation:
                self.reestimation.reestimate_on(images)
            network = self.trainable.pack()
        # Test images that a recipe uses for validation must not change the network.
        is_calibrated = self.recipe.validation == "split"
        return measured(network, check_images, is_calibrated)

    @cached_property
    def _snapshot_images(self) -> tf.Tensor:
        # Random images, because all classes are needed, and the images of a data file may be sorted by class.
        chosen = batches.some(self.data.training, SNAPSHOT_IMAGES, self.recipe.seed)
        return self.trainable.to_inputs(chosen.images)

    @cached_property
    def _snapshot_check_images(self) -> Split:
        return _spread(self.data.calibration, SNAPSHOT_CHECK_IMAGES)

    @cached_property
    def callbacks(self) -> list[keras.callbacks.Callback]:
        """All callbacks, in the order in which they are called."""
        num_done = self.position.epoch * self.num_batches + self.position.batch
        bar = ProgressBar(self.recipe.epochs * self.num_batches, num_done)
        reestimation = [self.reestimation] if self.reestimation else []
        return [self.report, self.averaging, *reestimation, self.snapshots, self.record, bar]

    @cached_property
    def validation_batches(self) -> tf.data.Dataset:
        """The validation images in batches."""
        return batches.evaluation_batches(self.recipe, self.data.validation, prepare=self._prepare)

    def _prepare(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return self.trainable.to_inputs(images), self.trainable.targets(images, labels)

    def _reestimation_images(self) -> tf.Tensor:
        images = self.trainable.statistics_images
        if images is None:
            images = images_for_statistics(self.recipe, self.data)
        return self.trainable.to_inputs(images)

    def _fit_epochs(self) -> None:
        first = self.position.epoch
        if self.position.batch == self.num_batches:
            self._validate(first)
            first += 1
        elif self.position.batch:
            # First train the rest of the unfinished epoch.
            self._fit(first, first + 1, skip=self.position.batch)
            first += 1
        if first < self.recipe.epochs:
            self._fit(first, self.recipe.epochs, skip=0)

    def _fit(self, first_epoch: int, last_epoch: int, skip: int) -> None:
        # Epochs count from 0 in Keras, and from 1 in batches.
        epochs = range(first_epoch + 1, last_epoch + 1)
        training_batches = batches.training_batches(
            self.recipe, self.data.training, epochs, skip, own=self.data.own, prepare=self._prepare
        )
        self.trainable.model.fit(
            training_batches,
            initial_epoch=first_epoch,
            epochs=last_epoch,
            steps_per_epoch=self.num_batches - skip,
            validation_data=self.validation_batches,
            callbacks=self.callbacks,
            verbose=0,
        )

    def _validate(self, epoch: int) -> None:
        """Does what `fit` does at the end of an epoch, for an epoch whose batches are all done."""
        model = self.trainable.model
        calls = keras.callbacks.CallbackList(self.callbacks, model=model)
        calls.on_train_begin()
        calls.on_epoch_begin(epoch)
        results = model.evaluate(self.validation_batches, callbacks=calls, return_dict=True, verbose=0)
        # The means in the checkpoint are those of the whole epoch, so the zeros here have no weight.
        logs = {"loss": 0.0, "accuracy": 0.0, **{f"val_{name}": value for name, value in results.items()}}
        calls.on_epoch_end(epoch, logs)
        calls.on_train_end()

    def _save_unfinished(self) -> None:
        """Saves what was learnt in an unfinished epoch. This must be quick: a user waits for the stop."""
        # If the stop came during a validation, the model still has the averages of its weights.
        self.averaging.restore()
        epoch = self.record.position.epoch
        if epoch >= self.report.epoch:
            # Training was stopped before the first batch or between two epochs. The last checkpoint has
            # everything.
            return
        # The optimizer counts its steps itself. Callbacks miss the last ones if Ctrl-C interrupts an
        # execution of several steps.
        batch = int(self.trainable.model.optimizer.iterations) - epoch * self.num_batches
        try:
            self.record.save_unfinished(batch, self.report.logs)
        except (Exception, KeyboardInterrupt) as error:
            raise NotSaved from error
        if not self.run.model_path.exists():
            # No epoch is finished yet, but the pages need a network to show.
            with self.averaging.averaged():
                if self.reestimation:
                    self.reestimation.reestimate_quickly()
                network = self.trainable.pack()
            write_atomically(self.run.model_path, file.to_bytes(network))


def _spread(split: Split, max_images: int) -> Split:
    """Returns at most `max_images` evenly spaced images, because the first ones may all have one source."""
    step = ceil(len(split.labels) / max_images)
    return Split(split.images[::step], split.labels[::step])
