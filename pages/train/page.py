"""Train: choose a recipe, start, watch, compare."""

import time
from math import inf

import pandas as pd
import streamlit as st

from bnn.recipes.recipe import batches_per_epoch
from bnn.runs import store
from bnn.runs.launchers import local
from bnn.runs.status import ACTIVE
from pages.shared import charts, errors, figures, head, run_picker, run_state, text
from pages.train import recipe_form, run_list

REFRESH_SECONDS = 1.0
# A second click on Start within this time is the same click.
DOUBLE_CLICK_SECONDS = 1.0
MAX_COMPARED = 5
# Letters of a run's name in the charts' legend.
MAX_NAME = 30


def page() -> None:
    """The whole page."""
    head.head("Train a network", "Watch it go from guessing to reading digits. Every weight is one bit.")

    setup, progress = st.columns([4, 7], gap="large")
    everything, recipe, shown = [], None, None
    with errors.errors_in_words():
        everything = store.all_runs()
    with setup, errors.errors_in_words():
        recipe = _setup(everything)
    with progress, st.container(key="progress"), errors.errors_in_words():
        shown = _progress(everything)
    with errors.errors_in_words():
        if recipe:
            recipe_form.layers(recipe)
    with errors.errors_in_words():
        run_list.run_list(everything, shown)
        if shown:
            run_list.caretaker(shown)


def _setup(everything):
    preset = recipe_form.choose()
    place = st.container()
    recipe = recipe_form.advanced(preset)
    is_busy = any(run.status().state in ACTIVE for run in everything)
    with place:
        is_pressed = st.button(
            "Start after this one" if is_busy else "Start",
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=recipe is None,
        )
        st.caption(recipe_form.summary(recipe or preset))
        # Not a callback: that would get the recipe of the run before, without a number just typed.
        if is_pressed and recipe:
            _start(recipe)
    recipe_form.explain_report()
    return recipe or preset


def _start(recipe):
    if time.monotonic() - st.session_state.get("started_at", -inf) < DOUBLE_CLICK_SECONDS:
        return
    with errors.errors_in_words():
        st.session_state.run_shown = local.start(recipe).id
        # Afterwards: on a busy machine it may itself take as long as a double click.
        st.session_state.started_at = time.monotonic()
        st.rerun()


def _progress(everything):
    if not everything:
        st.info("Nothing has been trained yet. Choose a recipe and press Start: its progress appears here.")
        return None
    left, right = st.columns(2)
    with left:
        busy = next((run.id for run in everything if run.status().state == "running"), None)
        shown = run_picker.run_picker("Run shown", everything, "run_shown", first=busy)
    with right:
        compared = _compared([run for run in everything if run.id != shown.id])
    states = _states()
    is_busy = any(state in ACTIVE for _, state, _ in states)
    live = st.fragment(_live, run_every=REFRESH_SECONDS if is_busy else None)
    live(shown.id, compared, states)
    return shown


def _compared(others):
    by_id = {run.id: run for run in others}
    kept = [run_id for run_id in st.session_state.get("compare", []) if run_id in by_id]
    if kept != st.session_state.get("compare", []):
        st.session_state.compare = kept
    return st.multiselect(
        "Compare with",
        list(by_id),
        format_func=lambda run_id: run_picker.run_label(by_id[run_id]),
        key="compare",
        max_selections=MAX_COMPARED,
        placeholder="other runs",
        persist_state="session",
        disabled=not others,
    )


def _states():
    """What changes rarely; when it does, the whole page is drawn anew."""
    found = [(run, run.status()) for run in store.all_runs()]
    return [(run.id, status.state, len(run.history())) for run, status in found if status.state in ACTIVE]


def _live(run_id, compared, states):
    with errors.errors_in_words():
        if _states() != states:
            st.rerun()
        run = store.find(run_id)
        status = run.status()
        _status_line(run, status)
        st.progress(_fraction(status))
        _figures(run, status)
        _buttons(run, status)
        _charts([run, *map(store.find, compared)])


def _status_line(run, status):
    is_stopping = status.state in ACTIVE and run.stop_path.exists()
    words = run_state.STATE_WORDS[status.state]
    if status.state == "queued" and status.message:
        words = status.message.lower()
    words = "stopping" if is_stopping else words
    details = {
        "running": status.message,
        "failed": status.message,
        "interrupted": "Its process ended before it was done. Press Resume to go on from the last epoch.",
        "stopped": "What it learnt is kept. Press Resume to go on from here.",
    }
    run_state.state_line(status.state, words, details.get(status.state, ""))


def _fraction(status):
    if status.state == "finished":
        return 1.0
    total = status.num_epochs * status.num_batches
    done = max(0, status.epoch - 1) * status.num_batches + status.batch
    return min(1.0, max(0.0, done / total)) if total else 0.0


def _figures(run, status):
    history, test, recipe = run.history(), run.test(), run.recipe()
    is_test = recipe.validation == "test"
    epoch = status.epoch if status.state in ACTIVE else len(history)
    is_running = status.state == "running"
    speed = status.images_per_second if is_running else _average_speed(recipe, history)
    figures.figures(
        [
            (f"{epoch} of {recipe.epochs}", "epoch", "One epoch is one pass over all training images."),
            (
                f"{speed:,.0f}" if speed else "–",
                "images a second",
                "How many training images it learns from in a second; in the end, on average.",
            ),
            _time(status, history),
            (
                text.percent_text(run_list.best_accuracy(run)),
                "best epoch (test set)" if is_test else "best epoch (validation)",
                "Right answers on images it did not learn from; the network of the best epoch is kept.",
            ),
            (
                text.percent_text(test["accuracy"] if test else None),
                "in the end (test)",
                "Right answers on the 10,000 test images, measured once, when the training is done.",
            ),
        ]
    )


def _time(status, history):
    if status.state in ACTIVE:
        # What a waiting run's file says may be of the time before it was stopped and resumed.
        seconds = status.eta_seconds if status.state == "running" else 0
        label, explanation = "time left", "Until the last epoch is done; known as soon as it is training."
    else:
        seconds = history["seconds"].sum()
        label, explanation = "time taken", "All epochs together."
    return text.duration_text(seconds) if seconds else "–", label, explanation


def _average_speed(recipe, history):
    num_images = len(history) * batches_per_epoch(recipe) * recipe.batch_size
    return num_images / history["seconds"].sum() if num_images else 0.0


def _buttons(run, status):
    is_active = status.state in ACTIVE
    can_resume = not run.shipped and status.state in ("stopped", "failed", "interrupted")
    with st.container(horizontal=True):
        st.button(
            "Stop",
            key="stop",
            icon=":material/stop:",
            disabled=not is_active or run.stop_path.exists(),
            on_click=_stop,
            args=(run,),
        )
        st.button(
            "Resume",
            key="resume",
            icon=":material/resume:",
            disabled=not can_resume,
            on_click=_resume,
            args=(run,),
        )


def _stop(run):
    with errors.errors_in_words():
        local.stop(run)


def _resume(run):
    with errors.errors_in_words():
        local.resume(run)


def _charts(shown):
    _chart(shown, "accuracy", "**Right answers** (accuracy)", 270)
    left, right = st.columns(2)
    with left:
        _chart(shown, "loss", "**How far off** (loss)", 180)
    with right:
        _chart(shown, "flip_ratio", "**Bits that changed** (flip ratio)", 180)


def _chart(shown, value, title, height):
    num_epochs = max(run.recipe().epochs for run in shown)
    names = _short_names(shown)
    curves = [curve for run, name in zip(shown, names, strict=True) for curve in _curves(run, name, value)]
    has_legend = value == "accuracy"
    with st.container(gap=None, key=f"chart-{value}"):
        st.markdown(title)
        table = pd.concat(curves, ignore_index=True)
        spec = charts.curves(table, value, num_epochs, height, has_legend)
        st.vega_lite_chart(table, spec, key=f"curves-{value}")


def _short_names(shown):
    """The runs' names, short enough for a legend on a phone, and no two the same."""
    names = []
    for run in shown:
        label = run_picker.run_label(run)
        name = label if len(label) <= MAX_NAME else label[: MAX_NAME - 1] + "…"
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return names


def _curves(run, name, value):
    history = run.history()
    if value == "flip_ratio":
        return [charts.epoch_curve(name, history, value)]
    training = charts.training_curve(name, run.progress(), value, batches_per_epoch(run.recipe()))
    return [training, charts.epoch_curve(name, history, f"validation_{value}")]


page()
