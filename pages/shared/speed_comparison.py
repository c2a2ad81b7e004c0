"""Compares a network with the same network in 32-bit numbers: speed and size. The visitor starts this."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from bnn.analysis import speed
from bnn.runs.run import Run
from pages.shared import errors, figures

_log = logging.getLogger(__name__)


def comparison(run: Run) -> None:
    """Shows the button, the progress and the results for one run's network.

    This is a fragment of its own, so it must not be called inside another fragment.
    """
    is_measuring = not _measurements().get(run.id, _DONE).done()
    st.fragment(_show, run_every=1.0 if is_measuring else None)(run, is_measuring)


def _show(run: Run, was_measuring: bool) -> None:
    st.subheader("What is gained with one bit per weight", anchor=False)
    found = _measurements().get(run.id)
    if found is None or (found.done() and found.exception()):
        _offer(run, found and found.exception())
    elif found.done():
        if was_measuring:
            st.rerun()
        _figures(found.result())
    else:
        st.markdown("Measuring both, one after the other. This takes about ten seconds …")


def _offer(run: Run, error: BaseException | None) -> None:
    if error:
        _log.error("comparison failed", exc_info=error)
        st.warning(errors.sentence(error))
    st.markdown(
        "Nearly all networks use 32-bit numbers (float32). How fast would this network be with such numbers?"
    )
    if st.button(
        "Measure both",
        key="measure",
        icon=":material/speed:",
        help="Both networks read one digit at a time, on this computer. TensorFlow Lite runs the 32-bit"
        " network. This takes about ten seconds.",
    ):
        _measurements()[run.id] = _pool().submit(speed.compare, run)
        st.rerun()


def _figures(found: speed.Comparison) -> None:
    figures.figures(
        [
            (_micro(found.packed_seconds), "network alone, with one bit per weight", _HOW),
            (_micro(found.float_seconds), "network alone, with 32-bit numbers (TensorFlow Lite)", _HOW),
            _times(found.float_seconds / found.packed_seconds, "faster", "slower", _HOW),
            _times(found.float_bytes / found.packed_bytes, "smaller file", "larger file", _SIZES),
        ]
    )


_SIZES = "The size of one file divided by the size of the other."
_HOW = (
    "Median time from 28×28 pixels to the scores of all classes. Both networks were measured in turn on this"
    " computer, with one thread each."
)


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
    """Returns the measurements by run id. They are kept as long as the server runs."""
    return {}


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    # Only one measurement runs at a time, because two would slow each other down.
    return ThreadPoolExecutor(1)
