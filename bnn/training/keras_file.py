"""Exports a network as a Keras model, which other programs load with `tf.keras` and Larq.

The model takes pixels from 0 to 255, (n, 28, 28, 1), and returns probabilities, (n, classes). Its latent
weights are +1 and -1, so they are the binary weights themselves. It is made from the packed network; see
`bnn.training.unpacking`.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from bnn.data import mnist
from bnn.engine import inference
from bnn.engine.network import PackedNetwork
from bnn.export.about import about, with_about
from bnn.export.check import MAX_EXPORT_BYTES
from bnn.export.facts import read_network
from bnn.recipes.layers import IMAGE_SIDE
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.system.files import read_bytes, write_atomically
from bnn.training.backend import keras
from bnn.training.batches import scale
from bnn.training.model import build, quantized_layers
from bnn.training.packing import pack
from bnn.training.unpacking import unpack_into

# Keras chooses the format of a file by this end of its name.
SUFFIX = ".keras"
HOW_TO_READ = (
    'TF_USE_LEGACY_KERAS=1 python -c "import larq, tensorflow as tf;'
    " model = tf.keras.models.load_model('network.keras', compile=False)\""
)
# Number of training digits on which the statistics of the batch normalizations are measured.
STATISTICS_IMAGES = 1_024
# Number of test digits for which a loaded model must give the same answers as the network.
CHECK_IMAGES = 1_000
# The largest difference of a probability. The model and the packed network add floating-point numbers in
# different order.
MAX_DIFFERENCE = 1e-3


def write_keras(run: Run, path: Path) -> list[Path]:
    """Writes the network of a run as a Keras model, and returns the path.

    Raises:
        ValueError: if the run has no valid network, or the name of the file does not end in ".keras".
        OSError: if the file cannot be written.
    """
    _check_suffix(path)
    _, network, facts = read_network(run)
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / f"network{SUFFIX}"
        model_of(network, run.recipe()).save(saved)
        content = saved.read_bytes()
    write_atomically(path, with_about(content, facts, network.class_names, HOW_TO_READ))
    return [path]


def check_keras(path: Path, run: Run) -> bool:
    """Returns whether a Keras file contains the network of a run.

    All weights and thresholds are compared, and the answers on 1,000 test digits.

    Raises:
        ValueError: if the file is not an exported Keras model, or the run has no valid network.
        OSError: if the file cannot be read.
    """
    _check_suffix(path)
    _, network, _ = read_network(run)
    about(read_bytes(path, MAX_EXPORT_BYTES))
    try:
        model = keras.models.load_model(path, compile=False)
    except Exception as error:
        raise ValueError(f"{path} cannot be loaded by Keras: {str(error).splitlines()[0]:.200}") from error
    return _has_weights(model, network, run.recipe()) and _has_answers(model, network)


def model_of(network: PackedNetwork, recipe: Recipe) -> keras.Sequential:
    """Returns the Keras model of a packed network. It takes pixels and returns probabilities.

    Args:
        network: the packed network.
        recipe: the recipe with which it was trained.
    """
    inner = build(recipe, network.num_classes)
    # The temperature becomes part of the last batch normalization, so the model's softmax gives the network's
    # probabilities.
    scores = replace(
        network, scale=network.scale / network.temperature, offset=network.offset / network.temperature
    )
    unpack_into(inner, scores, scale(recipe, mnist.train().images[:STATISTICS_IMAGES]))
    for layer in quantized_layers(inner):
        layer.kernel.assign(np.where(layer.kernel.numpy() >= 0, 1.0, -1.0))
    return with_pixels(inner.layers, recipe, inner.name)


def with_pixels(layers: list[keras.layers.Layer], recipe: Recipe, name: str) -> keras.Sequential:
    """Returns a model of these layers, with a layer before them that turns pixels into their input."""
    # Only the signs of the differences matter, so they are not divided.
    offsets = [-offset for offset in CODINGS[recipe.pixels].offsets]
    pixels = keras.layers.InputLayer((IMAGE_SIDE, IMAGE_SIDE, 1))
    return keras.Sequential([pixels, keras.layers.Rescaling(1.0, offsets), *layers], name=name)


def has_same_answers(probabilities: np.ndarray, network: PackedNetwork) -> bool:
    """Returns whether the probabilities for the first test digits are those of the packed network."""
    images = mnist.test().images[: len(probabilities)]
    expected = inference.probabilities(network, images)
    return (
        probabilities.shape == expected.shape
        and bool(np.all(probabilities.argmax(axis=1) == expected.argmax(axis=1)))
        and float(np.abs(probabilities - expected).max()) < MAX_DIFFERENCE
    )


def _check_suffix(path: Path) -> None:
    if path.suffix != SUFFIX:
        raise ValueError(f"the name of a Keras file must end in {SUFFIX}, got {path.name!r}")


def _has_weights(model: keras.Model, network: PackedNetwork, recipe: Recipe) -> bool:
    try:
        found = pack(model, recipe, class_names=network.class_names)
    except (ValueError, AttributeError, TypeError):
        # It has other layers.
        return False
    return all(
        np.array_equal(getattr(layer, name), getattr(other, name))
        for layer, other in zip(network.layers, found.layers, strict=True)
        for name in ("weights", "thresholds", "flips")
    )


def _has_answers(model: keras.Model, network: PackedNetwork) -> bool:
    images = mnist.test().images[:CHECK_IMAGES, ..., None].astype(np.float32)
    return has_same_answers(model.predict(images, batch_size=500, verbose=0), network)
