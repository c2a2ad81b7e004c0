"""Fashion-MNIST, which Keras downloads at the first call and keeps in the user's home folder."""

import sys
from contextlib import redirect_stdout

import numpy as np

from bnn.data.dataset import DataSet
from bnn.data.files.arrays import from_arrays
from bnn.system.errors import error_text
from bnn.training.backend import keras

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def fashion_mnist() -> DataSet:
    """Returns Fashion-MNIST: 70,000 pictures of clothes in 10 classes.

    Raises:
        ValueError: if it was not downloaded yet and cannot be downloaded now.
    """
    try:
        # Keras prints the progress of a download on standard output, which is for the command's result.
        with redirect_stdout(sys.stderr):
            (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    except Exception as error:  # Keras raises a plain Exception if a download fails.
        raise ValueError(
            "Fashion-MNIST is downloaded at its first use, which needs a connection to the internet:"
            f" {error_text(error):.200}"
        ) from error
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return from_arrays(
        arrays | {"class_names": np.array(CLASS_NAMES)},
        "Fashion-MNIST",
        "Han Xiao, Kashif Rasul, Roland Vollgraf (Zalando), https://github.com/zalandoresearch/fashion-mnist",
        "MIT",
    )
