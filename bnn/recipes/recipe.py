"""The recipe of a training: architecture, training data, and settings of the optimizer."""

import dataclasses
import json
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from bnn.recipes.checks import MAX_TRAINED_LAYERS, check, check_alone
from bnn.recipes.layers import layer_shapes
from bnn.recipes.pixels import CODINGS

# Number of MNIST's training images, and how many of them the validation "split" keeps for validation.
NUM_TRAINING = 60_000
NUM_VALIDATION = 5_000
# Examples of the settings that are lists.
_LISTS = {"stages": "[[32], [64]]", "dense": "[128]"}
# Earlier versions wrote these fields into recipe files under other names: {old name: new name}.
_OLD_NAMES = {"scribbles": "non_digits", "mnist_images": "training_images"}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a binary network is trained. `PRESETS` contains the named recipes.

    Every convolution is 3x3 with "same" padding, and every stage ends in a 2x2 max-pool. After the stages
    come the hidden dense layers and a dense layer with one output per class. Each layer is followed by
    batch normalization. Every kernel and every layer's input is replaced by its signs, except the input of
    the first layer if `pixels` is "grey". An epoch is one or more passes. A pass has all training images, or
    `training_images` of them, and the images that the arguments below add.

    Args:
        name: a short name, such as that of a preset; letters, digits, "-" and "_", at most 300 characters.
        sentence: a description in plain words, at most 300 characters. Recipes that differ only in their
            descriptions are equal.
        stages: number of neurons of each convolution, by stage. `((32,), (64,))` is two stages of one
            convolution each.
        dense: number of neurons of each hidden dense layer.
        pool_first: whether to pool before batch normalization, as XNOR-Net does, rather than after it.
        pixels: how pixels become the first layer's input; a key of `bnn.recipes.pixels.CODINGS`.
        activation_quantizer: the Larq quantizer of the layers' inputs, "ste_sign" or "approx_sign". Both give
            the sign. Where the input x is between -1 and 1, "ste_sign" passes the gradient on as it is, and
            "approx_sign" multiplies it by 2 - 2 |x| (Liu et al., "Bi-Real Net", 2018). For other inputs, both
            pass no gradient on.
        weight_clip: whether to keep latent weights in [-1, 1].
        batchnorm_momentum: momentum of batch normalization's moving averages.
        reestimate: whether to measure the batch-norm statistics again, with fixed weights, before each
            validation.
        validation: "split" validates on the validation part of the data set (for MNIST, the last 5,000
            training images), "test" on the test set.
        best_by: which epoch is the best: the one with the highest "accuracy" or the lowest "loss" of the
            validation images, or the "last" one. The loss also counts how sure the answers are, and depends
            less on single images. Neither shows whether the network has learnt what is no digit.
        augment: strength of the random rotations, shears, scalings and shifts of the training images, from 0
            to 2; 1 gives the defaults of `bnn.data.augment.augment`. The other deformations of that
            function have their defaults, or are turned off if the strength is 0.
        plain_epochs: number of last epochs without deformed images of the data set. May be all or more.
        drawn_digits: number of digits drawn by `bnn.data.handwriting.rendering` that are added to each pass.
        non_digits: number of images without a digit that are added to each pass. The network learns to give
            them equal probabilities for all classes.
        pen_digits: number of digits drawn by many people that are added to each pass. They are read from the
            file that BNN_UNIPEN names; see `bnn.data.unipen`. If there are any, the validation "split" adds
            5,000 such digits by other writers to MNIST's validation images.
        pen_letters: number of letters drawn by many people that are added to each pass, as non-digits.
        own_drawings: number of images that are added to each pass, each a deformed drawing from the run's
            file of examples or from its data file.
        scrawls: number of scribbles and spirals that are added to each pass, as images of no class. They
            look like no sign, so they can be used with any classes.
        other_signs: number of letters, digits, signs and scribbles, drawn by a program, that are added to
            each pass as images of no class. Those that look like a drawing in the data file are left out.
        training_images: number of the data set's training images in a pass; 0 for all. The images are
            shuffled once, and each pass takes the next ones.
        passes_per_epoch: number of passes in an epoch. Each has other deformations and other drawn digits.
        epochs: number of epochs. After each, the network is validated and kept.
        batch_size: number of images per step.
        learning_rate: Adam's learning rate at the start.
        schedule: "constant", or "cosine" for a decay to zero over all epochs.
        ema_momentum: momentum of the moving averages of the latent weights; 0 for none. If there are
            averages, each epoch is validated with them, and its kept network is made from them. See
            `bnn.training.averaging`.
        half_precision: whether to multiply in bfloat16 if the processor can. Training is then up to 1.5 times
            as fast, with slightly less precise gradients. Products of +1 and -1 stay exact, and so do sums
            of them up to 256.
        has_three_looks: whether the network also reads each image slanted to both sides; see
            `bnn.engine.looks`. The validation of an epoch has one look.
        seed: seed of the weights, the order of the images and the deformations.
        starts_from: id of a run; training starts from its network. "" for random weights.
        trained_layers: how many layers are trained, counted from the last one; 0 for all. The other layers
            stay as they are in the network of `starts_from`.
        distill: whether the network of `starts_from` gives the targets of all images except those of
            `own_drawings`. The targets are then its probabilities for these images, not the labels. So the
            network learns the drawings and answers everything else as before (Li and Hoiem, "Learning without
            Forgetting", 2016). Both networks must have the same classes.

    Raises:
        ValueError: if a value is not allowed. The message names the value and what is allowed.
    """

    name: str
    sentence: str = field(compare=False)
    stages: tuple[tuple[int, ...], ...] = ((32,), (64,))
    dense: tuple[int, ...] = (128,)
    pool_first: bool = False
    pixels: str = "signed"
    activation_quantizer: str = "ste_sign"
    weight_clip: bool = True
    batchnorm_momentum: float = field(default=0.9, metadata={"range": (0.0, 0.9999)})
    reestimate: bool = True
    validation: str = "split"
    best_by: str = "accuracy"
    augment: float = field(default=0.0, metadata={"range": (0.0, 2.0)})
    plain_epochs: int = field(default=0, metadata={"range": (0, 1000)})
    drawn_digits: int = field(default=0, metadata={"range": (0, 1_000_000)})
    non_digits: int = field(default=0, metadata={"range": (0, 1_000_000)})
    pen_digits: int = field(default=0, metadata={"range": (0, 1_000_000)})
    pen_letters: int = field(default=0, metadata={"range": (0, 1_000_000)})
    own_drawings: int = field(default=0, metadata={"range": (0, 1_000_000)})
    scrawls: int = field(default=0, metadata={"range": (0, 1_000_000)})
    other_signs: int = field(default=0, metadata={"range": (0, 100_000)})
    training_images: int = field(default=0, metadata={"range": (0, 1_000_000)})
    passes_per_epoch: int = field(default=1, metadata={"range": (1, 1000)})
    epochs: int = field(default=10, metadata={"range": (1, 1000)})
    batch_size: int = field(default=128, metadata={"range": (8, 4096)})
    learning_rate: float = field(default=0.005, metadata={"range": (1e-6, 1.0)})
    schedule: str = "cosine"
    ema_momentum: float = field(default=0.0, metadata={"range": (0.0, 0.9999)})
    half_precision: bool = False
    has_three_looks: bool = False
    seed: int = field(default=1, metadata={"range": (0, 2**31 - 1)})
    starts_from: str = ""
    trained_layers: int = field(default=0, metadata={"range": (0, MAX_TRAINED_LAYERS)})
    distill: bool = False

    def __post_init__(self) -> None:
        check(self)

    @property
    def num_input_channels(self) -> int:
        """Number of channels of the first layer's input."""
        return CODINGS[self.pixels].num_channels

    @property
    def num_weights(self) -> int:
        """Number of binary weights of the network for ten classes."""
        return sum(layer.num_weights for layer in layer_shapes(self))

    def with_settings(self, settings: dict[str, Any]) -> "Recipe":
        """Returns a copy of this recipe with new values for some fields: {field: value}.

        A value may be text, as on a command line. For example, the text "[32]" is the value (32,) of `dense`.

        Raises:
            ValueError: if there is no such field, or a value is not allowed.
        """
        return dataclasses.replace(self, **{key: self._parsed(key, text) for key, text in settings.items()})

    def checked_setting(self, name: str, value: object) -> object:
        """Returns the value of a field, which may be text, as in `with_settings`.

        The value is checked alone. Whether it fits the other fields of a recipe is not checked.

        Raises:
            ValueError: if there is no such field, or the value has a wrong type or is out of range.
        """
        return check_alone(self, name, self._parsed(name, value))

    def _parsed(self, name: str, value: object) -> object:
        known = {f.name for f in dataclasses.fields(self)} - {"name", "sentence"}
        if name not in known:
            raise ValueError(f"there is no setting {name!r}; there are: {', '.join(sorted(known))}")
        return _parse(name, value, getattr(self, name))

    def to_json(self) -> str:
        """Returns the content of `recipe.json`."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """Returns the recipe in the content of a `recipe.json`.

        Missing fields get their defaults, because earlier versions had fewer fields.

        Raises:
            ValueError: if the text is not a JSON object, lacks `name` or `sentence`, has a field that
                recipes do not have, or has a value that is not allowed.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"a recipe must be JSON: {error}") from error
        names = {f.name for f in dataclasses.fields(cls)}
        if isinstance(values, dict):
            values = {str(_OLD_NAMES.get(key, key)): value for key, value in values.items()}
        if not isinstance(values, dict) or not {"name", "sentence"} <= set(values) <= names:
            raise ValueError(
                "a recipe must be a JSON object with name and sentence, and with no other fields than"
                f" {', '.join(sorted(names))}"
            )
        try:
            for key in {"stages", "dense"} & set(values):
                values[key] = _tuples(values[key])
        except RecursionError as error:
            raise ValueError("a recipe must be JSON without deep nesting") from error
        return cls(**values)


def batches_per_epoch(recipe: Recipe, num_images: int | None = None) -> int:
    """Returns the number of steps in one epoch. The last step of a pass may have fewer images.

    `num_images` is the number of training images without those that the recipe adds; None means MNIST's.
    """
    return recipe.passes_per_epoch * ceil(_images_per_pass(recipe, num_images) / recipe.batch_size)


def num_images_per_epoch(recipe: Recipe, num_images: int | None = None) -> int:
    """Returns the number of images in all steps of one epoch; `num_images` as in `batches_per_epoch`."""
    return recipe.passes_per_epoch * _images_per_pass(recipe, num_images)


def _images_per_pass(recipe: Recipe, num_images: int | None) -> int:
    if num_images is None:
        num_images = NUM_TRAINING - (NUM_VALIDATION if recipe.validation == "split" else 0)
    if recipe.training_images:
        num_images = min(num_images, recipe.training_images)
    num_drawn = recipe.drawn_digits + recipe.own_drawings + recipe.pen_digits
    return num_images + num_drawn + num_without_class(recipe)


def num_without_class(recipe: Recipe) -> int:
    """Returns the number of images of no class in one pass of an epoch."""
    return recipe.non_digits + recipe.pen_letters + recipe.scrawls + recipe.other_signs


def _parse(name: str, value: object, current: object) -> object:
    if not isinstance(value, str):
        return _tuples(value)
    if isinstance(current, str):
        return value
    try:
        parsed = _tuples(json.loads(value.strip()))
    except (ValueError, RecursionError) as error:
        wanted = "be true or false" if isinstance(current, bool) else f"look like {json.dumps(current)}"
        raise ValueError(f"{name} must {wanted}, got {value[:80]!r}") from error
    if isinstance(current, tuple) and not isinstance(parsed, tuple):
        raise ValueError(f"{name} must be a list such as {_LISTS[name]}, got {value[:80]!r}")
    return parsed


def _tuples(value: object) -> object:
    return tuple(_tuples(v) for v in value) if isinstance(value, (list, tuple)) else value
