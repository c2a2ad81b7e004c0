"""Teaches a network the lesson: starts a run, and shows its progress and what it has learnt."""

from collections.abc import Iterable, Sequence

import streamlit as st

from bnn.data import files
from bnn.recipes.presets import preset
from bnn.runs import store, trainings
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from pages.shared import errors, phones, session, take_along
from pages.shared.refusals import refusals, show_refusal
from pages.teach.lesson import lesson

# The recipe of the runs that this page starts.
RECIPE = "symbols"
# The name of the data file with which this page starts a run.
FILE_NAME = "signs.jsonl"
_REFRESH_SECONDS = 0.5
# The key of the button Stop. Under this name, `refusals` keeps its error.
_STOP = "stop-teaching"
# The two options of the switch on the page: drawings become examples, or the network reads them.
DRAW, TRY = "Draw examples", "Try it"


def teach_button(missing: Sequence[str], hints: Sequence[str], is_next: bool) -> None:
    """Shows the button that starts a run on the visitor's examples. During a training, shows its progress.

    Args:
        missing: sentences about what must be drawn before the run can start, in Markdown.
        hints: sentences about what would be better.
        is_next: whether the button is the next thing to press, so that it stands out.
    """
    if is_learning():
        st.fragment(_progress, run_every=_REFRESH_SECONDS)()
        return
    st.button(
        "Teach",
        key="teach",
        type="primary" if is_next else "secondary",
        icon=":material/school:",
        disabled=bool(missing),
        on_click=_teach,
        help=" ".join(missing) or " ".join(["Trains a network, for about half a minute.", *hints]),
    )


def is_learning() -> bool:
    """Returns whether the newest run is being trained or waits for its turn."""
    return _is_active(newest_run())


def notice_end() -> None:
    """Chooses what to show if the newest run has ended since the page last looked.

    This may switch the control between `DRAW` and `TRY`. Streamlit allows that only before the control is
    shown, so the page must call this function first.
    """
    run = newest_run()
    if run is None:
        return
    state = run.status().state
    # The state is compared, too, because a run that has failed or was stopped may be resumed on Train.
    if state in ACTIVE or st.session_state.get(session.TEACH_SEEN) == (run.id, state):
        return
    if state == "finished":
        # From now on, the other pages show this network, too.
        st.session_state[session.CHOSEN_RUN] = run.id
        st.session_state[session.TEACH_MODE] = TRY
    # This line comes last: a click can abort the script at any access to `st.session_state`. The next rerun
    # then finds the end still unseen, and repeats the lines above.
    st.session_state[session.TEACH_SEEN] = (run.id, state)


def result() -> None:
    """Shows what the newest run has learnt, or why it has ended early."""
    with errors.errors_in_words():
        run = newest_run()
        if run is None or _is_active(run):
            return
        status = run.status()
        if status.state == "finished":
            _result(run)
        else:
            st.warning(f"The training has ended early ({status.state}). {status.message}")


def newest_run() -> Run | None:
    """Returns the lesson's newest run that still exists; None if there is none."""
    runs = existing_runs(lesson().runs)
    return runs[-1] if runs else None


def existing_runs(run_ids: Iterable[str | None]) -> list[Run]:
    """Returns the runs with these ids that still exist. Runs can also be deleted on the Train page."""
    runs = {run.id: run for run in store.all_runs()}
    return [runs[run_id] for run_id in run_ids if run_id in runs]


def taught_run() -> Run | None:
    """Returns the lesson's newest finished run, whose network can read drawings; None if there is none."""
    finished = [
        run
        for run in existing_runs(lesson().runs)
        if run.status().state == "finished" and run.model_path.is_file()
    ]
    return finished[-1] if finished else None


def delete_runs() -> None:
    """Deletes all runs of this visitor's lessons, with the drawings in them.

    Raises:
        ValueError: if a run is still being trained; this also asks it to stop.
        OSError: if a folder cannot be deleted.
    """
    for run in existing_runs(st.session_state.get(session.TAUGHT_RUNS, [])):
        if _is_active(run):
            trainings.stop(run)
            raise ValueError("the training is being stopped: press the button again in a moment")
        store.delete(run)
    lesson().runs.clear()
    st.session_state[session.TAUGHT_RUNS] = []
    st.session_state.pop(session.TEACH_MODE, None)
    st.session_state.pop(session.TAUGHT_BEFORE, None)


def _teach() -> None:
    mine, taught = lesson(), st.session_state.setdefault(session.TAUGHT_RUNS, [])
    if is_learning():
        # The second click of a double click.
        return
    with refusals(session.LESSON):
        data = files.parse(mine.to_file().encode(), FILE_NAME)
        run = trainings.start(preset(RECIPE), data=data)
        mine.runs.append(run.id)
        mine.keep(run.id)
        taught.append(run.id)


def _progress() -> None:
    with errors.errors_in_words():
        run = newest_run()
        if run is None or (status := run.status()).state not in ACTIVE:
            # The whole page must rerun: the Teach button must come back, and the desk (`pages.teach.desk`)
            # must use the new network, if there is one.
            st.rerun()
        with st.container(gap="xsmall"):
            _progress_and_stop(run, status)


def _progress_and_stop(run: Run, status: Status) -> None:
    with st.container(key="teach-progress", horizontal=True, vertical_alignment="center"):
        st.button("Stop", key=_STOP, icon=":material/stop:", on_click=_stop, args=(run,))
        # There is room for one line, so details in parentheses are left out.
        words = (status.message or "Learning your signs").partition(" (")[0]
        st.progress(status.fraction_done, words)
    show_refusal(None if run.stop_path.exists() else _STOP, is_refreshed=True)


def _stop(run: Run) -> None:
    with refusals(_STOP):
        trainings.stop(run)


def _result(run: Run) -> None:
    test = run.test()
    if test:
        is_trying = st.session_state.get(session.TEACH_MODE) == TRY
        is_chosen = st.session_state.get(session.CHOSEN_RUN) == run.id
        st.markdown(
            "Of the drawings kept aside for the test, the network reads"
            f" **{test['num_correct']} of {test['num_images']}** right."
            + (" Draw one of these signs above, and see whether the network reads it." if is_trying else "")
            + (" The other pages show this network, too." if is_chosen else "")
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        take_along.take_along(run)
        phones.phones(run)


def _is_active(run: Run | None) -> bool:
    return run is not None and run.status().state in ACTIVE
