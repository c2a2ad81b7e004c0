"""The model that a training starts with: untrained, or with the weights of the recipe's start network."""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.recipe import Recipe
from bnn.runs import starting
from bnn.runs.run import Run
from bnn.training import batches
from bnn.training.backend import keras, tf
from bnn.training.last_layers import LastLayers
from bnn.training.model import build
from bnn.training.packing import pack
from bnn.training.training_data import TrainingData
from bnn.training.unpacking import unpack_convolutions_into, unpack_into

# Number of images on which the batch-norm statistics of the start network are measured.
START_IMAGES = 1024
# Number of images on which the batch-norm statistics are measured before each validation, if the recipe asks
# for that.
REESTIMATION_IMAGES = 8_192


@dataclass(frozen=True)
class TrainableModel:
    """A model, and what else is needed to train and to pack it.

    Args:
        recipe: the recipe from which the model was built.
        model: the model of all layers, or only of the last ones.
        to_inputs: a function that turns images (n, 28, 28) uint8 into the model's inputs.
        class_names: the class names of the data set.
        kept: the packed layers before those of the model, if only the last layers are trained.
        teacher: the network that gives the targets of images with the label `batches.AS_BEFORE`; None if
            there are no such images.
        statistics_images: the images of `images_for_statistics`, if the model was begun with them.
    """

    recipe: Recipe
    model: keras.Sequential
    to_inputs: batches.ToInputs
    class_names: tuple[str, ...]
    kept: tuple[PackedLayer, ...] = field(default=(), repr=False)
    teacher: PackedNetwork | None = field(default=None, repr=False)
    statistics_images: np.ndarray | None = field(default=None, repr=False)

    def pack(self) -> PackedNetwork:
        """Returns the model as it is now, packed, with the kept layers before it."""
        return pack(self.model, self.recipe, class_names=self.class_names, kept=self.kept)

    def targets(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Returns the target probabilities, (n, classes) float32.

        Args:
            images: (n, 28, 28) uint8.
            labels: (n,) uint8.
        """
        targets = batches.targets(labels, len(self.class_names))
        if self.teacher is None:
            return targets
        is_as_before = labels == batches.AS_BEFORE
        answers = tf.numpy_function(
            partial(_answers, self.teacher), [tf.boolean_mask(images, is_as_before)], tf.float32
        )
        return tf.tensor_scatter_nd_update(targets, tf.where(is_as_before), answers)


def build_trainable(run: Run, recipe: Recipe, data: TrainingData) -> TrainableModel:
    """Returns the model with which a run's training starts. It is not yet compiled.

    If the run has a checkpoint, the model has random weights, which the checkpoint replaces.

    Raises:
        ValueError: if the recipe's start network is missing or cannot be used; see `starting.check_network`.
    """
    has_checkpoint = run.checkpoint_path.exists()
    # With a checkpoint, the start network is needed only for the layers that are not trained, or as teacher.
    needs_start = recipe.trained_layers or recipe.distill or (recipe.starts_from and not has_checkpoint)
    start = starting.load_start(run) if needs_start else None
    last_layers = LastLayers(start, recipe.trained_layers) if start and recipe.trained_layers else None
    trainable = _build(recipe, data.class_names, last_layers)
    if recipe.distill:
        trainable = replace(trainable, teacher=start)
    if start and not has_checkpoint:
        starting.check_network(recipe, start, data.class_names)
        images = images_for_statistics(recipe, data)
        _begin_with(last_layers.trained if last_layers else start, trainable, images[:START_IMAGES])
        trainable = replace(trainable, statistics_images=images)
    return trainable


def images_for_statistics(recipe: Recipe, data: TrainingData) -> np.ndarray:
    """Returns the images on which batch-norm statistics are measured, (n, 28, 28) uint8. This takes seconds.

    They are like those of the training, but from other random numbers: passes count from 1, so the training
    never uses the images of pass 0.
    """
    return batches.pass_images(recipe, data.training, 0, data.own).images[:REESTIMATION_IMAGES].copy()


def _build(recipe: Recipe, class_names: tuple[str, ...], last_layers: LastLayers | None) -> TrainableModel:
    if last_layers is None:
        model, to_inputs = build(recipe, len(class_names)), partial(batches.scale, recipe)
        return TrainableModel(recipe, model, to_inputs, class_names)
    model = last_layers.build(recipe, len(class_names))
    return TrainableModel(recipe, model, last_layers.inputs, class_names, last_layers.kept)


def _begin_with(network: PackedNetwork, trainable: TrainableModel, images: np.ndarray) -> None:
    """Sets the model's weights to a network's. If the classes differ, the dense layers stay random."""
    has_same_classes = network.class_names == trainable.class_names
    unpack = unpack_into if has_same_classes else unpack_convolutions_into
    unpack(trainable.model, network, trainable.to_inputs(images))


def _answers(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """Returns a network's probabilities after one look at each image, without its temperature.

    They are (n, classes) float32.

    In training, the model has no temperature, so at first it gives exactly these probabilities. These images
    then teach it nothing new, and it changes only by what it learns from the other images.
    """
    return inference.softmax(inference.scores(network, images))
