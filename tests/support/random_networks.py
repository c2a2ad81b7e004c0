"""Makes packed networks with random weights and thresholds, which depend only on a seed."""

import numpy as np

from bnn.data.dataset import DIGITS
from bnn.engine.network import PackedLayer, PackedNetwork


def random_layer(rng, kind, side, inputs, outputs, pool=1, pool_first=False, is_last=False):
    """Returns a `PackedLayer` with random tensors; the last layer of a network has no thresholds."""
    layer = PackedLayer(kind, side, inputs, outputs, pool, pool_first, weights=np.empty(0))
    weights = rng.random((outputs, layer.num_taps, inputs)) < 0.5
    if is_last:
        return PackedLayer(kind, side, inputs, outputs, pool, pool_first, weights)
    # The thresholds are close to 0, as the sums are. A threshold that no sum reaches would test nothing.
    reach = max(2, int(np.sqrt(layer.num_taps * inputs)))
    thresholds = rng.integers(-reach, reach + 1, outputs).astype(np.int32)
    flips = rng.random(outputs) < 0.5
    return PackedLayer(kind, side, inputs, outputs, pool, pool_first, weights, thresholds, flips)


def random_network(
    seed=0,
    stages=((5,), (7,)),
    dense=(9,),
    pixel_threshold=128,
    pool_first=False,
    class_names=DIGITS,
    has_three_looks=False,
):
    """Returns a network whose scores are about as large as a trained network's.

    Args:
        seed: seed of the random numbers.
        stages: for each stage, the numbers of filters of its convolutions. A stage ends with a max-pooling.
        dense: the numbers of units of the dense layers, without the last layer.
        pixel_threshold: as in `PackedNetwork`.
        pool_first: whether pooling comes before batch normalization.
        class_names: the names of the classes.
        has_three_looks: as in `PackedNetwork`.
    """
    rng = np.random.default_rng(seed)
    layers, side, channels = [], 28, len(pixel_threshold) if isinstance(pixel_threshold, tuple) else 1
    for stage in stages:
        for position, filters in enumerate(stage):
            pool = 2 if position == len(stage) - 1 else 1
            layers.append(random_layer(rng, "convolution", side, channels, filters, pool, pool_first))
            channels = filters
        side //= 2
    for units in dense:
        layers.append(random_layer(rng, "dense", side, channels, units))
        side, channels = 1, units
    layers.append(random_layer(rng, "dense", side, channels, len(class_names), is_last=True))
    scale, offset = rng.normal(0.05, 0.02, len(class_names)), rng.normal(0, 0.5, len(class_names))
    return PackedNetwork(
        pixel_threshold,
        tuple(layers),
        scale.astype(np.float32),
        offset.astype(np.float32),
        1.5,
        "random",
        class_names,
        has_three_looks,
    )
