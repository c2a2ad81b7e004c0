"""Images -> the batches that Keras takes, in an order that the seed and the epoch alone decide."""

import numpy as np

from bnn.data import augment
from bnn.data.dataset import Split
from bnn.data.handwriting import rendering
from bnn.recipes.layers import NUM_CLASSES
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import tf

# The label of a drawing that is no digit: the right answer is ten equal probabilities.
NO_DIGIT = 255
# Of the images that an epoch deforms, this share stays as it is: what will be read is not deformed.
UNDEFORMED = 0.25


def training_batches(recipe: Recipe, split: Split, first_epoch: int = 1, skip: int = 0) -> tf.data.Dataset:
    """The batches of all epochs from `first_epoch` (from 1) on, without the first `skip`.

    Each epoch is shuffled, deformed and mixed with drawn digits by (seed, epoch): a resumed training
    sees what one that was never stopped would have seen.
    """
    epochs = tf.data.Dataset.range(first_epoch, recipe.epochs + 1)
    dataset = epochs.map(lambda epoch: _epoch_tensors(recipe, split, epoch)).prefetch(1)
    batches = dataset.flat_map(
        lambda images, labels: tf.data.Dataset.from_tensor_slices((images, labels)).batch(recipe.batch_size)
    )
    return batches.skip(skip).map(lambda x, y: _prepare(recipe, x, y)).prefetch(4)


def evaluation_batches(recipe: Recipe, split: Split, batch_size: int = 500) -> tf.data.Dataset:
    """The images as they are, in order, in batches; prepared once and kept."""
    dataset = tf.data.Dataset.from_tensor_slices((split.images, split.labels)).batch(batch_size)
    return dataset.map(lambda x, y: _prepare(recipe, x, y)).cache()


def epoch_images(recipe: Recipe, split: Split, epoch: int) -> Split:
    """One epoch's images and labels in their order of use, uint8, before scaling."""
    rng = np.random.default_rng([recipe.seed, epoch])
    seed = int(rng.integers(2**31))
    images, labels = split
    if recipe.augment and epoch <= recipe.epochs - recipe.plain_epochs:
        deformed = _augmented(recipe, images, seed)
        images = np.where((rng.random(len(images)) < UNDEFORMED)[:, None, None], images, deformed)
    if recipe.drawn_digits:
        drawn = rendering.draw_digits(recipe.drawn_digits, seed)
        images, labels = np.concatenate([images, drawn[0]]), np.concatenate([labels, drawn[1]])
    if recipe.non_digits:
        drawn = rendering.draw_non_digits(recipe.non_digits, seed)
        labels = np.concatenate([labels, np.full(recipe.non_digits, NO_DIGIT, labels.dtype)])
        images = np.concatenate([images, drawn])
    order = rng.permutation(len(images))
    return Split(images[order], labels[order])


def scale(recipe: Recipe, images: np.ndarray | tf.Tensor) -> tf.Tensor:
    """Returns the model's inputs, (n, 28, 28, channels) float32, of images (n, 28, 28) uint8."""
    return CODINGS[recipe.pixels].scale(tf.cast(images, tf.float32)[..., None])


def _epoch_tensors(recipe: Recipe, split: Split, epoch: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The images and labels of `epoch_images`, as tensors.

    `Dataset.from_generator` would do this, too. But under Python 3.11 and later TensorFlow's GeneratorDataset lowers
    glibc's M_MMAP_THRESHOLD to 128 KB for the whole process. Every larger tensor is then mapped anew and returned to the
    system in each step: 22,700 page faults a step, and half the speed.
    """

    def make(number: np.int64) -> tuple[np.ndarray, np.ndarray]:
        return tuple(epoch_images(recipe, split, int(number)))

    images, labels = tf.numpy_function(make, [epoch], [tf.uint8, tf.uint8])
    return tf.ensure_shape(images, (None, 28, 28)), tf.ensure_shape(labels, (None,))


def _augmented(recipe, images, seed):
    strength = recipe.augment
    return augment.augment(
        images,
        seed,
        rotation_degrees=14.0 * strength,
        shear=0.2 * strength,
        scale=0.15 * strength,
        shift_pixels=2.5 * strength,
    )


def _prepare(recipe, images, labels):
    one_hot = tf.one_hot(labels, NUM_CLASSES)
    is_digit = (labels != NO_DIGIT)[:, None]
    return scale(recipe, images), tf.where(is_digit, one_hot, 1.0 / NUM_CLASSES)
