"""Exports a network as a Keras model, which other programs load with `tf.keras` and Larq.

The model takes pixels from 0 to 255, (n, 28, 28, 1), and returns probabilities, (n, classes). It looks once
at each image, even if the network has three looks. Its latent weights are +1 and -1, so they are the binary
weights themselves. It is made from the packed network; see `bnn.training.unpacking`.
"""

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import numpy as np

from bnn.data.files.archives import DAMAGED
from bnn.engine.network import PackedNetwork
from bnn.export.about import read_exported, with_about
from bnn.export.facts import read_network
from bnn.recipes.layers import IMAGE_SIDE
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.training.backend import LEGACY_KERAS, keras
from bnn.training.model import build, quantized_layers
from bnn.training.unpacking import unpack_into

# Keras chooses the format of a file by this end of its name.
SUFFIX = ".keras"
HOW_TO_READ = (
    f"import os; os.environ['{LEGACY_KERAS}'] = '1'; import larq, tensorflow as tf;"
    " model = tf.keras.models.load_model('network.keras', compile=False)"
    "  # It looks once at each image."
)
# The parts of a Keras file that make up the model: its layers, and its weights.
COMPARED = ("config.json", "model.weights.h5")


def write_keras(run: Run, path: Path) -> list[Path]:
    """Writes the network of a run as a Keras model, and returns the path.

    Raises:
        ValueError: if the run has no valid network.
        OSError: if the file cannot be written.
    """
    write_atomically(path, _content(run))
    return [path]


def check_keras(path: Path, run: Run) -> bool:
    """Returns whether a Keras file contains the network of a run.

    The model and its weights must have the same bytes as in a new export. The file is not loaded, because
    Keras would import any module that it names.

    Raises:
        ValueError: if the file is not an exported Keras model, or the run has no valid network.
        OSError: if the file cannot be read.
    """
    content = read_exported(path)
    with ZipFile(BytesIO(content)) as archive, ZipFile(BytesIO(_content(run))) as wanted:
        return all(_has_member(archive, wanted.getinfo(name), wanted.read(name)) for name in COMPARED)


def _has_member(archive: ZipFile, wanted: ZipInfo, content: bytes) -> bool:
    try:
        # The sizes are compared first, so that a member that is too large is never decompressed.
        return archive.getinfo(wanted.filename).file_size == wanted.file_size and (
            archive.read(wanted.filename) == content
        )
    except (*DAMAGED, KeyError):
        return False


def _content(run: Run) -> bytes:
    """Returns the content of a run's Keras file."""
    _, network, facts = read_network(run)
    # After this, the names of the layers do not depend on the models that this process has made earlier.
    keras.backend.reset_uids()
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / f"network{SUFFIX}"
        model_of(network, run.recipe()).save(saved)
        return with_about(saved.read_bytes(), facts, network.class_names, HOW_TO_READ)


def model_of(network: PackedNetwork, recipe: Recipe) -> keras.Sequential:
    """Returns the Keras model of a packed network. It takes pixels and returns probabilities.

    Args:
        network: the packed network.
        recipe: the recipe with which it was trained.
    """
    inner = build(recipe, network.num_classes)
    # The temperature becomes part of the last batch normalization, so the model's softmax gives the network's
    # probabilities after one look.
    scores = replace(
        network, scale=network.scale / network.temperature, offset=network.offset / network.temperature
    )
    unpack_into(inner, scores, images=None)
    for layer in quantized_layers(inner):
        layer.kernel.assign(np.where(layer.kernel.numpy() >= 0, 1.0, -1.0))
    return with_pixels(inner.layers, recipe, inner.name)


def with_pixels(layers: list[keras.layers.Layer], recipe: Recipe, name: str) -> keras.Sequential:
    """Returns a model of these layers, with a layer before them that turns pixels into their input."""
    # The division in `PixelCoding.scale` is left out. It changes no sign, and where the first layer takes
    # pixel values instead of signs, the divisor is 1.
    offsets = [-offset for offset in CODINGS[recipe.pixels].offsets]
    pixels = keras.layers.InputLayer((IMAGE_SIDE, IMAGE_SIDE, 1))
    return keras.Sequential([pixels, keras.layers.Rescaling(1.0, offsets), *layers], name=name)
