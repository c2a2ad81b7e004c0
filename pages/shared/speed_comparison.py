"""How fast and small a network is beside the same one with 32-bit numbers, measured when somebody asks."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from bnn.analysis import speed
from bnn.runs.run import Run
from pages.shared import errors, figures

_log = logging.getLogger(__name__)


def comparison(run: Run) -> None:
    """Shows button, progress and figures for one run's network. Not within a fragment: it is one."""
    is_measuring = not _measurements().get(run.id, _DONE).done()
    st.fragment(_show, run_every=1.0 if is_measuring else None)(run, is_measuring)


def _show(run: Run, was_measuring: bool) -> None:
    st.subheader("What one bit a weight gains", anchor=False)
    found = _measurements().get(run.id)
    if found is None or (found.done() and found.exception()):
        _offer(run, found and found.exception())
    elif found.done():
        if was_measuring:
            st.rerun()
        _figures(found.result())
    else:
        st.markdown("Measuring both in turn: this takes about half a minute …")


def _offer(run: Run, error: BaseException | None) -> None:
    if error:
        _log.error("comparison failed", exc_info=error)
        st.warning(errors.sentence(error))
    st.markdown("Nearly all networks use 32-bit numbers (float32). How fast would this network be with them?")
    if st.button(
        "Measure both",
        key="measure",
        icon=":material/speed:",
        help="One digit at a time, on this computer; TensorFlow Lite runs the 32-bit one."
        " About half a minute.",
    ):
        _measurements()[run.id] = _pool().submit(speed.compare, run)
        st.rerun()


def _figures(found: speed.Comparison) -> None:
    figures.figures(
        [
            (_micro(found.packed_seconds), "a digit, with one bit a weight", _HOW),
            (_micro(found.float_seconds), "a digit, with 32-bit numbers (TensorFlow Lite)", _HOW),
            _times(found.float_seconds / found.packed_seconds, "faster", "slower", _HOW),
            _times(found.float_bytes / found.packed_bytes, "smaller file", "larger file", _SIZES),
        ]
    )


_SIZES = "The sizes of the two files, one divided by the other."
_HOW = "Median, from 28×28 pixels to ten scores; both in turn, one thread each, measured on this computer."


def _micro(seconds: float) -> str:
    return f"{1e6 * seconds:,.0f} µs"


def _times(ratio: float, better: str, worse: str, explanation: str) -> tuple[str, str, str]:
    if ratio >= 1:
        return f"{ratio:.1f} ×", better, explanation
    return f"{1 / ratio:.1f} ×", worse, explanation


_DONE: Future[None] = Future()
_DONE.set_result(None)


@st.cache_resource(show_spinner=False)
def _measurements() -> dict[str, Future]:
    """The measurements by run id, kept as long as the server runs."""
    return {}


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    # One at a time: two would disturb each other.
    return ThreadPoolExecutor(1)
