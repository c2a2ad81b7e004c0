"""The benchmark measures every engine. No test checks how fast anything is."""

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import inference
from bnn.recipes.pixels import PIXELS
from bnn.recipes.presets import preset
from bnn.training import benchmark
from bnn.training.batches import scale
from bnn.training.model import build, build_float_twin

SMALL = preset("quick").with_settings({"stages": ((4,), (6,)), "dense": (8,)})


@pytest.mark.slow
def test_every_engine_gets_a_row(monkeypatch):
    monkeypatch.setattr(benchmark, "NUM_ROUNDS", 1)
    monkeypatch.setattr(benchmark, "CALLS_SECONDS", 0.0)
    monkeypatch.setattr(benchmark, "BULK_DIGITS", 5)
    rows = benchmark.rows(SMALL)
    assert rows[0]["engine"].startswith("One-Bit Lab")
    assert len(rows) == 6 - len(benchmark.absent())
    for row in rows:
        assert 0 < row["microseconds_least"] <= row["microseconds_per_digit"]
        assert min(row["digits_per_second"], row["model_bytes"], row["engine_bytes"]) > 0


def test_brief_benchmark_measures_the_packed_network_and_tensorflow_lite(monkeypatch):
    for name in ("_packed_engine", "_tflite_engine"):
        monkeypatch.setattr(benchmark, name, lambda recipe, model, name=name: name)
    assert benchmark._engines(SMALL, is_brief=True) == ["_packed_engine", "_tflite_engine"]


@pytest.mark.slow
@pytest.mark.parametrize("pixels", PIXELS)
def test_engines_of_the_same_network_agree(pixels):
    """The packed network and TensorFlow give the same probabilities for the same images."""
    images, small = mnist.test().images[:20], SMALL.with_settings({"pixels": pixels})
    model = build(small)
    packed = benchmark._packed_engine(small, model).bulk(images)
    function = benchmark._function_engine(small, model, "").bulk(images)
    np.testing.assert_allclose(inference.softmax(packed), function, atol=1e-5)
    np.testing.assert_array_equal(benchmark._scaled(small, images), scale(small, images))


def test_float_twin_has_the_same_number_of_weights():
    sizes = [[int(np.prod(w.shape)) for w in make(SMALL).weights] for make in (build, build_float_twin)]
    assert sizes[0] == sizes[1]
