"""A callback that measures the batch-norm statistics again before each validation."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

import numpy as np
from typing_extensions import override

from bnn.runs.run import Run
from bnn.runs.stopping import raise_if_stopped
from bnn.training.backend import keras, tf
from bnn.training.model import forward_in_batch, norm_layers
from bnn.training.progress import Logs

# Mean and variance of the input of one batch normalization.
Moments = tuple[tf.Tensor, tf.Tensor]


class ReestimateBatchNorm(keras.callbacks.Callback):
    """Measures the batch-norm statistics again before each validation.

    During training, bits flip faster than the moving averages follow. The averages then belong to an earlier
    network. So they are replaced by the mean and variance over some training images, measured with fixed
    weights. While they are measured, each layer normalizes its input with the statistics of the batch, as in
    training.

    Args:
        run: the run. A request to stop it is noticed between two batches.
        make_images: a function that returns training images as the model takes them, (n, 28, 28, channels)
            float32. It may take seconds. It is called once, in its own thread and after the first step, so
            that the first step does not wait for it.
        batch_size: number of images in one batch.
    """

    def __init__(self, run: Run, make_images: Callable[[], tf.Tensor], batch_size: int = 1024) -> None:
        super().__init__()
        self.run, self.make_images, self.batch_size = run, make_images, batch_size

    @cached_property
    def _moments(self) -> Callable[[tf.Tensor], list[Moments]]:
        return tf.function(
            lambda images: forward_in_batch(self.model, images)[1],
            input_signature=[self._image_spec],
            autograph=False,
        )

    @cached_property
    def _image_spec(self) -> tf.TensorSpec:
        # With this signature, a function is compiled once for any number of images.
        return tf.TensorSpec((None, *self.model.input_shape[1:]), tf.float32)

    @cached_property
    def _images(self) -> Future[tf.Tensor]:
        return ThreadPoolExecutor(max_workers=1).submit(self.make_images)

    @override
    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._images  # noqa: B018 (starts the thread)

    @override
    def on_test_begin(self, logs: Logs = None) -> None:
        moments, num_images = [], len(self._images.result())
        starts = range(0, num_images, self.batch_size)
        for start in starts:
            raise_if_stopped(self.run)
            moments.append(self._measure(start))
        self._assign(moments, [min(self.batch_size, num_images - start) for start in starts])

    def reestimate_quickly(self) -> None:
        """Replaces the moving averages by the statistics of a single batch."""
        self._assign([self._measure(0)], [1])

    def reestimate_on(self, images: tf.Tensor) -> None:
        """Replaces the moving averages by the statistics of these images, given as the model takes them.

        The training is not changed by this: each batch is normalized by its own statistics, and the moving
        averages are replaced before each validation.
        """
        self._measure_and_assign(images)

    @cached_property
    def _measure_and_assign(self) -> Callable[[tf.Tensor], None]:
        # Compiled, because some twenty single operations would take as long as the forward pass.
        norms = norm_layers(self.model)

        @tf.function(input_signature=[self._image_spec], autograph=False)
        def assign(images: tf.Tensor) -> None:
            for norm, (mean, variance) in zip(norms, forward_in_batch(self.model, images)[1], strict=True):
                norm.moving_mean.assign(mean)
                norm.moving_variance.assign(variance)

        return assign

    def _measure(self, start: int) -> list[Moments]:
        return self._moments(self._images.result()[start : start + self.batch_size])

    def _assign(self, moments_of_batches: list[list[Moments]], sizes: Sequence[int]) -> None:
        moments_of_layers = zip(*moments_of_batches, strict=True)
        for norm, moments in zip(norm_layers(self.model), moments_of_layers, strict=True):
            mean, variance = pooled(moments, sizes)
            norm.moving_mean.assign(mean)
            norm.moving_variance.assign(variance)


def pooled(moments: Sequence[Moments], sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Returns the mean and variance over all images of some batches, (channels,) float32 each.

    The variance of all values is the mean of the batches' variances, plus the variance of their means. Both
    are weighted by the batches' numbers of images.

    Args:
        moments: the mean and variance of each batch, (channels,) each.
        sizes: the number of images in each batch.
    """
    means, variances = (np.array(values, np.float64) for values in zip(*moments, strict=True))
    mean = np.average(means, axis=0, weights=sizes)
    variance = np.average(variances + (means - mean) ** 2, axis=0, weights=sizes)
    return mean.astype(np.float32), variance.astype(np.float32)
