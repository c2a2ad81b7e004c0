"""A callback that takes snapshots of a network: the model before or after some batch, packed.

The newest snapshot is the run's live network, which the Train page shows. Some snapshots of epoch 1 are kept.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from typing_extensions import override

from bnn.analysis import calibration
from bnn.data.dataset import Split
from bnn.engine import file, inference
from bnn.engine.network import PackedNetwork
from bnn.runs import first_batches
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.training.backend import keras
from bnn.training.progress import Logs

# A snapshot that is not kept is taken at least this many batches after the last snapshot.
BATCHES_BETWEEN = 20
# Snapshots that are not kept may take at most this share of the training time.
SHARE_OF_TIME = 0.05
# With this number of steps, the temperature is found to within 0.2 %.
TEMPERATURE_STEPS = 20


class TakeSnapshots(keras.callbacks.Callback):
    """Keeps some networks of epoch 1, and regularly replaces the live network.

    Args:
        run: the run in which to write.
        network_now: a function that returns the model as it is now, packed, and its accuracy. Its argument is
            whether the network is kept. If not, the function may use fewer images, to take less time.
        skipped: if training is resumed within an epoch, the number of batches of this epoch that were done
            before.
    """

    def __init__(
        self, run: Run, network_now: Callable[[bool], tuple[PackedNetwork, float]], skipped: int
    ) -> None:
        super().__init__()
        self.run, self.network_now, self.skipped = run, network_now, skipped
        self.last_kept = max(first_batches.numbers(run), default=-1)
        # The duration of the last snapshot that was not kept.
        self.seconds = 0.0
        # The time of the last snapshot, kept or not.
        self.last_time = 0.0

    @override
    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        # Only the first epoch after resuming can begin in its middle.
        self.epoch, self.first_batch, self.skipped = epoch + 1, self.skipped, 0
        self.last_batch = -BATCHES_BETWEEN
        self._take_if_due(self.first_batch)

    @override
    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._take_if_due(self.first_batch + batch + 1)

    def _take_if_due(self, batch: int) -> None:
        is_kept = self.epoch == 1 and first_batches.is_due(batch, self.last_kept)
        if is_kept or self._is_time(batch):
            self._take(batch, is_kept)

    def _is_time(self, batch: int) -> bool:
        has_waited = time.monotonic() - self.last_time >= self.seconds / SHARE_OF_TIME
        return has_waited and batch - self.last_batch >= BATCHES_BETWEEN

    def _take(self, batch: int, is_kept: bool) -> None:
        started = time.monotonic()
        network, accuracy = self.network_now(is_kept)
        if is_kept:
            first_batches.keep(self.run, batch, network, accuracy)
            self.last_kept = batch
        write_atomically(self.run.live_path, file.to_bytes(network))
        self.last_batch, self.last_time = batch, time.monotonic()
        if not is_kept:
            self.seconds = self.last_time - started


def measured(network: PackedNetwork, images: Split, is_calibrated: bool) -> tuple[PackedNetwork, float]:
    """Returns a network and its accuracy on these images, with one look at each.

    Args:
        network: the packed network.
        images: images with labels, on which the network is not trained.
        is_calibrated: whether the temperature of the network is fitted to these images. Without that, a
            network that has learnt little would be sure of wrong answers.
    """
    scores = inference.scores_of_looks(network, images.images)
    if is_calibrated:
        temperature = calibration.fit_temperature(scores, images.labels, TEMPERATURE_STEPS)
        network = replace(network, temperature=temperature)
    return network, float(np.mean(scores[0].argmax(axis=1) == images.labels))
