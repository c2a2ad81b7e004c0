"""The part of the Train page that chooses a recipe and shows its layers; apart, for the page is long enough."""

from reprlib import repr as short

import streamlit as st

from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.pixels import PIXELS
from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import SCHEDULES, Recipe
from pages.shared import errors, tables, text

_PIXEL_WORDS = {
    "unit": "0 to 1, then their signs (all +1)",
    "signed": "−1 to +1, then their signs",
    "levels": "how bright, in four steps of one bit",
    "grey": "shades of grey, as they are",
}
_REPORT = (
    "The founding report is the write-up with which this project began. Like it, its two recipes are"
    " checked (validated) on the test digits themselves."
)
_SCHEDULE_WORDS = {"constant": "stays the same", "cosine": "falls to zero (cosine)"}
# Field, label, explanation, and how the number is shown; two stand in a row.
_NUMBERS = (
    ("epochs", "Epochs", "How often it goes through all training images.", dict(step=1)),
    ("batch_size", "Batch size", "Images it looks at before each step.", dict(step=8)),
    (
        "learning_rate",
        "Learning rate",
        "How large a step is, at the start (Adam).",
        dict(step=0.001, format="%.4f"),
    ),
    ("seed", "Seed", "The same seed gives the same start and order.", dict(step=1)),
    (
        "batchnorm_momentum",
        "Momentum",
        "Of batch norm: how slowly the moving averages follow.",
        dict(step=0.01, format="%.4f"),
    ),
    (
        "augment",
        "Deformation",
        "Of the training images: 0 none, 1 full.",
        dict(step=0.1, format="%.2f"),
    ),
    ("plain_epochs", "Last epochs without", "Epochs at the end that deform no image.", dict(step=1)),
    ("drawn_digits", "Drawn digits", "Digits drawn by a pen model that join each epoch.", dict(step=1000)),
    ("non_digits", "Scribbles", "Drawings that are no digit: it learns to be unsure.", dict(step=1000)),
)


def choose() -> Recipe:
    """The preset the user picked."""
    name = st.radio(
        "What to train (recipe)",
        list(PRESETS),
        captions=[_caption(recipe) for recipe in PRESETS.values()],
        key="recipe",
        persist_state="session",
        width="stretch",
    )
    return PRESETS[name]


def explain_report() -> None:
    """What the two recipes are that are called after it."""
    st.caption(_REPORT)


def advanced(preset: Recipe) -> Recipe | None:
    """The preset with the settings the user changed; None, and a sentence, if one is out of range."""
    with st.expander("Advanced settings"):
        place = st.container()
        settings = {**_numbers(preset), **_choices(preset), **_switches(preset), **_widths(preset)}
        try:
            return preset.with_settings(
                {key: _widths_from_text(key, value) for key, value in settings.items()}
            )
        except ValueError as error:
            message = errors.sentence(error)
    # Both where the value stands and where Start does not work.
    place.error(message)
    st.error(message)
    return None


def summary(recipe: Recipe) -> str:
    """The size of the recipe's network in one line."""
    total = totals(layer_table(recipe))
    return (
        f"{recipe.num_weights:,} weights of one bit: {text.bytes_text(total.memory_bytes)}"
        f" instead of {text.bytes_text(total.float32_bytes)}"
    )


def layers(recipe: Recipe) -> None:
    """Larq's layer table of the recipe's network."""
    st.subheader(
        "What the network is made of",
        anchor=False,
        help="Counted as larq.models.summary does: batch norm as two 32-bit numbers a channel. "
        "The packed file is smaller still, for it keeps one whole number a channel instead.",
    )
    table = layer_table(recipe)
    total = totals(table)
    has_32bit_macs = total.macs_32bit > 0
    rows = [
        _layer_row(row, f"{row.input_bits or '–'}", _shape(row.output_shape)) for row in table.itertuples()
    ]
    rows.append(_layer_row(total, "", "", "Total"))
    if not has_32bit_macs:
        for row in rows:
            del row["32-bit MACs"]
    tables.table(rows, has_total=True)
    st.caption(_in_words(total))


def changed_label(recipe: Recipe) -> str:
    """The recipe's name, and that it was changed where it is not the preset of that name."""
    return recipe.name if recipe == PRESETS.get(recipe.name) else f"{recipe.name}, changed"


def _caption(recipe):
    return recipe.sentence.replace("-1", "−1")


def _key(preset, field):
    return f"set-{preset.name}-{field}"


def _numbers(preset):
    values = {}
    for first in range(0, len(_NUMBERS), 2):
        columns = st.columns(2, vertical_alignment="bottom")
        for column, (field, label, help, how) in zip(columns, _NUMBERS[first : first + 2]):
            values[field] = column.number_input(
                label,
                value=getattr(preset, field),
                key=_key(preset, field),
                help=help,
                persist_state="session",
                **how,
            )
    return values


def _choices(preset):
    def choice(field, label, words, options, help):
        return st.selectbox(
            label,
            options,
            index=options.index(getattr(preset, field)),
            format_func=words.get,
            key=_key(preset, field),
            help=help,
            persist_state="session",
            filter_mode=None,
        )

    return {
        "pixels": choice("pixels", "Pixels", _PIXEL_WORDS, PIXELS, "What the first layer sees."),
        "schedule": choice(
            "schedule",
            "Learning rate over time",
            _SCHEDULE_WORDS,
            SCHEDULES,
            "A rate that falls lets the bits come to rest.",
        ),
    }


def _switches(preset):
    def switch(field, label, help):
        value = getattr(preset, field)
        return st.toggle(label, value, key=_key(preset, field), help=help, persist_state="session")

    return {
        "weight_clip": switch(
            "weight_clip", "Clip latent weights", "Keeps the real numbers behind the bits in [−1, 1]."
        ),
        "pool_first": switch("pool_first", "Pool first", "Max-pool before batch norm, as XNOR-Net does."),
        "reestimate": switch(
            "reestimate",
            "Measure batch norm anew",
            "Before validating: bits flip faster than the moving averages follow.",
        ),
        "half_precision": switch(
            "half_precision",
            "Half precision",
            "Multiply with 16 bits instead of 32 (bfloat16) where the processor can: faster, a little rounder.",
        ),
    }


def _widths(preset):
    def text(field, label, value, help):
        return st.text_input(label, value, key=_key(preset, field), help=help, persist_state="session")

    stages = " | ".join(", ".join(map(str, stage)) for stage in preset.stages)
    dense = ", ".join(map(str, preset.dense))
    return {
        "stages": text(
            "stages",
            "Filters of the convolutions",
            stages,
            "A comma between the convolutions of a stage, | between stages; each stage ends in a max-pool.",
        ),
        "dense": text("dense", "Units of the dense layers", dense, "A comma between layers."),
    }


def _widths_from_text(field, value):
    if field == "stages":
        return tuple(_whole_numbers(field, stage) for stage in value.split("|")) if value.strip() else ()
    if field == "dense":
        return _whole_numbers(field, value) if value.strip() else ()
    return value


def _whole_numbers(field, text):
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError as error:
        example = "32, 32 | 64" if field == "stages" else "256, 128"
        raise ValueError(f"{field} must look like {example}, got {short(text.strip())}") from error


def _layer_row(row, input_bits, shape, name=None):
    return {
        "Layer": name or row.layer,
        "Input bits": input_bits,
        "Output": shape,
        "1-bit weights": _count(row.num_1bit),
        "32-bit weights": _count(row.num_32bit),
        "Memory (kB)": f"{row.memory_bytes / 1024:,.2f}",
        "In float32 (kB)": f"{row.float32_bytes / 1024:,.2f}",
        "1-bit MACs": _count(row.macs_1bit),
        "32-bit MACs": _count(row.macs_32bit),
    }


def _count(number):
    return f"{int(number):,}" if number else "–"


def _shape(shape):
    return " × ".join(map(str, shape))


def _in_words(total):
    macs = total.macs_1bit + total.macs_32bit
    return (
        f"{text.percent_text(total.memory_bytes / total.float32_bytes, 1)} of its size in float32. To read one digit it does"
        f" {text.count_text(macs)} multiply-accumulates (MACs), {text.percent_text(total.macs_1bit / macs, 0)} of them on single bits:"
        " XOR and count."
    )
