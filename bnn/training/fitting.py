"""Fitting a model from where its run stands to its last epoch; a stop at any batch loses nothing."""

from dataclasses import dataclass, field
from functools import cached_property
from threading import Event

from bnn.data.dataset import Split
from bnn.engine import file
from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.runs.run import Run
from bnn.runs.stopping import Stopped
from bnn.system.files import write_atomically
from bnn.training import batches
from bnn.training.backend import keras, tf
from bnn.training.batch_norm import ReestimateBatchNorm
from bnn.training.checkpoint import Position
from bnn.training.epoch_record import RecordEpoch
from bnn.training.packing import pack
from bnn.training.progress import ProgressBar, ReportProgress

REESTIMATION_IMAGES = 8_192


@dataclass
class Fitting:
    """A model being fitted to a run's images.

    Args:
        run: where everything is saved.
        recipe: the run's recipe.
        model: compiled, with the weights of the position.
        position: where the training stands at the start.
        images: to train on.
        validation: to validate on.
        class_names: of the data set.
        learning: is set after the first batch.
    """

    run: Run
    recipe: Recipe
    model: keras.Sequential
    position: Position
    images: Split = field(repr=False)
    validation: Split = field(repr=False)
    class_names: tuple[str, ...]
    learning: Event

    def run_to_end(self) -> None:
        """Train to the last epoch.

        Raises:
            Stopped: if the run was to stop; what was learnt is saved.
        """
        try:
            self._fit_epochs()
        except (Stopped, KeyboardInterrupt) as stop:
            self._save_unfinished()
            raise Stopped from stop

    @cached_property
    def num_batches(self) -> int:
        """Batches in one epoch."""
        return batches_per_epoch(self.recipe, len(self.images.images))

    @cached_property
    def report(self) -> ReportProgress:
        """The callback that writes status and progress."""
        return ReportProgress(self.run, self.recipe, self.num_batches, self.position.batch, self.learning)

    @cached_property
    def reestimation(self) -> ReestimateBatchNorm | None:
        """The callback that measures the batch-norm statistics, if the recipe wants it."""
        if not self.recipe.reestimate:
            return None
        return ReestimateBatchNorm(self.run, self._reestimation_images)

    @cached_property
    def record(self) -> RecordEpoch:
        """The callback that saves each epoch."""
        # The temperature is fitted to images that nothing was trained on. With the test set for validation,
        # there are none.
        images = self.validation if self.recipe.validation == "split" else None
        return RecordEpoch(self.run, self.recipe, self.num_batches, self.position, images, self.class_names)

    @cached_property
    def callbacks(self) -> list[keras.callbacks.Callback]:
        """All callbacks, in the order in which they are called."""
        done = self.position.epoch * self.num_batches + self.position.batch
        bar = ProgressBar(self.recipe.epochs * self.num_batches, done)
        reestimation = [self.reestimation] if self.reestimation else []
        return [self.report, *reestimation, self.record, bar]

    @cached_property
    def validation_batches(self) -> tf.data.Dataset:
        """The validation images in batches."""
        return batches.evaluation_batches(self.recipe, self.validation, num_classes=len(self.class_names))

    def _reestimation_images(self) -> tf.Tensor:
        # Epoch 0 is never trained on: images like those of the training, drawn with other random numbers.
        images = batches.epoch_images(self.recipe, self.images, 0).images[:REESTIMATION_IMAGES]
        return batches.scale(self.recipe, images)

    def _fit_epochs(self) -> None:
        first = self.position.epoch
        if self.position.batch == self.num_batches:
            self._validate(first)
            first += 1
        elif self.position.batch:
            # The rest of the epoch in which it was stopped.
            self._fit(first, first + 1, skip=self.position.batch)
            first += 1
        if first < self.recipe.epochs:
            self._fit(first, self.recipe.epochs, skip=0)

    def _fit(self, first_epoch: int, last_epoch: int, skip: int) -> None:
        num_classes = len(self.class_names)
        self.model.fit(
            batches.training_batches(self.recipe, self.images, first_epoch + 1, skip, num_classes),
            initial_epoch=first_epoch,
            epochs=last_epoch,
            steps_per_epoch=self.num_batches - skip,
            validation_data=self.validation_batches,
            callbacks=self.callbacks,
            verbose=0,
        )

    def _validate(self, epoch: int) -> None:
        """End an epoch whose batches are all done, as `fit` would."""
        calls = keras.callbacks.CallbackList(self.callbacks, model=self.model)
        calls.on_train_begin()
        calls.on_epoch_begin(epoch)
        found = self.model.evaluate(self.validation_batches, callbacks=calls, return_dict=True, verbose=0)
        # No batch was added to the means in the checkpoint.
        logs = {"loss": 0.0, "accuracy": 0.0, **{f"val_{name}": value for name, value in found.items()}}
        calls.on_epoch_end(epoch, logs)
        calls.on_train_end()

    def _save_unfinished(self) -> None:
        """Save what was learnt in an unfinished epoch; quickly, because somebody has pressed Stop."""
        epoch = self.record.position.epoch
        if epoch >= self.report.epoch:
            # Before the first batch, or between two epochs: the last checkpoint has everything.
            return
        # The optimizer's steps, because Ctrl-C ends an execution of several before they are reported.
        batch = int(self.model.optimizer.iterations) - epoch * self.num_batches
        self.record.save_unfinished(batch, self.report.logs)
        if not self.run.model_path.exists():
            # No epoch is finished yet. The pages shall have a network to show all the same.
            if self.reestimation:
                self.reestimation.reestimate_quickly()
            network = pack(self.model, self.recipe, class_names=self.class_names)
            write_atomically(self.run.model_path, file.to_bytes(network))
