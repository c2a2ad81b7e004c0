"""Fashion-MNIST comes through Keras. Here Keras's function is replaced, so that nothing is downloaded."""

import numpy as np
import pytest

from bnn.training.backend import keras
from bnn.training.fashion_mnist import CLASS_NAMES, fashion_mnist


def test_data_set_has_the_images_of_keras_with_names_and_licence(monkeypatch, capsys):
    rng = np.random.default_rng(0)
    labels = np.arange(100, dtype=np.uint8) % 10
    train = rng.integers(0, 256, (100, 28, 28), np.uint8), labels
    test = rng.integers(0, 256, (20, 28, 28), np.uint8), labels[:20]

    def load_data():
        print("Downloading data")
        return train, test

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", load_data)
    data = fashion_mnist()
    # Standard output is for the command's result.
    assert capsys.readouterr() == ("", "Downloading data\n")
    assert (data.class_names, data.licence) == (CLASS_NAMES, "MIT")
    assert "Zalando" in data.source
    assert np.array_equal(data.test().images, test[0])
    assert [len(part.labels) for part in data.train_validation()] == [90, 10]


def test_without_a_connection_the_error_is_one_sentence(monkeypatch):
    def fail():
        raise Exception(  # noqa: TRY002 - as Keras does
            "URL fetch failure on https://storage.googleapis.com/x: None -- [Errno -2]\nName unknown"
        )

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", fail)
    with pytest.raises(ValueError, match="needs a connection to the internet: URL fetch failure") as refusal:
        fashion_mnist()
    assert "\n" not in str(refusal.value)
