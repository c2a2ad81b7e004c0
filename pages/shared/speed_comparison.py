"""The Draw page's comparison with ordinary 32-bit numbers, measured on this computer when somebody asks."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from bnn.analysis import speed
from bnn.runs.run import Run
from pages.shared import errors, figures

_log = logging.getLogger(__name__)


def comparison(run: Run) -> None:
    """Button, progress and figures for one run's network. Not within a fragment: it looks again by itself."""
    is_measuring = not _measurements().get(run.id, _DONE).done()
    st.fragment(_show, run_every=1.0 if is_measuring else None)(run, is_measuring)


def _show(run, was_measuring):
    st.subheader("What one bit a weight gains", anchor=False)
    found = _measurements().get(run.id)
    if found is None or (found.done() and found.exception()):
        _offer(run, found)
    elif found.done():
        if was_measuring:
            st.rerun()
        _figures(found.result())
    else:
        st.markdown("Measuring both in turn: this takes about half a minute …")


def _offer(run, failed):
    if failed:
        _log.error("comparison failed", exc_info=failed.exception())
        st.warning(errors.sentence(failed.exception()))
    st.markdown("Nearly all networks use 32-bit numbers (float32). How fast would this network be with them?")
    if st.button(
        "Measure both",
        key="measure",
        icon=":material/speed:",
        help="One digit at a time, on this computer; TensorFlow Lite runs the 32-bit one. About half a minute.",
    ):
        _measurements()[run.id] = _pool().submit(speed.compare, run)
        st.rerun()


def _figures(found):
    figures.figures(
        [
            (_micro(found.packed_seconds), "a digit, with one bit a weight", _HOW),
            (_micro(found.float_seconds), "a digit, with 32-bit numbers (TensorFlow Lite)", _HOW),
            (*_times(found.float_seconds / found.packed_seconds, "faster", "slower"), _HOW),
            (
                *_times(found.float_bytes / found.packed_bytes, "smaller file", "larger file"),
                "The sizes of the two files, one divided by the other.",
            ),
        ]
    )


_HOW = "Median, from 28×28 pixels to ten scores; both in turn, one thread each, measured on this computer."


def _micro(seconds):
    return f"{1e6 * seconds:,.0f} µs"


def _times(ratio, better, worse):
    return (f"{ratio:.1f} ×", better) if ratio >= 1 else (f"{1 / ratio:.1f} ×", worse)


_DONE = Future()
_DONE.set_result(None)


@st.cache_resource(show_spinner=False)
def _measurements() -> dict[str, Future]:
    """By the run's id; kept as long as the server runs."""
    return {}


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    # One at a time: two would disturb each other.
    return ThreadPoolExecutor(1)
