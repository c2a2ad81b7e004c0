"""Batch-norm statistics measured again before each validation."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

from typing_extensions import override

from bnn.runs.run import Run
from bnn.runs.stopping import raise_if_stopped
from bnn.training.backend import keras, tf
from bnn.training.model import forward_in_batch, norm_layers
from bnn.training.progress import Logs

# Mean and variance of one batch normalization.
Moments = tuple[tf.Tensor, tf.Tensor]


class ReestimateBatchNorm(keras.callbacks.Callback):
    """Measures the batch-norm statistics again before each validation.

    Bits flip faster than the moving averages follow, so in the middle of a training these describe a
    network that no longer exists. Instead, means and variances are averaged over some training images with
    fixed weights, where each layer sees what the layers before it give in training.

    Args:
        run: may be stopped between two batches.
        make_images: gives (n, 28, 28, channels) float32 training images, as the model takes them. It is
            called once, in a thread of its own, after the first step: it may take seconds, and must not
            delay the first point of the curve.
        batch_size: images in one batch.
    """

    def __init__(self, run: Run, make_images: Callable[[], tf.Tensor], batch_size: int = 1024) -> None:
        super().__init__()
        self.run, self.make_images, self.batch_size = run, make_images, batch_size
        self._moments = tf.function(lambda images: forward_in_batch(self.model, images)[1])

    @cached_property
    def _images(self) -> Future[tf.Tensor]:
        return ThreadPoolExecutor(max_workers=1).submit(self.make_images)

    @override
    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._images  # noqa: B018 (starts the thread)

    @override
    def on_test_begin(self, logs: Logs = None) -> None:
        found = []
        for start in range(0, len(self._images.result()), self.batch_size):
            raise_if_stopped(self.run)
            found.append(self._measure(start))
        self._assign(found)

    def reestimate_quickly(self) -> None:
        """Replace the moving averages by the statistics of one batch."""
        self._assign([self._measure(0)])

    def _measure(self, start: int) -> list[Moments]:
        return self._moments(self._images.result()[start : start + self.batch_size])

    def _assign(self, found: list[list[Moments]]) -> None:
        for number, norm in enumerate(norm_layers(self.model)):
            norm.moving_mean.assign(tf.reduce_mean([moments[number][0] for moments in found], axis=0))
            norm.moving_variance.assign(tf.reduce_mean([moments[number][1] for moments in found], axis=0))
