"""A callback that saves the results of each epoch."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from typing_extensions import override

from bnn.analysis import calibration
from bnn.data.dataset import Split
from bnn.engine import file, inference
from bnn.engine.network import PackedNetwork
from bnn.runs import validation
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.training import checkpoint
from bnn.training.averaging import AverageWeights
from bnn.training.backend import keras, larq
from bnn.training.checkpoint import Position
from bnn.training.packing import binary_weights
from bnn.training.progress import Logs

# The means over some batches: {"loss": mean loss, "accuracy": mean accuracy}.
Means = dict[str, float]


class RecordEpoch(keras.callbacks.Callback):
    """Saves the packed network of each epoch, its row of the history, the best network, and the checkpoint.

    They are saved in this order, so that after a crash the checkpoint is never ahead of the history. If the
    history is ahead of the checkpoint, resuming removes the rows that are too new.

    Args:
        run: the run in which to save.
        pack: a function that returns the model as it is now, packed.
        num_batches: number of batches in one epoch.
        position: the position at which training starts.
        calibration_images: the images to which the temperature of the softmax is fitted. They are not used
            for training. If None, the temperature is 1.
        averaging: the callback that replaces the weights by their averages for the validation.
    """

    def __init__(
        self,
        run: Run,
        pack: Callable[[], PackedNetwork],
        num_batches: int,
        position: Position,
        *,
        calibration_images: Split | None,
        averaging: AverageWeights,
    ) -> None:
        super().__init__()
        self.averaging = averaging
        self.run, self.pack, self.num_batches = run, pack, num_batches
        self.calibration_images = calibration_images
        self.position, self.started = position, time.monotonic() - position.seconds
        self.best_by = run.recipe().best_by
        self.best_score = max(validation.scores(run.history(), self.best_by), default=-np.inf)
        self.flips = larq.metrics.FlipRatio()

    @override
    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self.started = time.monotonic() - self.position.seconds

    @override
    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        bits, epoch, logs = binary_weights(self.model), epoch + 1, logs or {}
        self.run.epoch_path(epoch).parent.mkdir(exist_ok=True)
        write_atomically(self.run.epoch_path(epoch), file.to_bytes(self._packed()))
        row = self._row(epoch, logs, self._flip_ratio(bits))
        self.run.append_history(row)
        (score,) = validation.scores(pd.DataFrame([row]), self.best_by)
        if score > self.best_score:
            self.best_score = score
            write_atomically(self.run.model_path, self.run.epoch_path(epoch).read_bytes())
        self.averaging.finish_epoch()
        position = Position(epoch, 0, 0.0, 0.0, 0.0, bits)
        checkpoint.save(self.run, self.model, position)
        # Only now, because `save_unfinished` must save this epoch if it is not in the checkpoint yet.
        self.position = position

    def save_unfinished(self, batch: int, logs: Mapping[str, Any]) -> None:
        """Saves a checkpoint in the middle of an epoch.

        Args:
            batch: number of batches done in this epoch.
            logs: Keras's mean loss and accuracy over the batches of this epoch, or, if training was resumed
                within the epoch, over the batches since then.
        """
        position = Position(
            epoch=self.position.epoch,
            batch=batch,
            seconds=time.monotonic() - self.started,
            **self._means_of_epoch(logs, batch),
            previous_bits=self.position.previous_bits,
        )
        checkpoint.save(self.run, self.model, position)

    def _means_of_epoch(self, logs: Mapping[str, Any], batch: int) -> Means:
        # If training was resumed within this epoch, Keras averages only over the batches since then. The
        # batches of this epoch that were done before are added here.
        share_before = self.position.batch / max(1, batch)
        share_since = 1 - share_before
        means_before = {"loss": self.position.loss, "accuracy": self.position.accuracy}
        return {
            name: share_before * mean + share_since * float(logs[name]) for name, mean in means_before.items()
        }

    def _packed(self) -> PackedNetwork:
        network = self.pack()
        if self.calibration_images is None:
            return network
        images, labels = self.calibration_images
        temperature = calibration.fit_temperature(inference.scores_of_looks(network, images), labels)
        return replace(network, temperature=temperature)

    def _flip_ratio(self, bits: np.ndarray) -> float:
        # Larq's metric compares each update with the one before.
        self.flips.reset_state()
        self.flips.update_state(self.position.previous_bits)
        self.flips.update_state(bits)
        return float(self.flips.result())

    def _row(self, epoch: int, logs: Mapping[str, Any], flip_ratio: float) -> dict[str, float]:
        return {
            "epoch": epoch,
            **self._means_of_epoch(logs, self.num_batches),
            "validation_loss": logs["val_loss"],
            "validation_accuracy": logs["val_accuracy"],
            "flip_ratio": flip_ratio,
            "seconds": round(time.monotonic() - self.started, 3),
        }
