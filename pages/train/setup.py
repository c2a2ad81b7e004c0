"""Shows the part of the Train page in which the visitor chooses a recipe and starts the training."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import streamlit as st

from bnn.data.dataset import DIGITS, DataSet
from bnn.data.unipen_files import missing_data
from bnn.recipes.presets import PRESETS, needs_data_file
from bnn.recipes.recipe import Recipe
from bnn.runs import run_data, trainings
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system.processes import is_this_machine
from pages.shared import errors, session, text
from pages.train.network_table import summary
from pages.train.settings_form import reset, settings_form
from pages.train.your_data import your_data

# A second click on Start within this time counts as part of a double click.
_DOUBLE_CLICK_SECONDS = 1.0

# The title of each recipe, in the order of the page. The page always shows the first two. They are called the
# recipes "in front".
_TITLES = {
    "quick": "Quick",
    "report": "Blind, on purpose",
    "best": "Long training",
    "anyone": "For everyone’s handwriting",
    "record": "Most accurate on MNIST",
    "letters": "Capital letters",
    "symbols": "A few signs",
    "report-signed": "The report with one change",
}
_NAMES = [*_TITLES]
_IN_FRONT = _NAMES[:2]
_REPORT = (
    "This project began with a report about a network that could not learn. As in this report,"
    f" “{_TITLES['report']}” and “{_TITLES['report-signed']}” choose their best epoch with the test images"
    " (validation). The other recipes, and all trainings on your own data, use other images for this."
)


@dataclass
class Started:
    """The training that the visitor has started last.

    Args:
        run_id: id of its run.
        at: value of `time.monotonic()` just after the start.
    """

    run_id: str = ""
    at: float = -inf


class Chosen(NamedTuple):
    """What the visitor has chosen to train.

    Args:
        recipe: the recipe with the visitor's settings, or the preset if a setting is not allowed.
        class_names: the names of the classes of the data set.
    """

    recipe: Recipe
    class_names: tuple[str, ...]


def setup(runs: Sequence[Run]) -> Chosen:
    """Shows recipes, the visitor's data, settings and the Start button.

    At first, only two recipes are shown. The others, the data and the settings are hidden until the visitor
    wants to see more. They are also shown if the visitor has uploaded data, changed a setting, or chosen one
    of the other recipes.

    Args:
        runs: all runs.
    """
    recipes_place = st.container(key="recipes", gap=None)
    is_more_shown = st.toggle("More recipes and settings", key="more-recipes", persist_state="session")
    reason_place = st.container()
    with st.container(key="more-settings"):
        st.caption(_REPORT)
        data, is_refused = your_data()
        # The visitor's file is read before the recipes are shown, because their times do not hold for a file.
        with recipes_place:
            preset = _choose_preset(runs, has_file=bool(data) or is_refused)
            mark_place = st.container()
        recipe = settings_form(preset, has_data=bool(data))
        shown, class_names = recipe or preset, data.class_names if data else DIGITS
        st.caption(summary(shown, class_names))
    reasons = _reasons(has_data=bool(data) or is_refused, preset=preset, recipe=recipe)
    if is_more_shown or reasons:
        # If the page has this mark, style/train.css shows the other recipes, the data and the settings.
        mark_place.html('<i class="more" hidden></i>')
    with reason_place:
        if reasons and not is_more_shown:
            st.caption(f"Shown {' and '.join(reasons)}.")
        if recipe != preset:
            st.button("Back to the recipe’s settings", key="reset-settings", on_click=reset, args=(preset,))
    note = ""
    if not data and not is_refused:
        note = missing_data(shown) or _missing_file(shown)
    cluster = trainings.cluster_notice()
    # A cluster trains several runs at once.
    is_busy = not cluster and any(run.status().state in ACTIVE for run in runs)
    is_pressed = _start_button(is_busy, disabled=recipe is None or is_refused or bool(note))
    if data:
        st.caption(f"It trains on your data: {text.escaped(data.name)}")
    if note:
        st.info(f"{note[0].upper()}{note[1:]}.")
    # A callback would get the recipe of the previous rerun, without a number typed since then.
    if is_pressed and recipe and not note and not is_refused:
        _start(recipe, data)
    if cluster:
        st.caption(cluster)
    return Chosen(shown, class_names)


def _reasons(has_data: bool, preset: Recipe, recipe: Recipe | None) -> list[str]:
    """Returns why the other recipes, the data and the settings are shown while the switch is off.

    The page never hides what changes the training.
    """
    reasons = {
        "because of your data": has_data,
        "because one of these recipes is chosen": preset.name not in _IN_FRONT,
        "because a setting was changed": recipe != preset,
    }
    return [words for words, applies in reasons.items() if applies]


def _start_button(is_busy: bool, disabled: bool) -> bool:
    """Shows the button that starts the training. Returns whether it was pressed."""
    return st.button(
        "Start after this one" if is_busy else "Start",
        key="start",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=disabled,
    )


def _choose_preset(runs: Sequence[Run], has_file: bool) -> Recipe:
    """Shows the recipes as cards, and returns the chosen one."""
    # The captions give durations of trainings on MNIST. They do not hold for the visitor's own data.
    trained = [] if has_file else runs
    name = st.radio(
        "What to train (recipe)",
        _NAMES,
        format_func=_title,
        captions=[_caption(PRESETS[name], trained) for name in _NAMES],
        key="recipe",
        persist_state="session",
        width="stretch",
        help="The time is that of all epochs on this computer. It is known after a first training here.",
    )
    return PRESETS[name]


def _title(name: str) -> str:
    """Returns the title of a recipe's card. Recipes that are not in front have their names in brackets."""
    return _TITLES[name] if name in _IN_FRONT else f"{_TITLES[name]} ({name})"


def _caption(preset: Recipe, runs: Sequence[Run]) -> str:
    """Returns what a recipe does and, if it was trained on this machine, how long that takes here."""
    # A no-break space keeps a number and its unit in one line. The sentences of `PRESETS` have plain
    # apostrophes.
    sentence = preset.sentence.replace("-1", "−1").replace("'", "’")
    sentence = re.sub(r"(?<=\d) (?=%|million)", "\u00a0", sentence)
    seconds = [
        float(history["seconds"].to_numpy().mean())
        for run in runs
        if _was_trained_here(run, preset) and len(history := run.history())
    ]
    if not seconds:
        return sentence
    # The time is in italics, so that style/train.css can find it and put it at the right of the title.
    return f"{sentence} *≈\u00a0{text.rough_duration_text(preset.epochs * min(seconds))}*"


def _was_trained_here(run: Run, preset: Recipe) -> bool:
    """Returns whether a run has exactly this recipe and was trained on MNIST and on this machine."""
    # The name is checked first, so that only the files of few runs are read.
    if run.shipped or not run.id.endswith(f"-{preset.name}"):
        return False
    try:
        is_preset = run.recipe() == preset and run_data.facts(run).is_mnist
    except (ValueError, OSError):
        return False
    return is_preset and is_this_machine(run.written_status().machine)


def _missing_file(recipe: Recipe) -> str:
    if needs_data_file(recipe):
        return "this recipe learns from a file of drawings: upload one under “Your data”"
    return ""


def _start(recipe: Recipe, data: DataSet | None) -> None:
    started = st.session_state.setdefault(session.STARTED, Started())
    with errors.errors_in_words():
        if time.monotonic() - started.at >= _DOUBLE_CLICK_SECONDS:
            started.run_id = trainings.start(recipe, data=data).id
            # The time is taken after the start, because the start can take as long as a double click.
            started.at = time.monotonic()
        # After a double click, Streamlit ends the script of the first click as soon as this script uses the
        # session, in the next line (https://github.com/streamlit/streamlit/issues/10578). The script of the
        # second click starts no training. It comes to this line, too, and shows the first click's training.
        st.session_state[session.RUN_SHOWN] = started.run_id
        st.rerun()
