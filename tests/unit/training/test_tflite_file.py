"""The TensorFlow Lite export gives the packed network's answers, with all weights packed."""

import numpy as np
import pytest

from bnn.cli import main
from bnn.data import mnist
from bnn.engine import file, inference
from bnn.export.about import about
from bnn.recipes.pixels import LEVELS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.training import tflite_file
from bnn.training.backend import larq


@pytest.fixture
def converter():
    """Skips the test where Larq Compute Engine is not installed."""
    pytest.importorskip(
        "larq_compute_engine", reason="needs larq-compute-engine, an extra, to convert models"
    )


def test_convolutions_in_place_of_dense_layers_give_the_same_answers():
    run, images = store.find("quick"), mnist.test().images[:1000]
    network = file.load(run.model_path)
    model = tflite_file.convolutional(network, run.recipe())
    assert not any(isinstance(layer, larq.layers.QuantDense) for layer in model.layers)
    probabilities = model.predict(images[..., None].astype(np.float32), batch_size=500, verbose=0)
    expected = inference.probabilities(network, images)
    assert np.array_equal(probabilities.argmax(axis=1), expected.argmax(axis=1))
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


def test_network_with_several_bits_per_pixel_gives_the_same_answers(random_network, random_images):
    shape = dict(stages=((5,), (7,)), dense=(9, 11))
    network = random_network(pixel_threshold=LEVELS, **shape)
    model = tflite_file.convolutional(network, Recipe(name="test", sentence="", pixels="levels", **shape))
    images = random_images(40)
    probabilities = model.predict(images[..., None].astype(np.float32), verbose=0)
    np.testing.assert_allclose(probabilities, inference.probabilities(network, images), atol=1e-4)


@pytest.mark.parametrize("arguments", [["--to", "tflite", "-o", "x.tflite"], ["--check", "x.tflite"]])
def test_without_the_converter_one_sentence_says_how_to_get_it(monkeypatch, capsys, arguments):
    monkeypatch.setattr(tflite_file, "find_spec", lambda name: None)
    assert main(["export", "quick", *arguments]) == 2
    captured = capsys.readouterr()
    assert 'pip install "larq-compute-engine==0.16.*"' in captured.err
    assert captured.err.count("\n") == 1


def test_name_of_the_file_must_end_in_tflite(capsys):
    assert main(["export", "quick", "--to", "tflite", "-o", "network.lite"]) == 2
    assert "must end in .tflite, got 'network.lite'" in capsys.readouterr().err


def test_a_converted_network_answers_as_the_run_does(converter, tmp_path, capsys):
    path = tmp_path / "network.tflite"
    assert main(["export", "quick", "--to", "tflite", "-o", str(path)]) == 0
    content, run = path.read_bytes(), store.find("quick")
    # If a dense layer were not packed, its weights would take 32 times as much.
    assert len(content) < 1.3 * run.model_path.stat().st_size
    assert about(content)["recipe"] == "quick"
    assert main(["export", "quick", "--check", str(path)]) == 0
    assert main(["export", "report-signed", "--check", str(path)]) == 2
    assert "does not contain the network of run report-signed" in capsys.readouterr().err


@pytest.mark.parametrize("form", [0, 1])
def test_a_changed_weight_is_noticed(random_network, form):
    """Larq Compute Engine packs the weights of a layer in one of two forms."""
    network = random_network()
    words = b"".join(tflite_file.packed_words(layer)[form] for layer in network.layers)
    assert tflite_file.has_packed_weights(b"head" + words + b"tail", network)
    changed = bytearray(words)
    changed[len(words) // 2] ^= 1
    assert not tflite_file.has_packed_weights(bytes(changed), network)
