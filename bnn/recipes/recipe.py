"""What to train: architecture, data treatment and optimiser, as one frozen value."""

import dataclasses
import json
import re
from dataclasses import dataclass, field
from reprlib import repr as short
from typing import Any

from bnn.recipes.layers import layer_shapes
from bnn.recipes.pixels import LEVELS, PIXELS

VALIDATIONS = ("split", "test")
SCHEDULES = ("constant", "cosine")
# MNIST's training images, and how many of them "split" keeps for validation.
NUM_TRAINING = 60_000
NUM_VALIDATION = 5_000
MAX_WEIGHTS = 20_000_000
MAX_TEXT_LENGTH = 300


@dataclass(frozen=True)
class Recipe:
    """One way to train a binary network on MNIST; see `PRESETS` for the named ones.

    Every convolution is 3x3 with "same" padding; every stage ends in a 2x2 max-pool; after the
    stages come the hidden dense layers and a dense layer with ten outputs. Each is followed by batch
    normalisation, and every kernel and every layer's input goes through `ste_sign` (the first
    layer's input does not where `pixels` is "grey").

    Args:
        name: the preset's name, or "custom"; letters, digits, "-" and "_", at most `MAX_TEXT_LENGTH`.
        sentence: what it is, in one plain sentence, no longer than that.
        stages: filters of each convolution, by stage; `((32,), (64,))` is two convolutions.
        dense: units of each hidden dense layer.
        pool_first: pool before batch normalisation (as XNOR-Net does) rather than after it.
        pixels: what the first layer sees: "unit" pixels / 255 in [0, 1], "signed" pixels in [-1, 1],
            both through `ste_sign`; "levels" the signs of pixel - level for each of `LEVELS`, as one
            input channel each; "grey" the pixel values 0..255 themselves.
        weight_clip: keep latent weights in [-1, 1].
        batchnorm_momentum: of the moving averages.
        reestimate: measure the batch-norm statistics anew, with the weights at rest, before validating.
        validation: "split" validates on the last 5,000 training images; "test" on the test set.
        augment: strength of the random deformations of the training images; 0 is none, 1 is full.
        plain_epochs: the last so many epochs see the training images as they are, not deformed.
        drawn_digits: number of digits drawn by `bnn.data.handwriting.rendering` that join each epoch.
        scribbles: number of drawings that are no digit, drawn likewise, that join each epoch; the
            answer to learn for them is ten equal probabilities.
        epochs: passes over the training images.
        batch_size: images per step.
        learning_rate: Adam's, at the start.
        schedule: "constant", or "cosine" down to zero over all epochs.
        half_precision: multiply in bfloat16 where the processor can: up to 1.5 times as fast, gradients a
            little rounder. Products of +1 and -1 stay exact, as do their sums up to 256.
        seed: of weights, order and deformations.

    Raises:
        ValueError: if a value is out of range; the message names it and what is allowed.
    """

    name: str
    sentence: str
    stages: tuple[tuple[int, ...], ...] = ((32,), (64,))
    dense: tuple[int, ...] = (128,)
    pool_first: bool = False
    pixels: str = "signed"
    weight_clip: bool = True
    batchnorm_momentum: float = field(default=0.9, metadata={"range": (0.0, 0.9999)})
    reestimate: bool = True
    validation: str = "split"
    augment: float = field(default=0.0, metadata={"range": (0.0, 2.0)})
    plain_epochs: int = field(default=0, metadata={"range": (0, 1000)})
    drawn_digits: int = field(default=0, metadata={"range": (0, 1_000_000)})
    scribbles: int = field(default=0, metadata={"range": (0, 1_000_000)})
    epochs: int = field(default=10, metadata={"range": (1, 1000)})
    batch_size: int = field(default=128, metadata={"range": (8, 4096)})
    learning_rate: float = field(default=0.005, metadata={"range": (1e-6, 1.0)})
    schedule: str = "cosine"
    half_precision: bool = False
    seed: int = field(default=1, metadata={"range": (0, 2**31 - 1)})

    def __post_init__(self):
        _check_types(self)
        _check_numbers(self)
        _check_choice("pixels", self.pixels, PIXELS)
        _check_choice("validation", self.validation, VALIDATIONS)
        _check_choice("schedule", self.schedule, SCHEDULES)
        _check_texts(self)
        _check_architecture(self)

    @property
    def num_input_channels(self) -> int:
        """Values that the first layer sees of each pixel."""
        return len(LEVELS) if self.pixels == "levels" else 1

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return sum(layer.num_weights for layer in layer_shapes(self))

    def with_settings(self, settings: dict[str, Any]) -> "Recipe":
        """This recipe with some fields replaced; values may be text, as typed on a command line.

        Raises:
            ValueError: if a field is unknown or a value does not fit it.
        """
        known = {f.name for f in dataclasses.fields(self)} - {"name", "sentence"}
        for key in settings:
            if key not in known:
                raise ValueError(f"there is no setting {key!r}; there are: {', '.join(sorted(known))}")
        values = {key: _parse(key, value, getattr(self, key)) for key, value in settings.items()}
        return dataclasses.replace(self, **values)

    def to_json(self) -> str:
        """This recipe as JSON text, the content of `recipe.json`."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """The recipe in a JSON text; a field that is not there has its default, as in runs made before
        there was such a field.

        Raises:
            ValueError: if the text is no JSON object with a recipe's fields and no others.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"a recipe must be JSON: {error}") from error
        names = {f.name for f in dataclasses.fields(cls)}
        if not isinstance(values, dict) or not {"name", "sentence"} <= set(values) <= names:
            raise ValueError(f"a recipe must be a JSON object with name, sentence and of {sorted(names)}")
        try:
            for key in {"stages", "dense"} & set(values):
                values[key] = _tuples(values[key])
        except RecursionError as error:
            raise ValueError("a recipe must be JSON that is not nested without end") from error
        return cls(**values)


def batches_per_epoch(recipe: Recipe, num_images: int | None = None) -> int:
    """Steps in one epoch, a smaller last one included; `num_images` of MNIST, None for all that the
    recipe learns from."""
    if num_images is None:
        num_images = NUM_TRAINING - (NUM_VALIDATION if recipe.validation == "split" else 0)
    return -(-(num_images + recipe.drawn_digits + recipe.scribbles) // recipe.batch_size)


def _check_types(recipe):
    for f in dataclasses.fields(recipe):
        value, wanted = getattr(recipe, f.name), f.type
        # Whole numbers will do, but not one that is too large for a float.
        if wanted is float and type(value) is int and abs(value) < 2**53:
            object.__setattr__(recipe, f.name, float(value))
        elif wanted in (str, int, float, bool) and type(value) is not wanted:
            raise ValueError(f"{f.name} must be {_WORDS[wanted]}, got {short(value)}")


_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _check_numbers(recipe):
    for f in dataclasses.fields(recipe):
        if "range" in f.metadata:
            _check_range(f.name, getattr(recipe, f.name), *f.metadata["range"])


def _check_range(name, value, low, high):
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low:,} to {high:,}, got {short(value)}")


def _check_choice(name, value, allowed):
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {short(value)}")


def _check_texts(recipe):
    # The name becomes part of the run's id, so of a folder's name.
    if not re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_TEXT_LENGTH - 1}}}", recipe.name):
        raise ValueError(
            f"name must be letters, digits, '-' and '_', at most {MAX_TEXT_LENGTH}, got {short(recipe.name)}"
        )
    if len(recipe.sentence) > MAX_TEXT_LENGTH or not recipe.sentence.isprintable():
        raise ValueError(
            f"sentence must be at most {MAX_TEXT_LENGTH} visible characters, got {short(recipe.sentence)}"
        )


def _check_architecture(recipe):
    if not isinstance(recipe.stages, tuple) or not 0 <= len(recipe.stages) <= 4:
        raise ValueError(f"stages must be at most 4 groups of filters, got {short(recipe.stages)}")
    for stage in recipe.stages:
        if not isinstance(stage, tuple) or not 1 <= len(stage) <= 8:
            raise ValueError(f"each stage must be 1 to 8 numbers of filters, got {short(stage)}")
    if not isinstance(recipe.dense, tuple) or len(recipe.dense) > 4:
        raise ValueError(f"dense must be at most 4 numbers of units, got {short(recipe.dense)}")
    for width in (*(w for stage in recipe.stages for w in stage), *recipe.dense):
        if type(width) is not int or not 1 <= width <= 4096:
            raise ValueError(f"filters and units must be whole numbers from 1 to 4,096, got {short(width)}")
    if recipe.pixels == "grey" and not recipe.stages:
        raise ValueError("pixels can be grey only where the first layer is a convolution")
    if recipe.num_weights > MAX_WEIGHTS:
        raise ValueError(f"a network may have {MAX_WEIGHTS:,} weights at most, got {recipe.num_weights:,}")


def _parse(name, value, current):
    if not isinstance(value, str):
        return _tuples(value)
    if isinstance(current, str):
        return value
    try:
        return _tuples(json.loads(value.strip()))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} must look like {json.dumps(current)}, got {value[:80]!r}") from error


def _tuples(value):
    return tuple(_tuples(v) for v in value) if isinstance(value, (list, tuple)) else value
