"""What happens between batches and epochs."""

import sys
import time
from dataclasses import replace
from threading import Event

import numpy as np
from tqdm import tqdm

from bnn.analysis import calibration
from bnn.engine import file, inference
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.runs.stopping import raise_if_stopped
from bnn.system.files import write_atomically
from bnn.training import checkpoint
from bnn.training.backend import keras, larq, tf
from bnn.training.checkpoint import Position
from bnn.training.model import norm_layers
from bnn.training.packing import binary_weights, pack

REPORT_SECONDS = 0.5


class ReportProgress(keras.callbacks.Callback):
    """Writes status and progress about twice a second, and raises `Stopped` when asked to stop.

    Loss and accuracy are those of the batches since the last row, not since the start of the epoch: a
    running mean would hide for half an epoch what the network has learnt meanwhile.
    """

    def __init__(self, run: Run, recipe: Recipe, num_batches: int, skipped: int, learning: Event):
        super().__init__()
        self.run, self.recipe, self.num_batches = run, recipe, num_batches
        self.skipped, self.learning = skipped, learning
        self.batch = skipped
        self.status = replace(run.status(), num_epochs=recipe.epochs, num_batches=num_batches, message="")
        self.seconds_per_batch = 0.0
        self.epoch, self.logs = 0, {"loss": 0.0, "accuracy": 0.0}

    def on_train_begin(self, logs=None):
        self.is_first = True

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.first_batch = epoch + 1, self.skipped
        self.batch, self.skipped = self.first_batch, 0
        self.last_time, self.last_batch, self.last_sums = time.monotonic(), self.batch, np.zeros(2)

    def on_train_batch_end(self, batch, logs=None):
        self.batch, self.logs = self.first_batch + batch + 1, logs
        now = time.monotonic()
        if now - self.last_time >= REPORT_SECONDS or self.is_first:
            self._report(now, logs)
            self.is_first = False
            self.learning.set()
            raise_if_stopped(self.run)

    def on_test_begin(self, logs=None):
        self._write_status("Checking with digits it has not seen", 0.0)

    def on_test_batch_end(self, batch, logs=None):
        raise_if_stopped(self.run)

    def _report(self, now, logs):
        num_batches, seconds = self.batch - self.last_batch, now - self.last_time
        sums = np.array([logs["loss"], logs["accuracy"]]) * (self.batch - self.first_batch)
        loss, accuracy = (sums - self.last_sums) / num_batches
        # The time of the first is mostly the compiling of the step, and the making of the epoch's images.
        if not self.is_first:
            self._smooth_speed(seconds / num_batches)
        step = (self.epoch - 1) * self.num_batches + self.batch
        row = {"step": step, "epoch": self.epoch, "loss": float(loss), "accuracy": float(accuracy)}
        self.run.append_progress([row])
        self.last_time, self.last_batch, self.last_sums = now, self.batch, sums
        speed = 1.0 / self.seconds_per_batch if self.seconds_per_batch else 0.0
        self._write_status("", speed * self.recipe.batch_size)

    def _smooth_speed(self, seconds):
        old = self.seconds_per_batch
        self.seconds_per_batch = 0.8 * old + 0.2 * seconds if old else seconds

    def _write_status(self, message, images_per_second):
        left = self.recipe.epochs * self.num_batches - (self.epoch - 1) * self.num_batches - self.batch
        self.status = replace(
            self.status,
            message=message,
            epoch=self.epoch,
            batch=self.batch,
            images_per_second=images_per_second or self.status.images_per_second,
            eta_seconds=left * self.seconds_per_batch,
        )
        self.run.write_status(self.status)


class ReestimateBatchNorm(keras.callbacks.Callback):
    """Measures the batch-norm statistics anew before each validation.

    Bits flip faster than the moving averages follow, so mid-way these describe a network that is no
    longer there. With the weights at rest, means and variances are averaged over some training images
    instead, each layer seeing what the layers before it give in training.

    Args:
        run: may be stopped between two measurements.
        images: (n, 28, 28, 1) float32 training images, as the model takes them.
        batch_size: images in one measurement.
    """

    def __init__(self, run: Run, images: tf.Tensor, batch_size: int = 1024):
        super().__init__()
        self.run, self.images, self.batch_size = run, images, batch_size
        self._moments = tf.function(self._batch_moments)

    def on_test_begin(self, logs=None):
        found = []
        for start in range(0, len(self.images), self.batch_size):
            raise_if_stopped(self.run)
            found.append(self._measure(start))
        self._assign(found)

    def reestimate_quickly(self) -> None:
        """Replace the moving averages by what one batch gives."""
        self._assign([self._measure(0)])

    def _measure(self, start):
        return self._moments(self.images[start : start + self.batch_size])

    def _assign(self, found):
        for number, norm in enumerate(norm_layers(self.model)):
            norm.moving_mean.assign(tf.reduce_mean([moments[number][0] for moments in found], axis=0))
            norm.moving_variance.assign(tf.reduce_mean([moments[number][1] for moments in found], axis=0))

    def _batch_moments(self, values):
        moments = []
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                mean, variance = tf.nn.moments(values, axes=list(range(len(values.shape) - 1)))
                moments.append((mean, variance))
                values = tf.nn.batch_normalization(
                    values, mean, variance, layer.beta, layer.gamma, layer.epsilon
                )
            else:
                values = layer(values)
        return moments


class RecordEpoch(keras.callbacks.Callback):
    """Saves what an epoch gave: packed network, history row, best network, checkpoint.

    In this order, so that after a crash at any point the checkpoint never is ahead of the history:
    resume drops the rows behind it.

    Args:
        calibration: images and labels that nothing is trained on, to fit the temperature; None for 1.
    """

    def __init__(self, run, recipe, num_batches: int, position: Position, calibration):
        super().__init__()
        self.run, self.recipe, self.calibration = run, recipe, calibration
        self.num_batches = num_batches
        self.position, self.started = position, time.monotonic() - position.seconds
        self.best = max(run.history()["validation_accuracy"], default=-1.0)
        self.flips = larq.metrics.FlipRatio()

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.monotonic() - self.position.seconds

    def on_epoch_end(self, epoch, logs=None):
        bits, epoch = binary_weights(self.model), epoch + 1
        self.run.epoch_path(epoch).parent.mkdir(exist_ok=True)
        write_atomically(self.run.epoch_path(epoch), file.to_bytes(self._packed()))
        self.run.append_history(self._row(epoch, logs, self._flip_ratio(bits)))
        if logs["val_accuracy"] > self.best:
            self.best = logs["val_accuracy"]
            write_atomically(self.run.model_path, self.run.epoch_path(epoch).read_bytes())
        self.position = Position(epoch, 0, 0.0, 0.0, 0.0, bits)
        checkpoint.save(self.run, self.model, self.position)

    def save_unfinished(self, batch: int, logs: dict) -> None:
        """Keep what a stopped epoch has learnt so far, for resume."""
        position = Position(
            epoch=self.position.epoch,
            batch=batch,
            seconds=time.monotonic() - self.started,
            **self._since_its_start(logs, batch),
            previous_bits=self.position.previous_bits,
        )
        checkpoint.save(self.run, self.model, position)

    def _since_its_start(self, logs, batch):
        # Keras knows the batches since it was resumed; those before a stop count, too.
        before = self.position.batch / max(1, batch)
        means = {"loss": self.position.loss, "accuracy": self.position.accuracy}
        return {name: before * mean + (1 - before) * float(logs[name]) for name, mean in means.items()}

    def _packed(self):
        network = pack(self.model, self.recipe)
        if self.calibration is None:
            return network
        scores = inference.scores(network, self.calibration.images)
        return replace(network, temperature=calibration.fit_temperature(scores, self.calibration.labels))

    def _flip_ratio(self, bits):
        # Larq's metric takes its first values as the start: the share of bits that changed since then.
        self.flips.reset_state()
        self.flips.update_state(self.position.previous_bits)
        self.flips.update_state(bits)
        return float(self.flips.result())

    def _row(self, epoch, logs, flip_ratio):
        return {
            "epoch": epoch,
            **self._since_its_start(logs, self.num_batches),
            "validation_loss": logs["val_loss"],
            "validation_accuracy": logs["val_accuracy"],
            "flip_ratio": flip_ratio,
            "seconds": round(time.monotonic() - self.started, 3),
        }


class ProgressBar(keras.callbacks.Callback):
    """A bar on standard error over all batches, with the last epoch's validation accuracy."""

    def __init__(self, total: int, done: int):
        super().__init__()
        self.total, self.done = total, done

    def on_train_begin(self, logs=None):
        # Where it cannot be redrawn, in a log file, a line now and then is enough.
        interval = 0.5 if sys.stderr.isatty() else 30.0
        self.bar = tqdm(total=self.total, initial=self.done, unit=" batches", mininterval=interval)

    def on_epoch_begin(self, epoch, logs=None):
        self.before = self.done

    def on_train_batch_end(self, batch, logs=None):
        # Of several batches done at once, it is told the last one's number.
        self.done = self.before + batch + 1
        self.bar.update(self.done - self.bar.n)

    def on_epoch_end(self, epoch, logs=None):
        self.bar.set_description(f"epoch {epoch + 1}: {logs['val_accuracy']:.2%} of validation digits")

    def on_train_end(self, logs=None):
        self.bar.close()
