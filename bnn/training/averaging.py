"""A callback that replaces the weights by their moving averages for validation and packing."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from typing_extensions import override

from bnn.training.backend import keras
from bnn.training.progress import Logs


class AverageWeights(keras.callbacks.Callback):
    """Gives the model the moving averages of its weights while it is validated and packed.

    While the learning rate is high, many binary weights flip back and forth. The average of a latent weight
    over the last steps rarely changes its sign, and the network of these signs reads more digits right (see
    Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", 2018). Training goes
    on with the model's own weights. Keras' optimizer keeps the averages if the recipe has an `ema_momentum`.
    If it has none, this callback does nothing.

    Args:
        model: the compiled model.
    """

    def __init__(self, model: keras.Sequential) -> None:
        super().__init__()
        self.set_model(model)
        self._optimizer = model.optimizer
        # The model's own weights while it has the averages; otherwise None.
        self._weights: list[np.ndarray] | None = None
        # The model's own weights at the end of the last finished epoch.
        self._weights_of_epoch: list[np.ndarray] | None = None

    @override
    def on_test_begin(self, logs: Logs = None) -> None:
        self._average()

    @override
    def on_train_end(self, logs: Logs = None) -> None:
        # At the end of `fit`, Keras replaces the weights by their averages. If another `fit` follows, it must
        # go on with the model's own weights.
        if self._weights_of_epoch:
            self._assign(self._weights_of_epoch)

    def finish_epoch(self) -> None:
        """Gives the model its own weights back after the validation, and keeps them for the end of `fit`."""
        self._weights_of_epoch = self._weights
        self.restore()

    def restore(self) -> None:
        """Gives the model its own weights back, if it has the averages."""
        if self._weights:
            self._assign(self._weights)
            self._weights = None

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Context in which the model has the averages."""
        self._average()
        try:
            yield
        finally:
            self.restore()

    def _average(self) -> None:
        if self._optimizer.use_ema and self._weights is None:
            variables = self.model.trainable_variables
            self._weights = [variable.numpy() for variable in variables]
            self._optimizer.finalize_variable_values(variables)

    def _assign(self, weights: list[np.ndarray]) -> None:
        for variable, values in zip(self.model.trainable_variables, weights, strict=True):
            variable.assign(values)
