"""The advanced settings of a recipe on the Train page."""

from dataclasses import dataclass
from reprlib import repr as short

import streamlit as st

from bnn.recipes.pixels import PIXELS
from bnn.recipes.recipe import SCHEDULES, Recipe
from pages.shared import errors


@dataclass(frozen=True)
class _Number:
    """A field of the recipe that is a number, and the input for it."""

    field: str
    label: str
    help: str
    step: float
    format: str | None = None


_NUMBERS = (
    _Number("epochs", "Epochs", "How often it goes through all training images.", 1),
    _Number("batch_size", "Batch size", "Images it looks at before each step.", 8),
    _Number("learning_rate", "Learning rate", "How large a step is, at the start (Adam).", 0.001, "%.4f"),
    _Number("seed", "Seed", "The same seed gives the same start and order.", 1),
    _Number(
        "batchnorm_momentum",
        "Momentum",
        "Of batch norm: how slowly the moving averages follow.",
        0.01,
        "%.4f",
    ),
    _Number("augment", "Deformation", "Of the training images: 0 is none, 1 is full.", 0.1, "%.2f"),
    _Number("plain_epochs", "Undeformed epochs", "Epochs at the end in which no image is deformed.", 1),
    _Number("drawn_digits", "Drawn digits", "Digits drawn by a model of a pen, added to each epoch.", 1000),
    _Number(
        "non_digits",
        "Non-digits",
        "Drawings of other things, added to each epoch: it learns from them when to be unsure.",
        1000,
    ),
)
_PIXEL_WORDS = {
    "unit": "0 to 1, then their signs (all +1)",
    "signed": "−1 to +1, then their signs",
    "levels": "how bright, in four steps of one bit",
    "grey": "shades of grey, as they are",
}
_SCHEDULE_WORDS = {"constant": "stays the same", "cosine": "falls to zero (cosine)"}
# Field, label and explanation.
_SWITCHES = (
    ("weight_clip", "Clip latent weights", "Keeps the real numbers behind the bits in [−1, 1]."),
    ("pool_first", "Pool first", "Max-pool before batch norm, as XNOR-Net does."),
    (
        "reestimate",
        "Measure batch norm anew",
        "Before each validation, since bits flip faster than the moving averages follow.",
    ),
    (
        "half_precision",
        "Half precision",
        "Multiply with 16 bits (bfloat16) where the processor can: faster, a little less exact.",
    ),
)
_EXAMPLES = {"stages": "32, 32 | 64", "dense": "256, 128"}


def settings_form(preset: Recipe) -> Recipe | None:
    """Shows all settings of a recipe.

    Args:
        preset: What the settings are at first.

    Returns:
        The preset with what was changed; None, and a sentence on the page, if a setting is out of range.
    """
    with st.expander("Advanced settings"):
        top = st.container()
        settings = _numbers(preset) | _choices(preset) | _switches(preset)
        layers = _layers(preset)
        try:
            sizes = {field: _sizes(field, value) for field, value in layers.items()}
            return preset.with_settings(settings | sizes)
        except ValueError as error:
            message = errors.sentence(error)
    # Twice: beside the settings, and where it is seen while they are closed.
    top.error(message)
    st.error(message)
    return None


def _key(preset: Recipe, field: str) -> str:
    return f"set-{preset.name}-{field}"


def _numbers(preset: Recipe) -> dict[str, object]:
    values = {}
    for first in range(0, len(_NUMBERS), 2):
        columns = st.columns(2, vertical_alignment="bottom")
        for column, number in zip(columns, _NUMBERS[first : first + 2], strict=False):
            values[number.field] = column.number_input(
                number.label,
                value=getattr(preset, number.field),
                step=number.step,
                format=number.format,
                key=_key(preset, number.field),
                help=number.help,
                persist_state="session",
            )
    return values


def _choices(preset: Recipe) -> dict[str, object]:
    return {
        "pixels": _choice(preset, "pixels", "Pixels", _PIXEL_WORDS, "What the first layer sees."),
        "schedule": _choice(
            preset,
            "schedule",
            "Learning rate over time",
            _SCHEDULE_WORDS,
            "A rate that falls lets the bits come to rest.",
        ),
    }


def _choice(preset: Recipe, field: str, label: str, words: dict[str, str], help: str) -> str:
    options = {"pixels": PIXELS, "schedule": SCHEDULES}[field]
    return st.selectbox(
        label,
        options,
        index=options.index(getattr(preset, field)),
        format_func=lambda option: words[option],
        key=_key(preset, field),
        help=help,
        persist_state="session",
        filter_mode=None,
    )


def _switches(preset: Recipe) -> dict[str, object]:
    return {
        field: st.toggle(
            label, getattr(preset, field), key=_key(preset, field), help=help, persist_state="session"
        )
        for field, label, help in _SWITCHES
    }


def _layers(preset: Recipe) -> dict[str, str]:
    stages = " | ".join(", ".join(map(str, stage)) for stage in preset.stages)
    dense = ", ".join(map(str, preset.dense))
    return {
        "stages": st.text_input(
            "Filters of the convolutions",
            stages,
            key=_key(preset, "stages"),
            help="A comma between the convolutions of a stage, | between stages. Each ends in a max-pool.",
            persist_state="session",
        ),
        "dense": st.text_input(
            "Units of the dense layers",
            dense,
            key=_key(preset, "dense"),
            help="A comma between layers.",
            persist_state="session",
        ),
    }


def _sizes(field: str, text: str) -> tuple:
    if not text.strip():
        return ()
    if field == "stages":
        return tuple(_whole_numbers(field, stage) for stage in text.split("|"))
    return _whole_numbers(field, text)


def _whole_numbers(field: str, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError as error:
        raise ValueError(f"{field} must look like {_EXAMPLES[field]}, got {short(text.strip())}") from error
