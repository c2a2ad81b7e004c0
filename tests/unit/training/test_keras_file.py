"""An exported Keras model gives the packed network's answers, and says which network it is."""

import ast
import hashlib
import json
from zipfile import ZipFile

import numpy as np
import pytest

from bnn.cli import main
from bnn.data import mnist
from bnn.engine import file, inference
from bnn.export.about import about
from bnn.export.facts import read_network
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.training.backend import keras
from bnn.training.keras_file import check_keras, model_of, write_keras
from bnn.training.model import norm_layers, quantized_layers


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The Keras file of the run `quick`."""
    path = tmp_path_factory.mktemp("keras") / "network.keras"
    write_keras(store.find("quick"), path)
    return path


def load(path):
    return keras.models.load_model(path, compile=False)


def test_the_loaded_model_answers_as_the_network_does(exported):
    run, images = store.find("quick"), mnist.test().images[:1000]
    model = load(exported)
    probabilities = model.predict(images[..., None].astype(np.float32), batch_size=500, verbose=0)
    expected = inference.probabilities(file.load(run.model_path), images)
    assert np.array_equal(probabilities.argmax(axis=1), expected.argmax(axis=1))
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


def test_all_latent_weights_are_plus_or_minus_one(exported):
    for layer in quantized_layers(load(exported)):
        assert np.all(np.abs(layer.kernel.numpy()) == 1)


def test_the_file_tells_what_it_is(exported):
    run = store.find("quick")
    facts = about(exported.read_bytes())
    assert facts["digest"] == hashlib.sha256(run.model_path.read_bytes()).hexdigest()
    assert facts["recipe"] == "quick"
    assert "95 % interval" in facts["accuracy"]
    assert mnist.MNIST.licence in facts["source"]
    assert facts["date"] == read_network(run)[2].date
    assert "load_model" in facts["how_to_read"]
    # The text is Python code, so it does not depend on the user's shell.
    ast.parse(facts["how_to_read"])


def test_check_accepts_this_network_and_no_other(exported, capsys):
    assert main(["export", "quick", "--check", str(exported), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"] == "quick"
    # report-signed has the same layers, but other weights.
    assert main(["export", "report-signed", "--check", str(exported)]) == 2
    assert "does not contain the network of run report-signed" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["nothing", "weight", "threshold", "pixels"])
def test_check_accepts_the_same_model_and_notices_a_change(exported, tmp_path, change):
    model, path = load(exported), tmp_path / "changed.keras"
    if change == "weight":
        kernel = quantized_layers(model)[1].kernel
        values = kernel.numpy()
        values[0, 0, 0, 0] *= -1
        kernel.assign(values)
    elif change == "threshold":
        # Moves every threshold of the layer by 1.
        beta = norm_layers(model)[0].beta
        gamma, _, _, variance = norm_layers(model)[0].get_weights()
        beta.assign_add(gamma / np.sqrt(variance + norm_layers(model)[0].epsilon))
    elif change == "pixels":
        model = keras.Sequential(
            [keras.layers.InputLayer((28, 28, 1)), keras.layers.Rescaling(1.0, -250.0), *model.layers[1:]]
        )
    model.save(path)
    with ZipFile(path, "a") as archive, ZipFile(exported) as source:
        archive.writestr("about.json", source.read("about.json"))
    assert check_keras(path, store.find("quick")) == (change == "nothing")


def test_a_first_layer_that_takes_pixel_values_can_be_exported(random_network, random_images):
    shape = dict(stages=((5,), (7,)), dense=(9,), pool_first=True)
    network = random_network(pixel_threshold=None, **shape)
    model = model_of(network, Recipe(name="test", sentence="", pixels="grey", **shape))
    images = random_images(40)
    probabilities = model.predict(images[..., None].astype(np.float32), verbose=0)
    np.testing.assert_allclose(probabilities, inference.probabilities(network, images), atol=1e-4)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["quick", "--to", "keras", "-o", "{tmp_path}/network.h5"], "must end in .keras"),
        (["quick", "--check", "{tmp_path}/none.keras"], "none.keras"),
        (["quick", "--check", "{tmp_path}/text.keras"], "text.keras is not an exported model: it contains"),
    ],
)
def test_wrong_use_prints_one_line(tmp_path, capsys, arguments, words):
    (tmp_path / "text.keras").write_text("text")
    assert main(["export", *(word.format(tmp_path=tmp_path) for word in arguments)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("\n") == 1
