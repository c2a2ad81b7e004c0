"""Holds the labels, explanations and choices of the advanced settings on the Train page."""

from dataclasses import dataclass

from pages.shared import text


@dataclass(frozen=True)
class Number:
    """A recipe setting that is a number, with the texts for its input field."""

    field: str
    label: str
    help: str
    step: float
    format: str | None = None


NUMBERS = (
    Number("epochs", "Epochs", f"The accuracy is checked after each epoch. {text.EPOCH}", 1),
    Number(
        "passes_per_epoch",
        "Passes in an epoch",
        "Number of passes over the training images, or over a part of them, in each epoch.",
        1,
    ),
    Number("batch_size", "Batch size", "Number of images that the network reads before each step.", 8),
    Number(
        "learning_rate", "Learning rate", "Size of a step at the start of the training (Adam).", 0.001, "%.4f"
    ),
    Number(
        "seed",
        "Seed",
        "Start of the random numbers. The same seed gives the same first weights and order of images.",
        1,
    ),
    Number(
        "batchnorm_momentum",
        "Momentum",
        "Batch normalization uses moving averages. A higher momentum lets them change more slowly.",
        0.01,
        "%.4f",
    ),
    Number(
        "ema_momentum",
        "Averaging",
        "Momentum of the moving averages of the latent weights. The network uses these averages. 0 for none.",
        0.01,
        "%.4f",
    ),
    Number(
        "augment",
        "Deformation",
        "How strongly the training images are deformed, from 0 (not at all) to 1 (fully).",
        0.1,
        "%.2f",
    ),
    Number(
        "plain_epochs",
        "Undeformed epochs",
        "Number of epochs at the end in which no image is deformed. With as many as Epochs, or more, no"
        " image is deformed at all.",
        1,
    ),
    Number(
        "drawn_digits", "Drawn digits", "Number of computer-drawn digits that are added to each pass.", 1000
    ),
    Number(
        "non_digits",
        "Non-digits",
        "Number of drawings of other things that are added to each pass. They teach when to be unsure.",
        1000,
    ),
)
LABELS = {number.field: number.label for number in NUMBERS} | {
    "pixels": "Pixels",
    "stages": "Neurons of the convolutions",
    "dense": "Neurons of the dense layers",
}
PIXEL_WORDS = {
    "unit": "0 to 1, then only the signs, which are all +1",
    "signed": "−1 to +1, then only the signs",
    "levels": "compared with four thresholds, one bit each",
    "grey": "shades of grey",
}
SCHEDULE_WORDS = {"constant": "stays the same", "cosine": "falls to zero (cosine)"}
GRADIENT_WORDS = {
    "ste_sign": "the same from −1 to 1 (ste_sign)",
    "approx_sign": "highest at 0 (approx_sign)",
}
BEST_BY_WORDS = {"accuracy": "most right answers", "loss": "lowest loss", "last": "the last one"}
# Field of the recipe, label and explanation of each switch.
SWITCHES = (
    (
        "weight_clip",
        "Clip latent weights",
        "During training, a real number (latent weight) stands behind each bit. It is kept between −1 and 1.",
    ),
    ("pool_first", "Pool first", "Does max-pooling before batch normalization, as in XNOR-Net."),
    (
        "reestimate",
        "Re-estimate batch norm",
        (
            "Measures the mean and variance of batch normalization again before each validation, because"
            " their moving averages lag behind."
        ),
    ),
    (
        "has_three_looks",
        "Three looks",
        (
            "Reads each image three times: as it is, and slanted to both sides. The probabilities are the"
            " means (test-time augmentation)."
        ),
    ),
    (
        "half_precision",
        "Half precision",
        "Multiplies 16\u2011bit numbers (bfloat16) if the processor can. This is faster but less exact.",
    ),
)
