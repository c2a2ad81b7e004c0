"""Shows the advanced settings of a recipe on the Train page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnn.recipes.presets import changed_by_data_file
from bnn.recipes.recipe import Recipe
from pages.shared import errors
from pages.train import settings_words as words

_LAYERS_HELP = {
    "stages": "Write commas between the convolutions of a stage, and | between stages. A stage ends with"
    " max-pooling.",
    "dense": "Write commas between the layers.",
}
_EXAMPLES = {"stages": "32, 32 | 64", "dense": "256, 128"}
# These settings define the layers of a network. A recipe that starts from another network must keep them.
_OF_LAYERS = ("pixels", "pool_first", "stages", "dense")
_STARTS_FROM = (
    "This recipe starts from the app’s network, so its layers, “Pixels” and “Pool first” cannot be changed."
)
# A message shows at most this many characters of a text that is not allowed.
_MAX_SHOWN = 30


def settings_form(preset: Recipe, has_data: bool) -> Recipe | None:
    """Shows the advanced settings of a recipe, and returns the recipe with the visitor's changes.

    Args:
        preset: the recipe with which the form starts.
        has_data: whether the training is on the visitor's data. The form then says which settings the data
            change.

    Returns:
        The changed recipe. If a setting is not allowed, shows the reason on the page and returns None.
    """
    with st.expander("Advanced settings", key="advanced-settings"):
        if preset.starts_from:
            st.caption(_STARTS_FROM)
        note_place = st.empty()
        numbers, places = _numbers(preset)
        settings = numbers | _choices(preset)
        places["pixels"] = st.empty()
        settings |= _switches(preset)
        layers = _layers(preset, places)
        below_layers = st.empty()
        try:
            sizes = {field: _sizes(field, value) for field, value in layers.items()}
            recipe = preset.with_settings(settings | sizes)
        except ValueError as error:
            # An error about a setting begins with the name of its field.
            field, rest = str(error).split(" ", 1)
        else:
            if has_data and (note := _note(recipe)):
                note_place.caption(note)
            return recipe
    message = errors.sentence(ValueError(f"{words.LABELS.get(field, field)} {rest}"))
    places.get(field, below_layers).error(message)
    # The message at the field is hidden while the settings are closed, so the message is also here.
    # style/train.css shows one of the two.
    with st.container(key="mistake-in-settings"):
        st.error(message)
    return None


def reset(preset: Recipe) -> None:
    """Resets all settings of the form to the recipe's values."""
    key = _resets_key(preset)
    st.session_state[key] = st.session_state.get(key, 0) + 1


def _note(recipe: Recipe) -> str:
    """Returns what the visitor's data change in the settings; "" if nothing in the form is changed."""
    # The number of drawings changes only settings that the form does not have.
    changed = changed_by_data_file(recipe, num_drawings=0)
    values = [f"{label}: {changed[field]:g}" for field, label in words.LABELS.items() if field in changed]
    if not values:
        return ""
    scribbles = " Scribbles take the place of the non-digits." if "non_digits" in changed else ""
    return f"Whatever is set here, the training on your data has {'; '.join(values)}.{scribbles}"


def _key(preset: Recipe, field: str) -> str:
    # After a reset, the key is another one. A field with a new key starts with the recipe's value, also in
    # the browser.
    num_resets = st.session_state.get(_resets_key(preset), 0)
    return f"set-{preset.name}-{field}" + (f"-{num_resets}" if num_resets else "")


def _resets_key(preset: Recipe) -> str:
    return f"num-resets-{preset.name}"


def _is_fixed(preset: Recipe, field: str) -> bool:
    return bool(preset.starts_from) and field in _OF_LAYERS


def _numbers(preset: Recipe) -> tuple[dict[str, object], dict[str, DeltaGenerator]]:
    """Returns the value of each field, and the place below the field for an error message."""
    values, places = {}, {}
    for start in range(0, len(words.NUMBERS), 2):
        row = words.NUMBERS[start : start + 2]
        columns = st.columns(2, vertical_alignment="bottom")
        place = st.empty()
        for column, number in zip(columns, row, strict=False):
            values[number.field] = column.number_input(
                number.label,
                value=getattr(preset, number.field),
                step=number.step,
                format=number.format,
                key=_key(preset, number.field),
                help=number.help,
                persist_state="session",
            )
            places[number.field] = place
    return values, places


def _choices(preset: Recipe) -> dict[str, object]:
    return {
        "pixels": _choice(
            preset,
            "pixels",
            "Pixels",
            words.PIXEL_WORDS,
            "The form in which the first layer gets the pixels.",
        ),
        "schedule": _choice(
            preset,
            "schedule",
            "Learning rate over time",
            words.SCHEDULE_WORDS,
            "With a falling rate, fewer and fewer bits change.",
        ),
        "activation_quantizer": _choice(
            preset,
            "activation_quantizer",
            "Gradient of the sign",
            words.GRADIENT_WORDS,
            "The gradient of the sign is 0 everywhere except at the jump, so training uses another one in its"
            " place (pseudo-gradient).",
        ),
        "best_by": _choice(
            preset,
            "best_by",
            "Epoch to keep",
            words.BEST_BY_WORDS,
            "Which epoch’s network is kept. Accuracy and loss are measured on the validation images.",
        ),
    }


def _choice(preset: Recipe, field: str, label: str, choices: dict[str, str], help: str) -> str:
    options = list(choices)
    return st.selectbox(
        label,
        options,
        index=options.index(getattr(preset, field)),
        format_func=lambda option: choices[option],
        key=_key(preset, field),
        help=help,
        persist_state="session",
        filter_mode=None,
        disabled=_is_fixed(preset, field),
    )


def _switches(preset: Recipe) -> dict[str, object]:
    return {
        field: st.toggle(
            label,
            getattr(preset, field),
            key=_key(preset, field),
            help=help,
            persist_state="session",
            disabled=_is_fixed(preset, field),
        )
        for field, label, help in words.SWITCHES
    }


def _layers(preset: Recipe, places: dict[str, DeltaGenerator]) -> dict[str, str]:
    """Returns the texts of the two fields, and adds to `places` the place below each field."""
    written = {
        "stages": " | ".join(", ".join(map(str, stage)) for stage in preset.stages),
        "dense": ", ".join(map(str, preset.dense)),
    }
    texts = {}
    for field, help in _LAYERS_HELP.items():
        texts[field] = st.text_input(
            words.LABELS[field],
            written[field],
            key=_key(preset, field),
            help=help,
            persist_state="session",
            disabled=_is_fixed(preset, field),
        )
        places[field] = st.empty()
    return texts


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
        written = text.strip()
        shown = f"{written[:_MAX_SHOWN]}…" if len(written) > _MAX_SHOWN else written
        raise ValueError(f"{field} must look like {_EXAMPLES[field]}, got “{shown}”") from error
