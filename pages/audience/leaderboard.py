"""Shows the leaderboard: the runs that have a name, ranked by accuracy or by accuracy per kilobyte.

Results on different data sets cannot be compared, so each data set has a ranking of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from bnn.recipes.recipe import Recipe
from bnn.runs import run_data, store, validation
from bnn.runs.labels import run_label
from bnn.runs.run import Run
from bnn.runs.run_data import DataFacts
from bnn.system.errors import error_text
from pages.audience.final_tests import final_test
from pages.shared import errors, networks, session, tables, text

_REFRESH_SECONDS = 2.0
_MAX_SHOWN = 30
# The key of the widget that chooses the order.
_ORDER = "leaderboard-by"
# The words below the table.
_COLUMNS = (
    "Validation: the share of right answers on images that the network does not learn from. % per kB: this"
    " share, divided by the size of the network."
)
ACCURACY, PER_KILOBYTE = "accuracy", "accuracy per kilobyte"


@dataclass(frozen=True)
class Entry:
    """A run on the leaderboard.

    Args:
        run: the run.
        accuracy: its validation accuracy.
        num_bytes: size of its packed network.
        seconds: how long its training took.
        data: facts of its data set.
        start: label of the network from which the training went on; "" for random weights.
    """

    run: Run
    accuracy: float
    num_bytes: int
    seconds: float
    data: DataFacts
    start: str

    @property
    def per_kilobyte(self) -> float:
        """Percentage points of accuracy for each kilobyte of the network."""
        return 100 * self.accuracy / (self.num_bytes / 1000)


def entries(runs: Sequence[Run], by: str) -> list[Entry]:
    """Returns the runs that have a name and a result, the best ones first.

    Among equal runs, the one that was trained faster comes first. Left out are example runs, runs without a
    finished epoch, runs that validate on the test set, networks that answer the same to everything, and
    damaged runs.

    Args:
        runs: the runs to choose from.
        by: `ACCURACY` or `PER_KILOBYTE`.
    """
    compared = [entry for run in runs if (entry := _entry(run))]
    return sorted(compared, key=lambda entry: (-_value(entry, by), entry.seconds))


def rankings(listed: Sequence[Entry]) -> list[list[Entry]]:
    """Returns the entries of each data set, in the same order. MNIST comes first, then the others by name."""
    by_data = defaultdict(list)
    for entry in listed:
        # A file may have been uploaded under several names. A run from an old version has no SHA-256.
        by_data[entry.data.sha256 or entry.data.name].append(entry)
    return sorted(by_data.values(), key=lambda ranked: (not ranked[0].data.is_mnist, ranked[0].data.name))


def places(ranked: Sequence[Entry], by: str) -> list[int]:
    """Returns the place of each entry of a ranking, from 1. Equal results share a place."""
    values = [_value(entry, by) for entry in ranked]
    return [values.index(value) + 1 for value in values]


def _value(entry: Entry, by: str) -> float:
    # Rounded, because equal results may have been stored with different last digits.
    return round(entry.accuracy if by == ACCURACY else entry.per_kilobyte, 6)


@st.fragment(run_every=_REFRESH_SECONDS)
def leaderboard() -> None:
    """Shows the leaderboard, and refreshes it every two seconds."""
    with errors.errors_in_words():
        runs = store.all_runs()
        by = st.session_state.get(_ORDER) or ACCURACY
        listed = entries(runs, by)
        with st.container(key="leaderboard-controls", horizontal=True, vertical_alignment="center"):
            st.subheader("Leaderboard", anchor=False, width="content")
            is_tested = bool(listed) and _order_and_test()
        if listed:
            _tables(listed, by, is_tested)
            st.caption(_COLUMNS)
        else:
            st.info("Runs appear here when they have a name. Press “Rename” on the Train page to give one.")
        if words := _not_listed(runs, len(listed)):
            st.caption(words)


def _order_and_test() -> bool:
    """Shows the choice of the order and the button for test results. Returns whether to show the results."""
    st.segmented_control(
        "Sort by",
        (ACCURACY, PER_KILOBYTE),
        default=ACCURACY,
        key=_ORDER,
        required=True,
        label_visibility="collapsed",
    )
    return _test_button()


def _tables(listed: Sequence[Entry], by: str, is_tested: bool) -> None:
    has_start = any(entry.start for entry in listed)
    with st.container(key="leaderboard-tables"):
        for ranked in rankings(listed):
            if len(ranked) < len(listed) or not ranked[0].data.is_mnist:
                st.markdown(f"**{text.escaped(ranked[0].data.name)}**")
            _table(ranked, by, has_start, is_tested)


def _table(ranked: Sequence[Entry], by: str, has_start: bool, is_tested: bool) -> None:
    shown = list(zip(places(ranked, by), ranked, strict=True))[:_MAX_SHOWN]
    tables.table([_row(place, entry, has_start, is_tested) for place, entry in shown])
    if len(ranked) > _MAX_SHOWN:
        st.caption(f"The best {_MAX_SHOWN} of {len(ranked)}.")


def _not_listed(runs: Sequence[Run], num_listed: int) -> str:
    """Returns why some of the users' runs are not listed; "" if all are.

    If no run is listed, runs without a name are not mentioned: the page already says that a run needs one.
    """
    users = [run for run in runs if not run.shipped]
    num_named = sum(run.name() != run.id for run in users)
    # Whether a run without a name can be compared is not checked: that would load its network.
    num_nameless, num_left_out = len(users) - num_named, num_named - num_listed
    sentences = []
    if num_nameless and num_listed:
        sentences.append(
            f"{num_nameless} without a name (press “Rename” on the Train page)",
        )
    if num_left_out:
        sentences.append(
            f"{num_left_out} with a name, but not comparable (no finished epoch yet, validated on the"
            " test images, the same answer to everything, or damaged)"
        )
    return f"Runs that are not listed: {', and '.join(sentences)}." if sentences else ""


def _test_button() -> bool:
    """Shows the button for the results on the test set, and returns whether they are shown."""
    is_shown = st.session_state.get(session.IS_TESTED, False)
    st.button(
        "Hide test results" if is_shown else "Show test results",
        # With a key for each state, the second click of a double click does not hide the results again.
        key=f"leaderboard-test-{is_shown}",
        icon=":material/visibility_off:" if is_shown else ":material/fact_check:",
        on_click=_show_test,
        args=(not is_shown,),
        help="How many of the test images each network reads right. These numbers must not decide which"
        " network is chosen, so show them last.",
    )
    return is_shown


def _show_test(is_shown: bool) -> None:
    st.session_state[session.IS_TESTED] = is_shown


def _entry(run: Run) -> Entry | None:
    if run.shipped or run.name() == run.id:
        return None
    history = run.history()
    try:
        accuracy = validation.network_accuracy(run)
        recipe = run.recipe()
        if recipe.validation == "test" or accuracy is None or networks.only_answer(run):
            return None
        facts, num_bytes = run_data.facts(run), run.model_path.stat().st_size
    except (OSError, ValueError):
        # The Train page says what is damaged.
        return None
    seconds = float(history["seconds"].to_numpy().sum())
    return Entry(run, accuracy, num_bytes, seconds, facts, _start(recipe))


def _start(recipe: Recipe) -> str:
    if not recipe.starts_from:
        return ""
    try:
        return run_label(store.find(recipe.starts_from))
    except ValueError:
        # The run was deleted.
        return recipe.starts_from


def _row(place: int, entry: Entry, has_start: bool, is_tested: bool) -> tables.Row:
    start = {"Started from": tables.Cell(entry.start or "random weights", "left")} if has_start else {}
    return {
        "Place": str(place),
        "Name": tables.Cell(entry.run.name(), "name left"),
        **start,
        "Validation": text.percent_text(entry.accuracy),
        **({"Test": _test(entry.run)} if is_tested else {}),
        "Size in bits": f"{8 * entry.num_bytes:,}",
        "% per kB": f"{entry.per_kilobyte:.1f}",
        "Time": text.duration_text(entry.seconds),
    }


def _test(run: Run) -> str:
    """Returns the accuracy on the test set as text: "…" while it is measured, or the error if that fails.

    It is "–" for a run that has not finished. A finished run that was not tested yet is tested now, in the
    background.
    """
    if run.status().state != "finished":
        return "–"
    try:
        result = run.test()
        if result is None:
            future = final_test(run)
            if not future.done():
                return "…"
            result = future.result()
        return text.share_text(result["num_correct"], result["num_images"])
    except (OSError, ValueError) as error:
        return error_text(error)
