"""Evaluate: how often a network is wrong, on what, and which images those are."""

import numpy as np
import pandas as pd
import streamlit as st

from bnn.data import mnist
from pages.shared import errors, figures, head, networks, pictures, run_picker, run_state, tables, text

MAX_IMAGES = 60
MAX_KEPT = 16
BLIND = (
    "**Why it cannot learn.** This recipe feeds pixels from 0 (black) to 1 (white), and its first layer keeps"
    " only their signs. No pixel is negative, and the sign of 0 counts as +1: every image arrives as the same"
    " white square. All that is left is to give one answer to everything, and that is right about once in ten."
    " Compare `report-signed`: the same network, with black as −1."
)


def page() -> None:
    """The whole page."""
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="large")
    with left:
        head.head("Evaluate a network", "How often is it wrong, on what, and which digits were those?")

    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if not choices:
            st.info("There is no trained network yet. Train one on the Train page, then measure it here.")
            return
        with right:
            run = run_picker.run_picker(
                "Network", choices, "evaluate_run", "Every run that has a trained network."
            )
        _report(run)


def _report(run):
    file = _network_file(run)
    # What cannot be read is said before anything is shown.
    networks.network(run)
    # Until the answers are known everything stands at its place without them: nothing jumps, nothing is another
    # network's, and the browser loads what draws the matrix meanwhile.
    evaluation = _evaluate(run, *file) if file in _evaluated() else None
    _figures(run, evaluation)
    left, right = st.columns([6, 5], gap="large")
    if evaluation:
        _keep_cell(run, evaluation)
    with left, st.container(key="matrix-place"):
        _matrix(evaluation)
    with right:
        _images(evaluation)
    _download(run, evaluation, _per_digit(evaluation))
    if not evaluation:
        _evaluate(run, *file)
        st.rerun()


def _network_file(run):
    stat = run.model_path.stat()
    return str(run.model_path), stat.st_mtime_ns, stat.st_size


@st.cache_resource(max_entries=MAX_KEPT, show_spinner=False)
def _evaluate(_run, *file):
    """The run's answers to the test images, kept until its file changes; who asks meanwhile waits for the same."""
    from bnn.analysis import metrics

    evaluation = metrics.evaluate(networks.network(_run), mnist.test())
    _evaluated().add(file)
    return evaluation


@st.cache_resource
def _evaluated():
    """The files whose answers are known: Streamlit's cache does not say whether one would have to wait."""
    return set()


def _figures(run, evaluation):
    recipe, where_from = None, []
    with errors.errors_in_words():
        # A run whose recipe cannot be read any more still has its network.
        recipe = run.recipe()
        where_from = _where_from(run, recipe)
    figures.figures(_measured(evaluation) + where_from, num_large=1)
    if recipe and recipe.pixels == "unit":
        st.warning(BLIND)


def _measured(evaluation):
    """What its answers say; dots before they are known."""
    from bnn.analysis.metrics import accuracy_interval

    accuracy = interval = num_wrong = "…"
    if evaluation:
        low, high = accuracy_interval(evaluation.num_correct, evaluation.num_images)
        accuracy = text.percent_text(evaluation.accuracy)
        interval = f"{100 * low:.2f} – {100 * high:.2f} %"
        num_wrong = f"{evaluation.num_images - evaluation.num_correct:,}"
    return [
        (
            accuracy,
            f"right on {len(mnist.test().labels):,} test digits (accuracy)",
            "Digits that took no part in training.",
        ),
        (
            interval,
            "95 % interval",
            "Wilson’s score interval: where the accuracy may lie on other digits of the same kind.",
        ),
        (num_wrong, "digits read wrong", ""),
    ]


def _where_from(run, recipe):
    """What its training says."""
    epoch, validation = _network_epoch(run)
    is_test = recipe.validation == "test"
    return [
        (
            text.percent_text(validation),
            "validated on the test set" if is_test else "validation accuracy",
            "This recipe has no images set aside for choosing: it validates on the test set itself."
            if is_test
            else "On the 5,000 images by which the best epoch was chosen.",
        ),
        (
            epoch,
            f"recipe {recipe.name}, {run_state.STATE_WORDS[run.status().state]}",
            "Where this network is from.",
        ),
    ]


def _network_epoch(run):
    """Which epoch the network is from, in words, and its validation accuracy."""
    history, test = run.history(), run.test()
    if not len(history):
        return "epoch 1, unfinished", None
    best = history.loc[history["validation_accuracy"].idxmax()]
    epoch = int(test["epoch"]) if test else int(best["epoch"])
    rows = history[history["epoch"] == epoch]
    accuracy = float(rows["validation_accuracy"].iloc[0]) if len(rows) else None
    return f"epoch {epoch} of {run.recipe().epochs}", accuracy


def _keep_cell(run, evaluation):
    """Choose the most frequent mistake when another network is looked at."""
    if st.session_state.get("cell_run") != run.id or "cell_drawn" not in st.session_state:
        matrix = evaluation.confusion_matrix()
        np.fill_diagonal(matrix, 0)
        drawn, read = np.unravel_index(matrix.argmax(), matrix.shape)
        st.session_state.update(cell_run=run.id, cell_drawn=int(drawn), cell_read=int(read))
        _choose_anew()


def _choose_anew():
    # The browser reports a cell only if it is another than the last one clicked on: from now on each is another.
    st.session_state.cell_turn = st.session_state.get("cell_turn", 0) + 1


def _matrix(evaluation):
    from pages.shared import charts

    matrix, cell = np.zeros((10, 10), int), None
    if evaluation:
        matrix = evaluation.confusion_matrix()
        cell = st.session_state.cell_drawn, st.session_state.cell_read
    look = charts.confusion("#f5f5f6" if st.context.theme.type == "dark" else "#111113")
    table = charts.confusion_table(matrix, cell, st.session_state.get("cell_turn", 0))
    st.vega_lite_chart(table, look, key="matrix", on_select=_choose_cell, selection_mode="cell")


def _choose_cell():
    cells = st.session_state.matrix.selection.get("cell", [])
    found = [cells[0].get(name) for name in ("drawn", "read")] if cells else []
    # It comes from the browser: whatever is no cell's is left out.
    if found and all(number in range(10) for number in found):
        st.session_state.update(cell_drawn=int(found[0]), cell_read=int(found[1]))


def _images(evaluation):
    places = zip(st.columns(2), ("The digit is", "read as"), ("cell_drawn", "cell_read"), strict=True)
    drawn, read = (
        place.selectbox(
            label, range(10), key=key, filter_mode=None, on_change=_choose_anew, disabled=not evaluation
        )
        for place, label, key in places
    )
    found = evaluation.examples(drawn, read) if evaluation else []
    st.markdown(_how_many(drawn, read, len(found)) if evaluation else "Reading the 10,000 test images …")
    with st.container(height=330, border=False, key="images"):
        shown = found[:MAX_IMAGES]
        captions = [text.confidence_text(evaluation.confidences[i]) + " sure" for i in shown]
        pictures.digit_grid(mnist.test().images[shown], captions)


def _how_many(drawn, read, count):
    what = f"**{drawn}** read as **{read}**" + (" (right)" if drawn == read else "")
    if not count:
        return f"No {what}."
    order = ", the surest first" if count > 1 else ""
    cut = f"; these are the first {MAX_IMAGES}" if count > MAX_IMAGES else ""
    return f"{count:,} × {what}{order}{cut}."


def _per_digit(evaluation):
    from bnn.analysis.metrics import per_class

    st.subheader("Digit by digit", anchor=False)
    table = per_class(evaluation.confusion_matrix() if evaluation else np.zeros((10, 10), int))
    rows = {
        "Digit": table["class"],
        "Images": table["num_images"].map("{:,}".format),
        "Of its answers, right (precision)": table["precision"].map(text.percent_text),
        "Of its images, found (recall)": table["recall"].map(text.percent_text),
        "Both in one (F1)": table["f1"].map(text.percent_text),
    }
    if not evaluation:
        rows |= {name: ["…"] * len(table) for name in rows if name != "Digit"}
    columns = {name: list(values) for name, values in rows.items()}
    tables.table([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    return table


def _download(run, evaluation, per_digit):
    with st.container(horizontal=True):
        _download_table(per_digit, "Download this table (CSV)", "digits", run, evaluation)
        answers = _answers(evaluation) if evaluation else pd.DataFrame()
        _download_table(answers, "Download every answer (CSV)", "answers", run, evaluation)


def _answers(evaluation):
    return pd.DataFrame(
        {
            "image": np.arange(evaluation.num_images),
            "label": evaluation.labels,
            "prediction": evaluation.predictions,
            "confidence": evaluation.confidences.round(6),
        }
    )


def _download_table(table, label, what, run, evaluation):
    st.download_button(
        label,
        table.to_csv(index=False),
        file_name=f"{run.id}-{what}.csv",
        mime="text/csv",
        key=f"download-{what}",
        on_click="ignore",
        icon=":material/download:",
        disabled=not evaluation,
    )


page()
