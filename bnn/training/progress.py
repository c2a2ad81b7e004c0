"""Callbacks that report the progress of a training in the run's folder and on the terminal."""

import math
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
from tqdm import tqdm
from typing_extensions import override

from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.runs.stopping import raise_if_stopped
from bnn.system.percent_text import percent_digits
from bnn.system.tables import MAX_TABLE_BYTES
from bnn.training.backend import keras

REPORT_SECONDS = 0.5
# The speed is the mean over about this time. Over a shorter time, the time left would jump on a busy machine.
SPEED_SECONDS = 30.0
# Each time that the table of progress has grown by this much, the time between its rows doubles. So the table
# stays small enough to be read.
DOUBLING_BYTES = MAX_TABLE_BYTES // 10
# The type of the `logs` that Keras passes to callbacks.
Logs = Mapping[str, Any] | None


def write_message(run: Run, message: str) -> None:
    """Writes a message into the run's status, which the Train page shows."""
    run.write_status(replace(run.status(), message=message))


class ReportProgress(keras.callbacks.Callback):
    """Writes status and progress about twice a second, and raises `Stopped` if the run is asked to stop.

    In a training of more than an hour, rows of progress are written less and less often.

    The loss and accuracy in a row are means over the batches of its epoch since the last row. A mean since
    the start of the epoch would show too late what the network has learnt.

    Args:
        run: the run that is trained.
        recipe: the run's recipe.
        num_batches: number of batches in one epoch.
        num_images: number of images in one epoch.
        skipped: if training is resumed within an epoch, the number of batches of this epoch that were done
            before.
        first_step_done: an event that is set after the first step.
    """

    def __init__(
        self,
        run: Run,
        recipe: Recipe,
        num_batches: int,
        num_images: int,
        skipped: int,
        first_step_done: Event,
    ) -> None:
        super().__init__()
        self.run, self.recipe, self.num_batches = run, recipe, num_batches
        # The last batch of a pass may be smaller. With little data, it may be the only one.
        self.mean_batch_size = num_images / num_batches
        self.skipped, self.first_step_done = skipped, first_step_done
        self.batch = skipped
        self.status = replace(run.status(), num_epochs=recipe.epochs, num_batches=num_batches, message="")
        self.seconds_per_batch = 0.0
        # Seconds and batches from which the speed is computed.
        self.measured = np.zeros(2)
        # The time of the last batch (`time.monotonic`), and the seconds from the last batch of an epoch to
        # the beginning of the next, in which the network is validated and saved; 0 if not measured yet.
        self.batch_time: float | None = None
        self.seconds_between_epochs = 0.0
        # The time of the last row (`time.monotonic`), and the seconds from it to the next row.
        self.row_time, self.row_seconds = 0.0, 0.0
        self.epoch = 0
        self.logs: Mapping[str, Any] = {"loss": 0.0, "accuracy": 0.0}

    @override
    def on_train_begin(self, logs: Logs = None) -> None:
        self.is_first = True
        write_message(self.run, "Getting ready (compiling the first step)")

    @override
    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        if self.batch_time is not None and self.batch > self.last_batch:
            # The last batches of the epoch before, or all if they took less than REPORT_SECONDS.
            self._measure_speed(self.batch_time - self.last_time, self.batch - self.last_batch)
        # Only the first epoch after resuming can begin in its middle.
        self.epoch, self.first_batch = epoch + 1, self.skipped
        self.batch, self.skipped = self.first_batch, 0
        self.last_time, self.last_batch = time.monotonic(), self.batch
        if self.batch_time is not None:
            self.seconds_between_epochs = self.last_time - self.batch_time
        self.row_batch, self.row_sums = self.batch, np.zeros(2)

    @override
    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self.batch, self.logs = self.first_batch + batch + 1, logs or {}
        now = self.batch_time = time.monotonic()
        if now - self.last_time >= REPORT_SECONDS or self.is_first:
            self._report(now)
            self.is_first = False
            self.first_step_done.set()
            raise_if_stopped(self.run)

    @override
    def on_test_begin(self, logs: Logs = None) -> None:
        self._write_status("Checking with images it has not seen", 0.0)

    @override
    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        raise_if_stopped(self.run)

    def _report(self, now: float) -> None:
        # Most of the time before the first report was spent on compiling the step and making the images. That
        # time is left out of the speed.
        if not self.is_first:
            self._measure_speed(now - self.last_time, self.batch - self.last_batch)
        if self.is_first or now - self.row_time >= self.row_seconds:
            self._append_row(now)
        self.last_time, self.last_batch = now, self.batch
        speed = 1.0 / self.seconds_per_batch if self.seconds_per_batch else 0.0
        self._write_status("", speed * self.mean_batch_size)

    def _append_row(self, now: float) -> None:
        # Keras gives means since `first_batch`. Differences of sums give the means since the last row.
        sums = np.array([self.logs["loss"], self.logs["accuracy"]]) * (self.batch - self.first_batch)
        loss, accuracy = (sums - self.row_sums) / (self.batch - self.row_batch)
        step = (self.epoch - 1) * self.num_batches + self.batch
        row = {"step": step, "epoch": self.epoch, "loss": float(loss), "accuracy": float(accuracy)}
        num_bytes = self.run.append_progress([row])
        # The time is doubled at most 20 times, to six days. Without a limit, a huge table would give a number
        # too large for a float.
        self.row_seconds = REPORT_SECONDS * 2 ** min(20, num_bytes // DOUBLING_BYTES)
        self.row_time, self.row_batch, self.row_sums = now, self.batch, sums

    def _measure_speed(self, seconds: float, num_batches: int) -> None:
        # The mean over the time that was measured. Earlier times count less and less.
        share = math.exp(-seconds / SPEED_SECONDS)
        self.measured = share * self.measured + (seconds, num_batches)
        self.seconds_per_batch = self.measured[0] / self.measured[1]

    def _write_status(self, message: str, images_per_second: float) -> None:
        num_epochs_left = self.recipe.epochs - self.epoch + 1
        num_left = num_epochs_left * self.num_batches - self.batch
        self.status = replace(
            self.status,
            message=message,
            epoch=self.epoch,
            batch=self.batch,
            images_per_second=images_per_second or self.status.images_per_second,
            eta_seconds=num_left * self.seconds_per_batch + num_epochs_left * self.seconds_between_epochs,
        )
        self.run.write_status(self.status)


class ProgressBar(keras.callbacks.Callback):
    """Shows a progress bar on standard error, with the validation accuracy of the last finished epoch.

    Args:
        total: number of batches of the whole training.
        done: number of batches that were done before training was resumed.
    """

    def __init__(self, total: int, done: int) -> None:
        super().__init__()
        self.total, self.done = total, done

    @override
    def on_train_begin(self, logs: Logs = None) -> None:
        # In a log file, each update of the bar is a new line, so updates are rarer there.
        interval_seconds = 0.5 if sys.stderr.isatty() else 30.0
        self.bar = tqdm(total=self.total, initial=self.done, unit=" batches", mininterval=interval_seconds)

    @override
    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self.done_before_epoch = self.done

    @override
    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        # If several batches are run in one execution, `batch` is the index of the last one in this epoch.
        self.done = self.done_before_epoch + batch + 1
        self.bar.update(self.done - self.bar.n)

    @override
    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        accuracy = (logs or {})["val_accuracy"]
        self.bar.set_description(f"epoch {epoch + 1}: {percent_digits(accuracy)}% of validation images right")

    @override
    def on_train_end(self, logs: Logs = None) -> None:
        self.bar.close()
