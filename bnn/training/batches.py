"""Turns images into batches for Keras. The batches depend only on the recipe, the images and the epoch."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from bnn.data import augment, unipen
from bnn.data.dataset import Split
from bnn.data.handwriting import rendering
from bnn.data.handwriting.non_digits import SCRAWLS
from bnn.data.pen_drawings import PenDrawings
from bnn.recipes.layers import IMAGE_SIDE, NUM_CLASSES
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe, batches_per_epoch, num_images_per_epoch
from bnn.training import caching, other_signs
from bnn.training.backend import tf

# A function that turns images, (n, 28, 28) uint8, into the model's inputs.
ToInputs = Callable[[np.ndarray | tf.Tensor], tf.Tensor]
# A function that turns images and their labels, (n,) uint8, into the model's inputs and target probabilities.
Prepare = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
# The label of a drawing that is not a digit. Its target is the same probability for every class.
NO_DIGIT = 255
# The label of an image whose target is the answer of the network from which the training starts.
AS_BEFORE = 254
# The share of the images that stay undeformed in an epoch with deformations. The network needs them, because
# the images that it will read are not deformed.
UNDEFORMED = 0.25
# The drawings by many people are always deformed along their pen paths. In an epoch with deformations, this
# share of them is deformed a second time, as MNIST's images are, but more weakly.
AS_PIXELS = 0.3


def training_batches(
    recipe: Recipe,
    split: Split,
    epochs: range | None = None,
    skip: int = 0,
    *,
    own: PenDrawings | None = None,
    prepare: Prepare | None = None,
) -> tf.data.Dataset:
    """Returns the batches of some epochs: the model's inputs, and target probabilities.

    The order of the images, their deformations and the drawn digits depend only on the seed and the number of
    the pass (see `pass_images`). So a resumed training gets the same images as one that was never stopped.

    Args:
        recipe: the recipe.
        split: the training images.
        epochs: the epochs, counted from 1; by default all epochs of the recipe. The images of a pass are made
            before they are needed, so these should be only the epochs whose batches are taken.
        skip: number of batches to leave out at the beginning of the first of these epochs.
        own: the drawings from which the recipe's `own_drawings` images are made.
        prepare: turns images and labels into the model's inputs and target probabilities. By default, the
            images are scaled, and there are ten classes.
    """
    prepare = prepare or partial(_prepare, recipe)
    num_images = num_images_per_epoch(recipe, len(split.images)) // recipe.passes_per_epoch
    is_repeated = recipe.trained_layers and recipe.own_drawings and not recipe.augment
    if is_repeated and caching.is_cached(prepare, num_images):
        return _repeated_batches(recipe, split, own, prepare).skip(skip)
    # Passes that are skipped completely are not made.
    batches_per_pass = batches_per_epoch(recipe, len(split.images)) // recipe.passes_per_epoch
    num_skipped_passes, skip = divmod(skip, batches_per_pass)
    epochs = range(1, recipe.epochs + 1) if epochs is None else epochs
    first_pass = (epochs.start - 1) * recipe.passes_per_epoch + num_skipped_passes + 1
    passes = tf.data.Dataset.range(first_pass, (epochs.stop - 1) * recipe.passes_per_epoch + 1)
    dataset = passes.map(lambda number: _pass_tensors(recipe, split, own, number)).prefetch(1)
    batches = dataset.flat_map(
        lambda *images: tf.data.Dataset.from_tensor_slices(images).batch(recipe.batch_size)
    )
    return _without_tuning(batches.skip(skip).map(prepare).prefetch(4))


def _repeated_batches(
    recipe: Recipe, split: Split, own: PenDrawings | None, prepare: Prepare
) -> tf.data.Dataset:
    """Returns the same batches in every epoch, without end.

    Someone who has drawn a few digits waits until the network has learnt them. If only the last layers are
    trained, computing the layers before them takes most of the time. So the outputs of these layers
    are computed only once for each image. If the recipe deforms its training images, they are new in every
    epoch, and this function is not used. Nor is it used if the batches need too much memory to be kept.
    """
    images = pass_images(recipe, split, 1, own)
    batches = tf.data.Dataset.from_tensor_slices(tuple(images)).batch(recipe.batch_size)
    return _without_tuning(batches.map(prepare).cache().repeat())


def evaluation_batches(
    recipe: Recipe,
    split: Split,
    batch_size: int = 500,
    prepare: Prepare | None = None,
) -> tf.data.Dataset:
    """Returns batches of the unchanged images, in their order. Small batches are kept in memory."""
    prepare = prepare or partial(_prepare, recipe)
    dataset = tf.data.Dataset.from_tensor_slices((split.images, split.labels)).batch(batch_size).map(prepare)
    return _without_tuning(dataset.cache() if caching.is_cached(prepare, len(split.images)) else dataset)


def pass_images(recipe: Recipe, split: Split, number: int, own: PenDrawings | None = None) -> Split:
    """Returns the images and labels of one pass, uint8, in the order in which they are used.

    The passes of all epochs are counted together, from 1. If each epoch has one pass, `number` is the number
    of the epoch.
    """
    rng = np.random.default_rng([recipe.seed, number])
    seed = int(rng.integers(2**31))
    images, labels = _in_turn(split, recipe, number)
    num_deformed = (recipe.epochs - recipe.plain_epochs) * recipe.passes_per_epoch
    is_deformed = bool(recipe.augment) and number <= num_deformed
    if is_deformed:
        deformed = _augmented(recipe, images, seed)
        images = np.where((rng.random(len(images)) < UNDEFORMED)[:, None, None], images, deformed)
    parts = [(images, labels), *_drawn(recipe, seed), *_by_many_people(recipe, seed, is_deformed)]
    if recipe.distill:
        parts = [(images, np.full(len(images), AS_BEFORE, np.uint8)) for images, _ in parts]
    if own and recipe.own_drawings:
        parts.append(own.draw(recipe.own_drawings, [seed, 3]))
    if own and recipe.other_signs:
        parts.append(_without_digit(other_signs.draw(recipe.other_signs, seed, own)))
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = rng.permutation(len(images))
    return Split(images[order], labels[order])


def _in_turn(split: Split, recipe: Recipe, number: int) -> Split:
    """Returns `recipe.training_images` images for one pass; all images if that is 0 or more than there are.

    The images are shuffled once, and each pass takes the next ones, so that all are used equally often.
    """
    num, total = recipe.training_images, len(split.images)
    if not 0 < num < total:
        return split
    order = np.random.default_rng([recipe.seed, 5]).permutation(total)
    chosen = order[(number * num + np.arange(num)) % total]
    return Split(split.images[chosen], split.labels[chosen])


def some(split: Split, num: int, seed: int) -> Split:
    """Returns `num` random images, chosen by the seed; all if `num` is 0 or more than there are."""
    if not 0 < num < len(split.images):
        return split
    chosen = np.random.default_rng([seed, 4]).choice(len(split.images), num, replace=False)
    return Split(split.images[chosen], split.labels[chosen])


def _drawn(recipe: Recipe, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields the images and labels of digits and non-digits that a program draws."""
    if recipe.drawn_digits:
        yield rendering.draw_digits(recipe.drawn_digits, seed)
    if recipe.non_digits:
        yield _without_digit(rendering.draw_non_digits(recipe.non_digits, seed))
    if recipe.scrawls:
        images = rendering.draw_non_digits(recipe.scrawls, seed, signs=(), others=SCRAWLS)
        yield _without_digit(images)


def _by_many_people(recipe: Recipe, seed: int, is_deformed: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields the images and labels of digits and letters that many people drew."""
    if recipe.pen_digits:
        images, labels = unipen.training_digits().draw(recipe.pen_digits, [seed, 1])
        yield (_also_as_pixels(recipe, images, seed) if is_deformed else images), labels
    if recipe.pen_letters:
        images, _ = unipen.training_letters().draw(recipe.pen_letters, [seed, 2])
        yield _without_digit(_also_as_pixels(recipe, images, seed) if is_deformed else images)


def _also_as_pixels(recipe: Recipe, images: np.ndarray, seed: int) -> np.ndarray:
    """Returns the images. The first ones are weakly deformed, so that they look like digits in picture files.

    `AS_PIXELS` is the share of the images that are deformed.
    """
    num_deformed = int(AS_PIXELS * len(images))
    return np.concatenate([_augmented(recipe, images[:num_deformed], seed, 0.4), images[num_deformed:]])


def _without_digit(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return images, np.full(len(images), NO_DIGIT, np.uint8)


def scale(recipe: Recipe, images: np.ndarray | tf.Tensor) -> tf.Tensor:
    """Returns the model's inputs for images, (n, 28, 28, channels) float32.

    Args:
        recipe: the recipe, which decides how pixels are coded.
        images: (n, 28, 28) uint8.
    """
    return CODINGS[recipe.pixels].scale(tf.expand_dims(tf.cast(images, tf.float32), -1))


def targets(labels: tf.Tensor, num_classes: int = NUM_CLASSES) -> tf.Tensor:
    """Returns the target probabilities (n, classes) float32 of labels (n,) uint8 other than `AS_BEFORE`."""
    is_digit = (labels != NO_DIGIT)[:, None]
    return tf.where(is_digit, tf.one_hot(labels, num_classes), 1.0 / num_classes)


def _without_tuning(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Returns the dataset without TensorFlow's tuning of its buffers. Their sizes are fixed here anyway.

    The tuning has a thread that sleeps for 10 ms, then 20 ms, 40 ms and so on, up to a minute. When an
    iterator is deleted, TensorFlow 2.21 sometimes waits until this thread wakes up: a training of 46 s ended
    only after 84 s.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def _pass_tensors(
    recipe: Recipe, split: Split, own: PenDrawings | None, number: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the images and labels of `pass_images` as tensors.

    `Dataset.from_generator` is not used, because it halves the speed. Under Python 3.11 and later,
    TensorFlow's GeneratorDataset lowers glibc's M_MMAP_THRESHOLD to 128 KB for the whole process. The memory
    of every larger tensor is then returned to the system after use, which causes 22,700 page faults per step.
    """

    def make(number: np.int64) -> tuple[np.ndarray, np.ndarray]:
        images, labels = pass_images(recipe, split, int(number), own)
        return images, labels

    images, labels = tf.numpy_function(make, [number], [tf.uint8, tf.uint8])
    return tf.ensure_shape(images, (None, IMAGE_SIDE, IMAGE_SIDE)), tf.ensure_shape(labels, (None,))


def _augmented(recipe: Recipe, images: np.ndarray, seed: int, share: float = 1.0) -> np.ndarray:
    strength = share * recipe.augment
    return augment.augment(
        images,
        seed,
        rotation_degrees=14.0 * strength,
        shear=0.2 * strength,
        scale=0.15 * strength,
        shift_pixels=2.5 * strength,
    )


def _prepare(recipe: Recipe, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return scale(recipe, images), targets(labels)
