"""Compares a network's speed and size with those of the same network in 32-bit numbers, on request."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import streamlit as st

from bnn.analysis import speed
from bnn.runs.run import Run
from pages.shared import errors, figures, networks, text

# A measurement usually takes about this long.
_USUAL_SECONDS = 10.0
_log = logging.getLogger(__name__)


class _Measurement(NamedTuple):
    """A measurement in the background: its result, and the value of `time.monotonic()` at its start."""

    result: Future[speed.Comparison]
    started: float


def comparison(run: Run) -> None:
    """Shows the button, the progress and the results for one run's network.

    This is a fragment of its own. It must not be called inside another fragment: Streamlit may leave old
    content of an inner fragment with `run_every` on the page
    (https://github.com/streamlit/streamlit/issues/16708).
    """
    measurement = _measurements().get(run.id)
    is_measuring = measurement is not None and not measurement.result.done()
    st.fragment(_show, run_every=1.0 if is_measuring else None)(run, is_measuring)


def _show(run: Run, was_measuring: bool) -> None:
    st.subheader("What is gained with one bit per weight", anchor=False)
    measurement = _measurements().get(run.id)
    if measurement is None or (measurement.result.done() and measurement.result.exception()):
        _offer(run, measurement and measurement.result.exception())
    elif measurement.result.done():
        if was_measuring:
            # The whole page runs again, so that this fragment no longer refreshes itself every second.
            st.rerun()
        _figures(run, measurement.result.result())
    else:
        # Most of the time goes into loading TensorFlow, which reports no progress. So the bar shows how much
        # of the usual time has passed.
        share = (time.monotonic() - measurement.started) / _USUAL_SECONDS
        st.progress(
            min(share, 0.95),
            "Measuring the network with one bit per weight and with 32\u2011bit numbers, in turn. You can go"
            " on using the page.",
        )


def _offer(run: Run, error: BaseException | None) -> None:
    if error:
        _log.error("comparison failed", exc_info=error)
        st.warning(errors.sentence(error))
    st.markdown(
        "Nearly all networks use 32\u2011bit numbers (float32). How fast would this network be with such"
        " numbers?"
    )
    if st.button(
        "Measure both",
        key="measure",
        icon=":material/speed:",
        help="Both networks read one digit at a time, on this computer. TensorFlow Lite runs the 32\u2011bit"
        " network. This takes about ten seconds.",
    ):
        _measurements()[run.id] = _Measurement(_pool().submit(speed.compare, run), time.monotonic())
        st.rerun()


def _figures(run: Run, result: speed.Comparison) -> None:
    network = networks.network(run)
    what = "look" if network.has_three_looks else text.noun(network.class_names)
    alone = f"per {what}, network alone, with"
    figures.figures(
        [
            (_micro(result.packed_seconds), f"{alone} one bit per weight", _HOW),
            (_micro(result.float_seconds), f"{alone} 32\u2011bit numbers (TensorFlow Lite)", _HOW),
            _times(result.float_seconds / result.packed_seconds, "faster", "slower", _RATIO),
            _times(result.float_bytes / result.packed_bytes, "smaller file", "larger file", _SIZES),
        ]
    )


_SIZES = "The size of the larger file divided by the size of the smaller one."
_HOW = (
    "Median time of one look, from 28 × 28 pixels to the scores of all classes. Both networks were measured"
    " in turn on this computer, with one thread each."
)
_RATIO = f"The longer median time divided by the shorter one. {_HOW}"


def _micro(seconds: float) -> str:
    return f"{1e6 * seconds:,.0f}\u00a0µs"


def _times(ratio: float, better: str, worse: str, explanation: str) -> tuple[str, str, str]:
    if ratio >= 1:
        return f"{ratio:.1f}\u00a0×", better, explanation
    return f"{1 / ratio:.1f}\u00a0×", worse, explanation


@st.cache_resource(show_spinner=False)
def _measurements() -> dict[str, _Measurement]:
    """Returns the measurements by run id. They are kept as long as the server runs."""
    return {}


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    # Only one measurement runs at a time, because two would slow each other down.
    return ThreadPoolExecutor(1)
