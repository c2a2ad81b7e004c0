"""What the first layer of a network sees of a pixel."""

from dataclasses import dataclass
from math import ceil
from typing import TypeVar

import numpy as np

LEVELS = (32, 96, 160, 224)
# A NumPy array or a TensorFlow tensor. (TensorFlow cannot be imported here.)
Values = TypeVar("Values")


@dataclass(frozen=True)
class PixelCoding:
    """How pixel values from 0 to 255 become the input of the first layer.

    Input channel c of a pixel x is `(x - offsets[c]) / divisor`.

    Args:
        offsets: one for each input channel.
        divisor: the same for all channels.
        is_quantized: whether the first layer takes the signs of these inputs (`ste_sign`), as all other
            layers do, or the inputs themselves.
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
        """The largest magnitude of an input, as the packed network computes with it."""
        return 1 if self.is_quantized else 255

    @property
    def thresholds(self) -> int | tuple[int, ...] | None:
        """The lowest pixel value of which the sign is +1, as in `bnn.engine.network.PackedNetwork`."""
        if not self.is_quantized:
            return None
        first, *others = (ceil(offset) for offset in self.offsets)
        return (first, *others) if others else first

    def scale(self, pixels: Values) -> Values:
        """Returns the inputs (..., num_channels) float32 of pixels (..., 1) float32."""
        offsets, divisor = np.array(self.offsets, np.float32), np.float32(self.divisor)
        return (pixels - offsets) / divisor  # pyright: ignore[reportOperatorIssue]


CODINGS = {
    # From 0 to 1. No input is negative, so every sign is +1: the network of `report` sees nothing.
    "unit": PixelCoding((0.0,), 255.0),
    # From -1 to 1.
    "signed": PixelCoding((127.5,), 127.5),
    # A thermometer code: for each level, whether the pixel is at least as bright.
    "levels": PixelCoding(LEVELS, 127.5),
    # The pixel values themselves, in a first layer that has binary weights but not binary inputs.
    "grey": PixelCoding((0.0,), 1.0, is_quantized=False),
}
PIXELS = tuple(CODINGS)
