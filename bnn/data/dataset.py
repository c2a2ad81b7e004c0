"""Images with their labels."""

from typing import NamedTuple

import numpy as np


class Split(NamedTuple):
    """Some of MNIST: `images` (n, 28, 28) uint8, ink 255 on 0; `labels` (n,) uint8."""

    images: np.ndarray
    labels: np.ndarray
