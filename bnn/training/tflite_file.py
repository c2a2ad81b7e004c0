"""Exports a network as a TensorFlow Lite model for Larq Compute Engine.

The converter packs only convolutions into bits. So each dense layer becomes a convolution over its whole
input. The converter is an extra package: `pip install "one-bit-lab[train,tflite]"`.
"""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bnn.data import mnist
from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.engine.words import pack_words
from bnn.export.about import read_exported, with_about
from bnn.export.facts import read_network
from bnn.recipes.recipe import Recipe
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.training.backend import keras, larq
from bnn.training.keras_file import model_of

SUFFIX = ".tflite"
# Number of test digits for which a loaded model must give the same answers as the network.
CHECK_IMAGES = 1_000
# The largest allowed difference between two probabilities. The model and the packed network add
# floating-point numbers in a different order.
MAX_DIFFERENCE = 1e-3
PACKAGE = "larq_compute_engine"
HOW_TO_READ = (
    "from larq_compute_engine.tflite.python.interpreter import Interpreter;"
    " model = Interpreter(open('network.tflite', 'rb').read());"
    " probabilities = model.predict(pixels)  # (n, 28, 28, 1) float32, 0 to 255 (ink); one look each"
)


def write_tflite(run: Run, path: Path) -> list[Path]:
    """Writes the network of a run as a TensorFlow Lite model, and returns the path.

    Raises:
        ValueError: if the run has no valid network, or the converter is not installed.
        OSError: if the file cannot be written.
    """
    _check_converter()
    # The package may be missing, because it is an extra.
    import larq_compute_engine as lce  # pyright: ignore[reportMissingImports]

    _, network, facts = read_network(run)
    content = lce.convert_keras_model(convolutional(network, run.recipe()))
    write_atomically(path, with_about(bytes(content), facts, network.class_names, HOW_TO_READ))
    return [path]


def check_tflite(path: Path, run: Run) -> bool:
    """Returns whether a TensorFlow Lite file contains the network of a run.

    All packed weights are compared, and the answers on 1,000 test digits.

    Raises:
        ValueError: if the file is not an exported model, the run has no valid network, or Larq Compute Engine
            is not installed.
        OSError: if the file cannot be read.
    """
    _check_converter()
    _, network, _ = read_network(run)
    content = read_exported(path)
    return has_packed_weights(content, network) and _has_answers(path, content, network)


def convolutional(network: PackedNetwork, recipe: Recipe) -> keras.Sequential:
    """Returns the Keras model of a packed network, with convolutions in place of dense layers.

    Args:
        network: the packed network.
        recipe: the recipe with which it was trained.
    """
    model = model_of(network, recipe)
    result = keras.Sequential([keras.layers.InputLayer(model.input_shape[1:])], name=model.name)
    for layer in model.layers:
        if isinstance(layer, larq.layers.QuantDense):
            _add_as_convolution(result, layer)
        elif not isinstance(layer, keras.layers.Flatten | keras.layers.Softmax):
            _add_copy(result, layer)
    result.add(keras.layers.Flatten())
    result.add(keras.layers.Softmax())
    return result


def has_packed_weights(content: bytes, network: PackedNetwork) -> bool:
    """Returns whether the content of a TensorFlow Lite file has the packed weights of every binary layer.

    A first layer that takes pixel values is not packed, and not compared.
    """
    layers = network.layers if network.pixel_thresholds else network.layers[1:]
    return all(any(words in content for words in packed_words(layer)) for layer in layers)


def packed_words(layer: PackedLayer) -> list[bytes]:
    """Returns the two forms in which Larq Compute Engine may pack the weights of a layer.

    As in a packed network, a bit is 1 for -1. Each position of a filter begins with a new word of 32 bits.
    The first form has the layer's weights. In the second, outputs whose comparison is flipped have negated
    weights. The converter uses this form, instead of flipping, if the layer's outputs are bits.
    """
    flips = np.zeros(layer.outputs, bool) if layer.flips is None else layer.flips
    forms = (layer.weights, layer.weights ^ flips[:, None, None])
    return [pack_words(weights).astype("<u4").tobytes() for weights in forms]


def _add_as_convolution(model: keras.Sequential, dense: larq.layers.QuantDense) -> None:
    """Adds a convolution without padding that computes a dense layer over the model's whole output."""
    _, side, _, channels = model.output_shape
    layer = larq.layers.QuantConv2D(
        dense.units,
        side,
        input_quantizer="ste_sign",
        kernel_quantizer="ste_sign",
        kernel_constraint="weight_clip",
        use_bias=False,
    )
    model.add(layer)
    layer.kernel.assign(dense.kernel.numpy().reshape(side, side, channels, dense.units))


def _add_copy(model: keras.Sequential, layer: keras.layers.Layer) -> None:
    config = layer.get_config()
    if isinstance(layer, keras.layers.BatchNormalization):
        # After a dense layer, a batch normalization normalized axis 1 of vectors. In this model, it gets
        # images, whose channels are the last axis.
        config |= {"axis": -1}
    copy = type(layer).from_config(config)
    model.add(copy)
    copy.set_weights(layer.get_weights())


def _has_answers(path: Path, content: bytes, network: PackedNetwork) -> bool:
    # The package may be missing, because it is an extra.
    from larq_compute_engine.tflite.python.interpreter import (  # pyright: ignore[reportMissingImports]
        Interpreter,
    )

    images = mnist.test().images[:CHECK_IMAGES, ..., None].astype(np.float32)
    try:
        probabilities = np.asarray(Interpreter(content).predict(images, verbose=0))
    except (RuntimeError, ValueError, TypeError) as error:
        raise ValueError(f"{path} cannot be loaded by Larq Compute Engine: {error!s:.200}") from error
    # The file has one look.
    network = replace(network, has_three_looks=False)
    expected = inference.probabilities(network, mnist.test().images[:CHECK_IMAGES])
    return (
        probabilities.shape == expected.shape
        and bool(np.all(probabilities.argmax(axis=1) == expected.argmax(axis=1)))
        and float(np.abs(probabilities - expected).max()) < MAX_DIFFERENCE
    )


def _check_converter() -> None:
    if find_spec(PACKAGE) is None:
        raise ValueError(
            'TensorFlow Lite needs the package larq-compute-engine: pip install "larq-compute-engine==0.16.*"'
        )
