"""Measures how fast the packed network and other engines read one digit.

Larq Compute Engine is measured only if it is installed. It belongs to the extra `tflite`; `pip install
--no-deps larq-compute-engine` installs it alone.
"""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bnn.analysis import browser_speed
from bnn.data import mnist
from bnn.engine import file, inference
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, tf
from bnn.training.model import build, build_float_twin
from bnn.training.packing import pack

# The engines are measured in turn, in NUM_ROUNDS rounds. In each round, each engine is called again and again
# for CALLS_SECONDS.
NUM_ROUNDS = 9
CALLS_SECONDS = 0.15
# Number of digits that an engine reads at once to measure its speed in bulk.
BULK_DIGITS = 2_000
# Number of digits that the browser gets, and reads again and again.
BROWSER_DIGITS = 200
LCE = "larq_compute_engine"
# A function that returns the scores for images, (n, 28, 28) uint8.
Reader = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Engine:
    """A model, together with the software that computes it.

    Args:
        name: the engine's name in the table.
        one: a function that returns the scores for one image, (1, 28, 28) uint8. It includes all conversions.
        bulk: a function that returns the scores for many images, (n, 28, 28) uint8.
        model_bytes: size of the model's file.
        package: the Python package whose size on disk counts as the engine's size.
    """

    name: str
    one: Reader
    bulk: Reader
    model_bytes: int
    package: str


def rows(recipe: Recipe, is_brief: bool = False) -> list[dict]:
    """Measures all engines except WebAssembly, and returns one row per engine.

    If `is_brief`, it measures only the packed network and TensorFlow Lite.

    The keys of a row are `engine`, `microseconds_per_digit` (the median), `microseconds_least` (the minimum),
    `digits_per_second` (in bulk), `model_bytes` and `engine_bytes`.
    """
    engines = _engines(recipe, is_brief)
    images = mnist.test().images
    seconds = {engine.name: [] for engine in engines}
    for _ in range(NUM_ROUNDS):
        for engine in engines:
            seconds[engine.name] += _calls(engine.one, images)
    return [_row(engine, seconds[engine.name], images) for engine in engines]


def browser_row(recipe: Recipe) -> dict[str, Any]:
    """Measures the engine in WebAssembly in a headless browser, and returns its row, with the keys of `rows`.

    Raises:
        ValueError: if no browser is installed, or the browser cannot be run or gives no result.
    """
    content = file.to_bytes(pack(build(recipe), recipe))
    speed = browser_speed.measure(content, mnist.test().images[:BROWSER_DIGITS])
    return {
        "engine": "WebAssembly in a browser, packed network",
        "microseconds_per_digit": 1e6 * median(speed.seconds),
        "microseconds_least": 1e6 * min(speed.seconds),
        "digits_per_second": 1 / median(speed.seconds),
        "model_bytes": len(content),
        "engine_bytes": speed.engine_bytes,
    }


def absent() -> list[str]:
    """Returns the names of the engines that are not installed."""
    return [] if importlib.util.find_spec(LCE) else ["Larq Compute Engine"]


def _calls(one: Reader, images: np.ndarray) -> list[float]:
    """Calls an engine for `CALLS_SECONDS`, but at least three times, and returns the seconds of each call."""
    seconds, end = [], time.perf_counter() + CALLS_SECONDS
    while len(seconds) < 3 or time.perf_counter() < end:
        image = images[len(seconds) % len(images)][None]
        started = time.perf_counter()
        one(image)
        seconds.append(time.perf_counter() - started)
    return seconds


def _row(engine: Engine, seconds: list[float], images: np.ndarray) -> dict[str, Any]:
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


def _engines(recipe: Recipe, is_brief: bool) -> list[Engine]:
    binary, twin = build(recipe), build_float_twin(recipe)
    first_two = [_packed_engine(recipe, binary), _tflite_engine(recipe, twin)]
    if is_brief:
        return first_two
    lce = [] if absent() else [_lce_engine(recipe, binary)]
    return [
        *first_two,
        *lce,
        _function_engine(recipe, twin, "tf.function, float32 twin"),
        _function_engine(recipe, binary, "tf.function, binary"),
        _keras_engine(recipe, twin),
    ]


def _packed_engine(recipe: Recipe, model: keras.Sequential) -> Engine:
    content = file.to_bytes(pack(model, recipe))
    network = file.from_bytes(content)

    def read(images: np.ndarray) -> np.ndarray:
        return inference.scores(network, images)

    return Engine("One-Bit Lab, packed network", read, read, len(content), "numba")


def _tflite_engine(recipe: Recipe, model: keras.Sequential) -> Engine:
    content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    interpreter = tf.lite.Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    input_index = interpreter.get_input_details()[0]["index"]
    output_index = interpreter.get_output_details()[0]["index"]

    def read(image: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(input_index, _scaled(recipe, image))
        interpreter.invoke()
        return interpreter.get_tensor(output_index)

    name = "TFLite with XNNPACK, float32 twin, 1 thread"
    return Engine(name, read, _one_by_one(read), len(content), "tensorflow")


def _lce_engine(recipe: Recipe, model: keras.Sequential) -> Engine:
    # The package may be missing, because it is an extra.
    import larq_compute_engine as lce  # pyright: ignore[reportMissingImports]
    from larq_compute_engine.tflite.python.interpreter import (  # pyright: ignore[reportMissingImports]
        Interpreter,
    )

    content = lce.convert_keras_model(model)
    interpreter = Interpreter(content, num_threads=1)

    def read(image: np.ndarray) -> np.ndarray:
        return np.asarray(interpreter.predict(_scaled(recipe, image), verbose=0))

    # The converter packs the weights of convolutions only.
    name = "Larq Compute Engine, 1 thread, dense layers in float32"
    return Engine(name, read, _one_by_one(read), len(content), LCE)


def _function_engine(recipe: Recipe, model: keras.Sequential, name: str) -> Engine:
    function = tf.function(lambda x: model(x, training=False), reduce_retracing=True)

    def read(images: np.ndarray) -> np.ndarray:
        return function(tf.constant(_scaled(recipe, images))).numpy()

    return Engine(name, read, read, _weight_bytes(model), "tensorflow")


def _keras_engine(recipe: Recipe, model: keras.Sequential) -> Engine:
    def read(images: np.ndarray) -> np.ndarray:
        return model.predict(_scaled(recipe, images), batch_size=500, verbose=0)

    return Engine("Keras predict, float32 twin", read, read, _weight_bytes(model), "tensorflow")


def _scaled(recipe: Recipe, images: np.ndarray) -> np.ndarray:
    # This uses NumPy, because scaling a digit with TensorFlow would take longer than reading it.
    return CODINGS[recipe.pixels].scale(images[..., None].astype(np.float32))


def _one_by_one(read: Reader) -> Reader:
    """Returns a function that reads many images by calling `read`, which takes one image at a time."""
    return lambda images: np.concatenate([read(image[None]) for image in images])


def _weight_bytes(model: keras.Sequential) -> int:
    return 4 * sum(int(np.prod(weight.shape)) for weight in model.weights)


@cache
def _package_bytes(name: str) -> int:
    # Cached, because TensorFlow has 30,000 files, and several engines come with it.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ValueError(f"the package {name} is not installed")
    folder = Path(spec.origin).parent
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
