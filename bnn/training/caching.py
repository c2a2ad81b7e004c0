"""Decides which prepared batches are kept in memory."""

from collections.abc import Callable

import numpy as np

from bnn.recipes.layers import IMAGE_SIDE
from bnn.training.backend import tf

# Batches that would need more memory than this are not kept. The 13,000 images of "Learn my hand" need 75 MB
# with the layers of the app's network.
MAX_CACHED_BYTES = 500_000_000


def is_cached(prepare: Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, ...]], num_images: int) -> bool:
    """Returns whether the prepared batches of this many images are kept in memory.

    Args:
        prepare: turns images, (n, 28, 28) uint8, and labels, (n,) uint8, into a batch. It is traced, but
            computes nothing here.
        num_images: number of images in all batches.
    """
    image, label = np.zeros((1, IMAGE_SIDE, IMAGE_SIDE), np.uint8), np.zeros(1, np.uint8)
    prepared = tf.data.Dataset.from_tensor_slices((image, label)).batch(1).map(prepare)
    return num_images * sum(map(_bytes_each, tf.nest.flatten(prepared.element_spec))) <= MAX_CACHED_BYTES


def _bytes_each(spec: tf.TensorSpec) -> int:
    # A `prepare` that does not say the shape of its results is counted as one value for each image.
    values = spec.shape[1:].num_elements() if spec.shape.rank else 1
    return (values or 1) * spec.dtype.size
