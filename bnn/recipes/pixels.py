"""How pixel values become the input of a network's first layer."""

from dataclasses import dataclass
from math import ceil
from typing import TypeVar

import numpy as np

# The brightness levels, 0 to 255, with which the "levels" coding compares each pixel.
LEVELS = (32, 96, 160, 224)
# A NumPy array or a TensorFlow tensor. (Only `bnn.training` may import TensorFlow.)
Values = TypeVar("Values")


@dataclass(frozen=True)
class PixelCoding:
    """How pixel values from 0 to 255 become the input of the first layer.

    Input channel c of a pixel x is `(x - offsets[c]) / divisor`.

    Args:
        offsets: what is subtracted from the pixel, for each input channel.
        divisor: what the difference is divided by, for all channels.
        is_quantized: whether the first layer takes the signs of these inputs (`ste_sign`), as every
            other layer takes the signs of its inputs. Otherwise it takes the inputs themselves.
    """

    offsets: tuple[float, ...]
    divisor: float
    is_quantized: bool = True

    @property
    def num_channels(self) -> int:
        """Number of input channels of the first layer."""
        return len(self.offsets)

    @property
    def largest_input(self) -> int:
        """Largest magnitude of an input in the packed network, which computes with integers."""
        return 1 if self.is_quantized else 255

    @property
    def thresholds(self) -> int | tuple[int, ...] | None:
        """The `pixel_threshold` of the `PackedNetwork`: the lowest pixel value with the sign +1.

        If there are several channels, a tuple with one value for each. None if pixels are not quantized.
        """
        if not self.is_quantized:
            return None
        first, *others = (ceil(offset) for offset in self.offsets)
        return (first, *others) if others else first

    def scale(self, pixels: Values) -> Values:
        """Returns the first layer's inputs, (..., num_channels) float32.

        Args:
            pixels: (..., 1) float32, from 0 to 255.
        """
        offsets, divisor = np.array(self.offsets, np.float32), np.float32(self.divisor)
        return (pixels - offsets) / divisor  # pyright: ignore[reportOperatorIssue]


CODINGS = {
    # Inputs from 0 to 1. No input is negative, so every sign is +1, and the network cannot see the image. The
    # recipe `report` shows this mistake.
    "unit": PixelCoding((0.0,), 255.0),
    # Inputs from -1 to 1.
    "signed": PixelCoding((127.5,), 127.5),
    # A thermometer code: the sign of channel c tells whether the pixel is at least as bright as level c.
    "levels": PixelCoding(LEVELS, 127.5),
    # Inputs from 0 to 255: the pixel values themselves. In the first layer, only the weights are binary.
    "grey": PixelCoding((0.0,), 1.0, is_quantized=False),
}
PIXELS = tuple(CODINGS)
