"""The MNIST images and labels, shipped with the project, and how they are split.

MNIST: Yann LeCun, Corinna Cortes, Christopher J. C. Burges; CC BY-SA 3.0; in the layout of
`keras.datasets.mnist`.
"""

import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np

from bnn.data.dataset import Split
from bnn.recipes.recipe import NUM_VALIDATION

PATH = Path(__file__).parent / "mnist.npz"
SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"


def train() -> Split:
    """All 60,000 training images."""
    return Split(_array("x_train"), _array("y_train"))


def train_validation() -> tuple[Split, Split]:
    """The training images in two: the first 55,000 to learn from, the last 5,000 to choose by."""
    images, labels = train()
    cut = len(images) - NUM_VALIDATION
    return Split(images[:cut], labels[:cut]), Split(images[cut:], labels[cut:])


def test() -> Split:
    """The 10,000 test images. Not for choosing anything."""
    return Split(_array("x_test"), _array("y_test"))


@cache
def _array(name):
    # One array at a time: the pages need the test set only, and should stay small.
    with np.load(BytesIO(_read_checked(PATH)), allow_pickle=False) as file:
        array = file[name]
    array.setflags(write=False)
    return array


def _read_checked(path):
    content = Path(path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{path} is not the MNIST file: its SHA-256 is {digest}, not {SHA256}")
    return content
