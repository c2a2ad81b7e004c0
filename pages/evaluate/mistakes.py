"""Shows the confusion matrix on the Evaluate page, and the images of the chosen cell."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from bnn.engine.verdict import certainty_text
from bnn.runs import run_data
from bnn.runs.run import Run
from bnn.runs.run_data import DataFacts
from pages.shared import pictures, session, text

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from bnn.analysis.metrics import Evaluation

MAX_IMAGES = 60
# With more classes than this, most counts do not fit into the cells of the matrix, however large the window.
_MOST_WITH_COUNTS = 15
MATRIX = "matrix"
# The spaces do not break, so this sentence stays in one line. If the line is full, it begins the next one.
_INVITATION = "Choose one to look inside.".replace(" ", "\u00a0")


def mistakes(run: Run, evaluation: Evaluation | None, class_names: tuple[str, ...], facts: DataFacts) -> None:
    """Shows the matrix and, beside it, the images of one cell. Without an evaluation, both are empty."""
    left, right = st.columns(2, gap="large")
    if evaluation:
        _ensure_chosen_cell(run, evaluation)
    with left:
        with st.container(key="matrix-place"):
            _matrix(evaluation, class_names, facts)
        are_small = len(class_names) > _MOST_WITH_COUNTS
        where = "on-all-screens" if are_small else "on-phones"
        words = "Press a cell, or choose it in the two boxes, to see its number and its images."
        st.html(f'<p class="small-cells {where}">{words}</p>')
    with right:
        _images(run, evaluation, class_names, facts)


def _ensure_chosen_cell(run: Run, evaluation: Evaluation) -> None:
    """Chooses the cell of the most frequent mistake, unless a cell is already chosen for this run."""
    state = st.session_state
    if state.get(session.CELL_RUN) != run.id or session.CELL_DRAWN not in state:
        matrix = evaluation.confusion_matrix()
        np.fill_diagonal(matrix, 0)
        drawn, read = np.unravel_index(matrix.argmax(), matrix.shape)
        state[session.CELL_RUN] = run.id
        state[session.CELL_DRAWN], state[session.CELL_READ] = int(drawn), int(read)
        _count_choice()


def _count_choice() -> None:
    # The browser reports a second click on the same cell only if this number has changed in between.
    st.session_state[session.CELL_TURN] = st.session_state.get(session.CELL_TURN, 0) + 1


def _matrix(evaluation: Evaluation | None, class_names: tuple[str, ...], facts: DataFacts) -> None:
    # Imported here because pandas and the charts are only needed if there is a network.
    from pages.evaluate import confusion_chart

    matrix, cell = np.zeros((len(class_names), len(class_names)), int), None
    if evaluation:
        matrix = evaluation.confusion_matrix()
        cell = st.session_state[session.CELL_DRAWN], st.session_state[session.CELL_READ]
    spec = confusion_chart.confusion(class_names, true_label(facts).lower())
    turn = st.session_state.get(session.CELL_TURN, 0)
    table = confusion_chart.confusion_table(matrix, class_names, cell, turn)
    st.vega_lite_chart(
        table,
        spec,
        height="stretch",
        key=MATRIX,
        on_select=lambda: _choose_cell(len(class_names)),
        selection_mode="cell",
    )


def true_label(facts: DataFacts) -> str:
    """Returns the words before the name of an image's true class."""
    return f"The {facts.noun.removesuffix('s')} is"


def _choose_cell(num_classes: int) -> None:
    cells = st.session_state[MATRIX].selection.get("cell", [])
    cell = [cells[0].get(name) for name in ("drawn", "read")] if cells else []
    # The value comes from the browser. Numbers that name no cell are ignored.
    if cell and all(number in range(num_classes) for number in cell):
        drawn, read = map(int, cell)
        st.session_state[session.CELL_DRAWN], st.session_state[session.CELL_READ] = drawn, read


def _images(run: Run, evaluation: Evaluation | None, class_names: tuple[str, ...], facts: DataFacts) -> None:
    left, right = st.columns(2)
    with left:
        drawn = _class_box(true_label(facts), session.CELL_DRAWN, class_names, evaluation is None)
    with right:
        read = _class_box("read as", session.CELL_READ, class_names, evaluation is None)
    indices = evaluation.examples(drawn, read) if evaluation else np.empty(0, int)
    sentence = f"Reading the {facts.num_test:,} test {facts.noun} …"
    inside = _inside_page() if len(indices) else None
    if evaluation:
        sentence = _how_many(class_names[drawn], class_names[read], len(indices), not evaluation.only_answer)
        sentence += f" {_INVITATION}" if inside else ""
    # This is HTML, which Streamlit replaces as a whole. In Markdown, a browser that translates pages would
    # keep parts of the old sentence.
    st.html(f'<p class="two-lines">{sentence}</p>')
    # This height only makes the box scroll. Its real height is in style/evaluate.css, because the size of the
    # images depends on the window.
    with st.container(height=200, border=False, key="images"):
        shown = indices[:MAX_IMAGES]
        captions = _certainties(evaluation, shown) if evaluation else []
        if inside:
            _links(run, inside, shown, captions)
        else:
            pictures.digit_grid(run_data.load(run).test().images[shown], captions)


def _certainties(evaluation: Evaluation, indices: np.ndarray) -> list[str]:
    """Returns how sure the network is of each image; empty texts if it says the same to everything."""
    if evaluation.only_answer:
        return [""] * len(indices)
    return [certainty_text(evaluation.confidences[i]) for i in indices]


def _inside_page() -> StreamlitPage | None:
    """Returns the Inside page, or None if the links to other pages are hidden."""
    return next((page for page in st.session_state.get(session.PAGES, []) if page.url_path == "inside"), None)


def _links(run: Run, inside: StreamlitPage, indices: np.ndarray, captions: list[str]) -> None:
    """Shows images as buttons that lead to the Inside page, which then shows the image and the network."""
    images = run_data.load(run).test().images
    with st.container(horizontal=True, key="mistakes"):
        for index, caption in zip(indices, captions, strict=True):
            source = pictures.picture_source(images[index])
            label = f"![test image {index}]({source}) {text.escaped(caption)}"
            if st.button(label, key=f"mistake-{index}", type="tertiary"):
                # Other pages name a test image to Inside by "m" and its index, whatever the data set.
                st.session_state[session.WANTED_DIGIT] = f"m{index}"
                st.session_state[session.CHOSEN_RUN] = run.id
                st.switch_page(inside)


def _class_box(label: str, key: str, class_names: tuple[str, ...], is_disabled: bool) -> int:
    """Shows a select box and returns the index of the chosen class."""
    return st.selectbox(
        label,
        range(len(class_names)),
        format_func=class_names.__getitem__,
        key=key,
        persist_state="session",
        filter_mode=None,
        on_change=_count_choice,
        disabled=is_disabled,
    )


def _how_many(drawn: str, read: str, count: int, is_in_order: bool) -> str:
    """Returns the sentence above the images, as HTML.

    Args:
        drawn: the true class.
        read: the class that the network read.
        count: number of images.
        is_in_order: whether the images are in the order of the network's confidence.
    """
    which = text.plural(drawn, count)
    what = f"<b>{html.escape(which)}</b> read as <b>{html.escape(read)}</b>"
    what += " (right)" if drawn == read else ""
    if not count:
        return f"No {what}."
    order = ", most\u00a0confident\u00a0first" if is_in_order and count > 1 else ""
    cut = f"; {MAX_IMAGES}\u00a0are\u00a0shown" if count > MAX_IMAGES else ""
    return f"<b>{count:,}</b> {what}{order}{cut}."
