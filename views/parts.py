"""What several pages show: the head, the run picker, figures, tables, small pictures; and the cached network."""

import base64
import html
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from bnn import runs
from bnn.files import allow_open_files, error_words
from bnn.runs import Run

_STYLE = Path(__file__).parent / "style.css"
_log = logging.getLogger("one_bit_lab")

# Streamlit has four open for each visitor and three for each of up to 128 who have left; macOS starts with 256 in all.
MAX_OPEN_FILES = 1024
# Of the canvas one draws on, in pixels.
CANVAS_SIDE = 320

STATE_WORDS = {
    "queued": "waiting",
    "running": "training",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
    "interrupted": "interrupted",
}


def head(title: str, sentence: str) -> None:
    """The page's title, one sentence below it, and the style of everything."""
    st.html(_STYLE)
    _lifeline(key="lifeline", height=1)
    _links()
    st.title(title, anchor=False)
    st.markdown(sentence)


# What stops Streamlit's page with an error leaves an empty window, for good. Not at a stand: such a page is loaded anew.
_lifeline = st.components.v2.component(
    "one_bit_lab_lifeline",
    js="""
const EVERY_MILLISECONDS = 2000, AGAIN_AFTER_MILLISECONDS = 20000
const LAST = "one-bit-lab-lifeline"
export default function () {
  window.oneBitLabLifeline ??= setInterval(look, EVERY_MILLISECONDS)
}

function look() {
  if (document.getElementById("root").childElementCount) return
  // What comes back at once would come back for ever.
  if (Date.now() - (Number(sessionStorage.getItem(LAST)) || 0) < AGAIN_AFTER_MILLISECONDS) return
  // A server that is being started anew would be answered with the browser's own page, which stays.
  fetch("/_stcore/health").then(answer => {
    if (!answer.ok) return
    sessionStorage.setItem(LAST, Date.now())
    location.reload()
  }, () => {})
}
""",
)


def _links():
    # Shown on narrow screens alone, where the way to the other pages would be a drawer that covers the page.
    with st.container(horizontal=True, gap="small", key="links"):
        for page in st.session_state.get("pages", []):
            st.page_link(page)


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows an expected error as one sentence on the page; the traceback goes to the log."""
    try:
        yield
    except (ValueError, OSError) as error:
        _log.exception("shown on the page as one sentence")
        st.error(sentence(error))


def sentence(error: Exception) -> str:
    """An error as one sentence of Markdown."""
    text = error_words(error)
    return plain(text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else "."))


def plain(text: str) -> str:
    """Markdown that shows the text as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#$~:|" else c for c in text)


def runs_with_network() -> list[Run]:
    """The runs whose network can answer: the shipped one first, then the newest."""
    found = [run for run in runs.all_runs() if run.model_path.is_file()]
    return sorted(found, key=lambda run: (run.id != runs.DEFAULT_RUN or not run.shipped, run.shipped))


def run_picker(
    label: str, choices: list[Run], key: str, help: str | None = None, first: str | None = None
) -> Run:
    """The run the user chose; stays chosen across pages, when the list grows and when runs are renamed.

    `st.session_state[key]` has its id, and the box follows; `first` is the id for who has chosen nothing yet.
    """
    by_id = {run.id: run for run in choices}
    labels = {run.id: run_label(run) for run in choices}
    st.session_state.setdefault(key, first)
    if st.session_state[key] not in by_id:
        _say_gone(st.session_state[key])
        st.session_state[key] = choices[0].id
    box = _box(key, labels)
    st.session_state[box] = st.session_state[key]
    st.selectbox(
        label,
        list(by_id),
        format_func=labels.get,
        key=box,
        help=help,
        on_change=_keep_choice,
        args=(key, box),
        filter_mode=None,
    )
    return by_id[st.session_state[key]]


def _say_gone(run_id):
    if run_id and run_id not in {run.id for run in runs.all_runs()}:
        st.warning(
            f"The run {plain(run_id)} is gone: its folder was deleted, or the recipe in it. This is another one."
        )


def _box(key, labels):
    # A box keeps the label it has chosen, also when the run is renamed: other labels, another box.
    number, old_labels = st.session_state.get(f"{key}-box", (0, None))
    number += labels != old_labels
    st.session_state[f"{key}-box"] = number, labels
    return f"{key}-{number}"


def _keep_choice(key, box):
    # A browser goes on reporting a box that has been replaced until it has drawn the new page: no choice of anybody's.
    number, _ = st.session_state[f"{key}-box"]
    if box == f"{key}-{number}":
        st.session_state[key] = st.session_state[box]


def run_label(run: Run) -> str:
    """A run's name for a list: the one it was given, or its recipe and when it was started."""
    name = run.name()
    if run.shipped:
        return "Built-in network" if run.id == runs.DEFAULT_RUN else f"{name} (built-in)"
    stamp, _, recipe = name.partition("-")[2].partition("-")
    try:
        started = datetime.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return name
    return f"{recipe}, {started.day} {started:%b %H:%M:%S}" if name == run.id and stamp else name


def network(run: Run):
    """The run's packed network; errors as of `load_network`."""
    return load_network(run.model_path)


def load_network(path: Path):
    """The packed network in that file, kept in memory until the file changes.

    Raises:
        ValueError: if it is damaged.
        OSError: if it cannot be read.
    """
    stat = path.stat()
    return _load(str(path), stat.st_mtime_ns, stat.st_size)


@st.cache_resource(max_entries=64, show_spinner=False)
def _load(path, mtime_ns, size):
    from bnn.engine import file

    return file.load(Path(path))


def drawn_digit(objects: list):
    """The drawing and its digit, a `Drawing`, of what the canvas reports."""
    from bnn import drawing

    return drawing.digit_from_strokes(drawing.strokes_from_canvas(objects, CANVAS_SIDE))


@st.cache_resource(show_spinner=False)
def warm_up() -> Thread:
    """Compiles and loads, in the background and once per server, what the first drawing needs."""
    allow_open_files(MAX_OPEN_FILES)
    thread = Thread(target=_warm_up, daemon=True)
    thread.start()
    return thread


def _warm_up():
    # Imported here: Numba takes most of a second, and the page should not wait for it.
    from bnn import answer, drawing
    from bnn.engine import file, inference

    try:
        drawn = drawing.digit_from_strokes([np.array([[0.0, 0.0], [5.0, 9.0]])])
        for run in runs_with_network()[:1]:
            network = file.load(run.model_path)
            inference.warm_up(network)
            answer.read(network, drawn.digit)
    except (ValueError, OSError):
        # The page says so itself, as soon as someone draws.
        _log.exception("warming up failed")


# The canvas's own toolbar offers to move and scale strokes, which the way to 28x28 does not follow, and to
# upload a picture; invisible until hovered, it also swallows the touch of a finger in the corner. It stands
# in a shadow root, where the page's style does not reach.
_tidy_canvas = st.components.v2.component(
    "one_bit_lab_tidy_canvas",
    js="""
export default function ({ data }) {
  let tries = 0
  const tidy = () => {
    const host = document.querySelector(`.st-key-${data} [data-testid="stBidiComponentIsolated"]`)
    const root = host?.shadowRoot
    if (!root?.querySelector(".dc-toolbar")) return tries++ < 600 && requestAnimationFrame(tidy)
    if (root.querySelector("#tidy")) return
    const style = document.createElement("style")
    style.id = "tidy"
    style.textContent = ".dc-toolbar { display: none !important }"
    root.append(style)
  }
  tidy()
}
""",
)


def tidy_canvas(key: str) -> None:
    """Takes the toolbar from the canvas with that key."""
    _tidy_canvas(data=key, key="tidy", height=1)


def picture_source(pixels: np.ndarray) -> str:
    """The data URL of a picture (h, w) or (h, w, 3) uint8."""
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def picture(pixels: np.ndarray, description: str) -> str:
    """HTML of a greyscale image (h, w) uint8."""
    return f'<img alt="{html.escape(description)}" src="{picture_source(pixels)}">'


def digit_strip(pictures: list[tuple[str, str]]) -> None:
    """Pictures in a row, each the step after the one before; `pictures` are HTML and caption."""
    figures = [
        f'<figure><div class="frame">{image}</div><figcaption>{html.escape(caption)}</figcaption></figure>'
        for image, caption in pictures
    ]
    st.html(f'<div class="strip">{"<span class=arrow aria-hidden=true>→</span>".join(figures)}</div>')


def digit_grid(images: np.ndarray, captions: list[str]) -> None:
    """Many digits, each with a short caption."""
    figures = [
        f'<figure><div class="frame">{picture(image, caption)}</div>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for image, caption in zip(images, captions, strict=True)
    ]
    st.html(f'<div class="digits">{"".join(figures)}</div>')


def figures(items: list[tuple[str, str, str]], num_large: int = 0) -> None:
    """Large figures over what they are; `items` are value, label and the explanation shown on hover."""
    cells = [
        f'<div class="figure{" large" if number < num_large else ""}" title="{html.escape(explanation)}">'
        f'<div class="value">{html.escape(value)}</div><div class="label">{html.escape(label)}</div></div>'
        for number, (value, label, explanation) in enumerate(items)
    ]
    st.html(f'<div class="figures">{"".join(cells)}</div>')


class Cell(str):
    """A table cell's text with a CSS class."""

    def __new__(cls, text: str, css_class: str):
        cell = super().__new__(cls, text)
        cell.css_class = css_class
        return cell


def state_line(state: str, words: str, details: str) -> None:
    """How a run stands, in a line of fixed height."""
    st.html(
        f'<div class="status"><span class="state {state}">{html.escape(words)}</span>'
        f'<span class="quiet">{html.escape(details and f" · {details}")}</span></div>'
    )


def table(rows: pd.DataFrame, has_total: bool = False, classes: list[str] | None = None) -> None:
    """A table of texts, the first column to the left; the last row may be a total.

    Cells are escaped; `classes` gives each row a CSS class.
    """
    names = classes or [""] * len(rows)
    if has_total:
        names = [*names[:-1], "total"]
    header = "".join(_heading(name, rows[name]) for name in rows.columns)
    body = "".join(
        f'<tr class="{name}">' + "".join(map(_cell, row)) + "</tr>"
        for name, row in zip(names, rows.itertuples(index=False), strict=True)
    )
    st.html(f'<div class="table"><table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>')


def _heading(name, column):
    is_left = isinstance(column.iloc[0], Cell) and "left" in column.iloc[0].css_class.split()
    return f"<th scope=col{' class=left' * is_left}>{html.escape(name)}</th>"


def _cell(value):
    css_class = f' class="{value.css_class}"' if isinstance(value, Cell) else ""
    return f"<td{css_class}>{html.escape(str(value))}</td>"


def bar(digit: int, probability: float, is_best: bool, note: str = "", is_chosen: bool = False) -> str:
    """HTML of one digit's probability as a bar; `note` is HTML beside the digit."""
    percent = confidence_text(probability) if probability >= 0.005 else ""
    return (
        f'<div class="bar{" best" if is_best else ""}{" chosen" if is_chosen else ""}"><span>{digit}</span>{note}<div class="track">'
        f'<div class="fill" style="width:{100 * float(probability):.1f}%"></div></div>'
        f'<span class="percent">{percent}</span></div>'
    )


def percent_text(fraction: float | None, digits: int = 2) -> str:
    """ "98.40 %", or a dash for None."""
    return "–" if fraction is None else f"{100 * fraction:.{digits}f} %"


def confidence_text(probability: float) -> str:
    """ "98 %"; never "100 %", for no network can be that sure."""
    return "> 99 %" if probability >= 0.995 else f"{100 * probability:.0f} %"


def bytes_text(num_bytes: float) -> str:
    """ "12.3 kB", with 1 kB = 1,024 bytes as Larq counts."""
    if num_bytes < 1024:
        return f"{num_bytes:.0f} bytes"
    return f"{num_bytes / 1024:,.1f} kB" if num_bytes < 1024**2 else f"{num_bytes / 1024**2:,.2f} MB"


def duration_text(seconds: float) -> str:
    """ "48 s", "3 min 05 s" or "1 h 02 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def count_text(number: float) -> str:
    """ "97", "95.1 k" or "1.6 M"."""
    if number < 10_000:
        return f"{number:,.0f}"
    return f"{number / 1e3:,.1f} k" if number < 999_950 else f"{number / 1e6:,.2f} M"
