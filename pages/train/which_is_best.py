"""Shows the runs of a sweep on the Train page: which settings are best. Nothing is shown without a sweep."""

from collections.abc import Sequence

import streamlit as st

from bnn.recipes.recipe import Recipe
from bnn.runs import sweeps
from bnn.runs.labels import run_label, run_labels
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.runs.sweeps import Place, Sweep
from bnn.system.commands import typed_command
from pages.shared import run_state, session, tables, text
from pages.train import sweep_chart
from pages.train.run_list import size_text
from pages.train.sweep_chart import Line

_CHART = "sweep-chart"
_MEASURES = {"validation_accuracy": "validation", "validation_loss": "validation loss"}


def which_is_best(runs: Sequence[Run], shown: Run | None) -> None:
    """Shows a chart and a table of the runs of a sweep, and lets the visitor open one of them.

    Args:
        runs: all runs.
        shown: the run that the page shows above.
    """
    runs_by_sweep = sweeps.all_sweeps(runs)
    if not runs_by_sweep:
        return
    words = (
        "A sweep trains a recipe with every combination of given values of its settings:"
        f" `{typed_command()} sweep`."
    )
    st.subheader("Which is best?", anchor=False, help=words)
    sweep_runs = runs_by_sweep[_choose_sweep(list(runs_by_sweep))]
    # If this is None, the sweep was deleted or damaged just now.
    if sweep := sweeps.sweep_of(sweep_runs[0]):
        _sweep(sweep, sweep_runs, shown)


def _sweep(sweep: Sweep, sweep_runs: Sequence[Run], shown: Run | None) -> None:
    places = sweeps.ranking(sweep_runs, sweep.best_of)
    best = sweeps.winner(places)
    st.caption(_summary(sweep, sweep_runs, best))
    # The seed has no axis: runs that differ only in the seed share a place in the ranking. `validation` has
    # none either: it is the same in all runs of a sweep.
    names = [name for name in sweep.over if name not in ("seed", "validation")]
    axes = [*(name.replace("_", " ") for name in names), _MEASURES[sweep.best_of]]
    lines = _lines(places, names, sweep)
    _chart([lines[run.id] for run in sweep_runs], axes, best, shown)
    _table(places, lines, axes, "seed" in sweep.over, shown)
    _open(sweep_runs, shown)


def _chart(lines: Sequence[Line], axes: Sequence[str], best: Run | None, shown: Run | None) -> None:
    turn = st.session_state.get(session.NUM_SWEEP_CHOICES, 0)
    table = sweep_chart.points(lines, axes, best and best.id, shown and shown.id, turn)
    if len(table):
        ids = [line.run_id for line in lines]
        st.vega_lite_chart(
            table,
            sweep_chart.parallel(axes),
            key=_CHART,
            on_select=lambda: _choose(ids),
            selection_mode="line",
        )


def _choose_sweep(ids: list[str]) -> str:
    if len(ids) == 1:
        return ids[0]
    return st.selectbox("Sweep", ids, key="sweep", persist_state="session", filter_mode=None)


def _summary(sweep: Sweep, runs: Sequence[Run], best: Run | None) -> str:
    states = [run.status().state for run in runs]
    num_ended = sum(state not in ACTIVE for state in states)
    # At its end, a sweep still holds its lock for a moment, and the page may not rerun after that moment. So
    # the lock is not checked when all runs are there.
    is_going_on = len(runs) < sweep.num_runs and sweeps.is_going_on(sweep.id)
    # After a sweep, missing trainings are not counted: they were deleted or never begun.
    num_runs = sweep.num_runs if is_going_on else len(runs)
    noun = "training has" if num_runs == 1 else "trainings have"
    words = f"{num_ended} of {num_runs} {noun} ended.{_failures(states)}"
    if best is None and not is_going_on and num_ended == num_runs:
        return f"{words} None is finished, so there is no best one."
    if best is None:
        return f"{words} The best one is known when one of them is finished."
    test = best.test()
    label = text.escaped(run_label(best))
    sentence = f"{words} The best one is {label}."
    return (
        f"{sentence} It reads {text.percent_text(test['accuracy'])} of the test images right."
        if test
        else sentence
    )


def _failures(states: Sequence[str]) -> str:
    num_failed = sum(state in ("failed", "interrupted") for state in states)
    verb = "was" if num_failed == 1 else "were"
    return f" {num_failed} failed or {verb} interrupted." if num_failed else ""


def _lines(places: Sequence[Place], names: Sequence[str], sweep: Sweep) -> dict[str, Line]:
    """Returns the line of each run, by its id."""
    return {
        run.id: _line(run, names, sweep.best_of, value, seconds)
        for place in places
        for run, value, seconds in zip(place.runs, place.values, place.seconds, strict=True)
    }


def _line(run: Run, names: Sequence[str], best_of: str, value: float | None, seconds: float) -> Line:
    try:
        recipe = run.recipe()
        settings = tuple(_setting(recipe, name) for name in names)
    except ValueError:
        settings = ("?",) * len(names)
    return Line(run.id, run_label(run), settings, value, _value_text(value, best_of), seconds)


def _setting(recipe: Recipe, name: str) -> str:
    value = getattr(recipe, name)
    if name == "stages":
        return " | ".join(", ".join(map(str, stage)) for stage in value) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value) or "none"


def _value_text(value: float | None, best_of: str) -> str:
    if value is None or best_of == "validation_accuracy":
        return text.percent_text(value)
    return f"{value:.3f}"


def _table(
    places: Sequence[Place], lines: dict[str, Line], axes: Sequence[str], has_seeds: bool, shown: Run | None
) -> None:
    rows, classes = [], []
    for number, place in enumerate(places, start=1):
        for run in place.runs:
            rows.append(_row(f"{number}", run, lines[run.id], axes, has_seeds))
            classes.append("chosen" if shown and run.id == shown.id else "")
    tables.table(rows, row_classes=classes)


def _row(place: str, run: Run, line: Line, axes: Sequence[str], has_seeds: bool) -> tables.Row:
    status = run.status()
    cells = {axis[0].upper() + axis[1:]: cell for axis, cell in zip(axes, line.settings, strict=False)}
    seed = {"Seed": _seed(run)} if has_seeds else {}
    state = "stopped early" if status.stopped_early else run_state.STATE_WORDS[status.state]
    return {
        "Place": place,
        **cells,
        **seed,
        "Run": tables.Cell(line.label, "name left"),
        "State": tables.Cell(state, f"left state {status.state}"),
        axes[-1][0].upper() + axes[-1][1:]: line.value_text,
        "Size": size_text(run),
        "Time": text.duration_text(line.seconds) if line.value is not None else "–",
    }


def _seed(run: Run) -> str:
    try:
        return str(run.recipe().seed)
    except ValueError:
        return "?"


def _open(runs: Sequence[Run], shown: Run | None) -> None:
    """Shows a box in which the visitor chooses a run, as by a press on a point of the chart."""
    labels = run_labels(runs)
    # The box is empty again after a choice. The chosen run then stands in the box "Run shown".
    key = f"open-sweep-{st.session_state.get(session.NUM_SWEEP_CHOICES, 0)}"
    st.selectbox(
        "Show a run of this sweep above",
        [run_id for run_id in labels if shown is None or run_id != shown.id],
        index=None,
        format_func=labels.__getitem__,
        key=key,
        placeholder="Choose a run, or press a point in the chart",
        on_change=lambda: _show(st.session_state[key], labels),
    )


def _choose(ids: Sequence[str]) -> None:
    points = st.session_state[_CHART].selection.get("line", [])
    _show(points[0].get("run") if points else None, ids)


def _show(run_id: object, ids: Sequence[str] | dict[str, str]) -> None:
    # The value comes from the browser. A value that names no run of the sweep is ignored.
    if isinstance(run_id, str) and run_id in ids:
        st.session_state[session.RUN_SHOWN] = run_id
        st.session_state[session.NUM_SWEEP_CHOICES] = st.session_state.get(session.NUM_SWEEP_CHOICES, 0) + 1
