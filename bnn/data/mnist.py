"""MNIST, which comes with the project, and how it is split into training, validation and test images."""

import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np

from bnn.data.dataset import DIGITS, DataSet, Split
from bnn.recipes.recipe import NUM_VALIDATION

# The file of `keras.datasets.mnist`, unchanged.
PATH = Path(__file__).parent / "mnist.npz"
SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"


def train() -> Split:
    """Returns all 60,000 training images."""
    return Split(_array("x_train"), _array("y_train"))


def train_validation() -> tuple[Split, Split]:
    """Returns the first 55,000 training images for training, and the last 5,000 for validation."""
    images, labels = train()
    cut = len(images) - NUM_VALIDATION
    return Split(images[:cut], labels[:cut]), Split(images[cut:], labels[cut:])


def test() -> Split:
    """Returns the 10,000 test images, which must not be used for any choice."""
    return Split(_array("x_test"), _array("y_test"))


MNIST = DataSet(
    name="MNIST",
    class_names=DIGITS,
    source="Yann LeCun, Corinna Cortes, Christopher J. C. Burges: The MNIST database of handwritten digits,"
    " http://yann.lecun.com/exdb/mnist/",
    licence="CC BY-SA 3.0",
    train_validation=train_validation,
    test=test,
)


@cache
def _array(name: str) -> np.ndarray:
    # The arrays are loaded one by one. The pages need only the test set: 8 MB instead of 55 MB.
    with np.load(BytesIO(_read_checked(PATH)), allow_pickle=False) as file:
        array = file[name]
    array.setflags(write=False)
    return array


def _read_checked(path: Path) -> bytes:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{path} is not the MNIST file: its SHA-256 is {digest}, not {SHA256}")
    return content
