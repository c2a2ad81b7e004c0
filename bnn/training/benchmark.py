"""How fast one digit is read: the packed network beside other engines, each in turn in the same run.

A peer that is not installed is named, not measured. Larq Compute Engine, for one, is not among the
project's dependencies: `pip install --no-deps larq-compute-engine` brings it.
"""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, tf
from bnn.training.model import build, build_float_twin
from bnn.training.packing import pack

NUM_ROUNDS = 9
CALLS_SECONDS = 0.15
BULK_DIGITS = 2_000
LCE = "larq_compute_engine"


@dataclass(frozen=True)
class Engine:
    """One way to read digits.

    Args:
        name: for the table.
        one: (1, 28, 28) uint8 -> the scores of that digit, everything on the way included.
        bulk: (n, 28, 28) uint8 -> the scores of all.
        model_bytes: size of the model's file.
        package: the Python package whose size on the disk is that of the engine.
    """

    name: str
    one: Callable
    bulk: Callable
    model_bytes: int
    package: str


def rows(recipe: Recipe) -> list[dict]:
    """One row per engine: `engine`, `microseconds_per_digit` (median), `microseconds_least`,
    `digits_per_second` in bulk, `model_bytes`, `engine_bytes`."""
    engines = _engines(recipe)
    images = mnist.test().images
    seconds = {engine.name: [] for engine in engines}
    for _ in range(NUM_ROUNDS):
        for engine in engines:
            seconds[engine.name] += _calls(engine.one, images)
    return [_row(engine, seconds[engine.name], images) for engine in engines]


def absent() -> list[str]:
    """Names of the peers that are not installed."""
    return [] if importlib.util.find_spec(LCE) else ["Larq Compute Engine"]


def _calls(one, images):
    """Seconds of each of as many calls as fit in `CALLS_SECONDS`, three at least, on a digit each."""
    seconds, end = [], time.perf_counter() + CALLS_SECONDS
    while len(seconds) < 3 or time.perf_counter() < end:
        image = images[len(seconds) % len(images)][None]
        started = time.perf_counter()
        one(image)
        seconds.append(time.perf_counter() - started)
    return seconds


def _row(engine, seconds, images):
    engine.bulk(images[:BULK_DIGITS])
    started = time.perf_counter()
    engine.bulk(images[:BULK_DIGITS])
    bulk_seconds = time.perf_counter() - started
    return {
        "engine": engine.name,
        "microseconds_per_digit": 1e6 * median(seconds),
        "microseconds_least": 1e6 * min(seconds),
        "digits_per_second": BULK_DIGITS / bulk_seconds,
        "model_bytes": engine.model_bytes,
        "engine_bytes": _package_bytes(engine.package),
    }


def _engines(recipe):
    binary, twin = build(recipe), build_float_twin(recipe)
    lce = [] if absent() else [_lce_engine(recipe, binary)]
    return [
        _packed_engine(recipe, binary),
        _tflite_engine(recipe, twin),
        *lce,
        _function_engine(recipe, twin, "tf.function, float32 twin"),
        _function_engine(recipe, binary, "tf.function, binary"),
        _keras_engine(recipe, twin),
    ]


def _packed_engine(recipe, model):
    content = file.to_bytes(pack(model, recipe))
    network = file.from_bytes(content)

    def read(images):
        return inference.scores(network, images)

    return Engine("One-Bit Lab, packed network", read, read, len(content), "numba")


def _tflite_engine(recipe, model):
    content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    interpreter = tf.lite.Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    where_in = interpreter.get_input_details()[0]["index"]
    where_out = interpreter.get_output_details()[0]["index"]

    def read(image):
        interpreter.set_tensor(where_in, _scaled(recipe, image))
        interpreter.invoke()
        return interpreter.get_tensor(where_out)

    name = "TFLite with XNNPACK, float32 twin, 1 thread"
    return Engine(name, read, _one_by_one(read), len(content), "tensorflow")


def _lce_engine(recipe, model):
    import larq_compute_engine as lce
    from larq_compute_engine.tflite.python.interpreter import Interpreter

    content = lce.convert_keras_model(model)
    interpreter = Interpreter(content, num_threads=1)

    def read(image):
        return interpreter.predict(_scaled(recipe, image), verbose=0)

    return Engine("Larq Compute Engine, 1 thread", read, _one_by_one(read), len(content), LCE)


def _function_engine(recipe, model, name):
    function = tf.function(lambda x: model(x, training=False), reduce_retracing=True)

    def read(images):
        return function(tf.constant(_scaled(recipe, images))).numpy()

    return Engine(name, read, read, _weight_bytes(model), "tensorflow")


def _keras_engine(recipe, model):
    def read(images):
        return model.predict(_scaled(recipe, images), batch_size=500, verbose=0)

    return Engine("Keras predict, float32 twin", read, read, _weight_bytes(model), "tensorflow")


def _scaled(recipe: Recipe, images: np.ndarray) -> np.ndarray:
    # In NumPy: scaling one digit in TensorFlow would take longer than reading it.
    return CODINGS[recipe.pixels].scale(images[..., None].astype(np.float32))


def _one_by_one(read):
    return lambda images: [read(image[None]) for image in images]


def _weight_bytes(model: keras.Sequential):
    return 4 * sum(int(np.prod(weight.shape)) for weight in model.weights)


def _package_bytes(name):
    folder = Path(importlib.util.find_spec(name).origin).parent
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
