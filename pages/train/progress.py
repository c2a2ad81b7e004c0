"""Shows one run on the Train page: its state, what it learns, its curves and its figures."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from bnn.runs import run_data, store, trainings
from bnn.runs.labels import run_label, run_labels
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from pages.shared import errors, run_picker, run_state, session
from pages.shared.labelled_choice import keep_choice
from pages.shared.refusals import refusals, show_refusal
from pages.train import curves, sight
from pages.train.result import only_answer, sentence
from pages.train.run_actions import run_actions
from pages.train.run_figures import run_figures

_REFRESH_SECONDS = 1.0
_MAX_COMPARED = 5
_LAST_SAVE = "from where it was last saved"
# Id, state and number of finished epochs of each run that is waiting or being trained.
_States = list[tuple[str, str, int]]


class Shown(NamedTuple):
    """What the page shows.

    Args:
        run: the run.
        compared: ids of the other runs whose curves are shown with those of `run`.
        refresh_seconds: seconds from one refresh to the next; None if no run waits or is trained.
    """

    run: Run
    compared: list[str]
    refresh_seconds: float | None


def progress(runs: list[Run]) -> Shown | None:
    """Shows the run that the visitor chooses, and compares its curve with those of other runs.

    Args:
        runs: all runs.

    Returns:
        What is shown, or None if there are no runs.
    """
    if not runs:
        st.info(
            "Nothing has been trained yet. Choose a recipe and press Start. The progress then appears here."
        )
        return None
    # The box that chooses the run is below the network that learns, but must come first in the script.
    live_place = st.container()
    with st.columns(2)[0]:
        busy = next((run.id for run in runs if run.status().state == "running"), None)
        shown = run_picker.run_picker("Run shown", runs, session.RUN_SHOWN, "train", first=busy)
    compared = _compared([run for run in runs if run.id != shown.id])
    run_actions(shown)
    states = _states(store.all_runs())
    refresh_seconds = _REFRESH_SECONDS if states else None
    with live_place:
        st.fragment(_live, run_every=refresh_seconds)(shown.id, compared, states)
    return Shown(shown, compared, refresh_seconds)


def _compared(others: Sequence[Run]) -> list[str]:
    """Returns the ids of the runs chosen in the box that `choose_compared` shows further down the page."""
    ids = [run.id for run in others]
    chosen = st.session_state.get(session.COMPARE, [])
    # A run that was deleted, or is now the shown one, is no longer compared.
    possible = [run_id for run_id in chosen if run_id in ids]
    if possible != chosen:
        st.session_state[session.COMPARE] = possible
    return possible


def choose_compared(runs: Sequence[Run], shown: Run) -> None:
    """Shows a box for the runs whose curves are shown with those of the shown run."""
    others = [run.id for run in runs if run.id != shown.id]
    # These are the labels among all runs, so that they stay the same when another run is shown.
    labels = run_labels(runs)
    keep_choice(session.COMPARE, labels)
    st.multiselect(
        "Compare with",
        others,
        format_func=labels.__getitem__,
        key=session.COMPARE,
        max_selections=_MAX_COMPARED,
        placeholder="other runs",
        persist_state="session",
        disabled=not others,
    )


def _states(runs: Sequence[Run]) -> _States:
    runs_and_statuses = [(run, run.status()) for run in runs]
    return [
        (run.id, status.state, len(run.history()))
        for run, status in runs_and_statuses
        if status.state in ACTIVE
    ]


def _live(run_id: str, compared: list[str], states: _States) -> None:
    with st.container(key="learning"), errors.errors_in_words():
        # A run may be deleted at any time, so each run is looked up only once.
        runs = {run.id: run for run in store.all_runs()}
        # If a state or an epoch has changed, the whole page must rerun, because other parts of it show these.
        # If a run that is shown here was deleted, the whole page must rerun to show others.
        if _states(list(runs.values())) != states or not {run_id, *compared} <= runs.keys():
            st.rerun()
        run = runs[run_id]
        status = run.status()
        _state(run, status)
        _stop_and_resume(run, status)
        st.progress(status.fraction_done)
        with st.container(key="sight"):
            sight.sight(run, status)
            _links(run)
        curves.accuracy([run, *(runs[each] for each in compared)])
        run_figures(run, status)


def _state(run: Run, status: Status) -> None:
    words, details, result = run_state.STATE_WORDS[status.state], "", ""
    if status.state in ACTIVE and run.stop_path.exists():
        words = "stopping"
    elif status.state == "queued":
        words = status.message.lower() or words
    elif status.state == "running" and not status.batch and not status.epoch:
        # The curve starts after some seconds. Until then, the page says what the training is doing.
        details = status.message or "Getting ready"
    elif status.state == "running":
        details = status.message or _round(run, status)
    elif status.state == "failed":
        details = status.message
    elif status.state == "interrupted":
        details = f"{_interruption(status)}. {_invitation(run, _LAST_SAVE)}"
    elif status.state == "finished":
        result = sentence(run)
    elif status.state == "stopped":
        details = _how_it_stopped(run, status)
    all_details = [part for part in (details, *_machine_and_note(status)) if part]
    is_blind = only_answer(run) is not None
    run_state.state_line(status.state, run_label(run), words, _joined(all_details), result, is_blind)


def _round(run: Run, status: Status) -> str:
    """Returns in plain words which epoch this is, and how many images it has."""
    words = f"Round (epoch) {status.epoch} of {status.num_epochs}"
    try:
        num_images = run_data.images_per_epoch(run)
    except (OSError, ValueError):
        # `data.json` is damaged.
        return words
    return f"{words}: {num_images:,}\u00a0images"


def _joined(parts: Sequence[str]) -> str:
    """Returns sentences and other parts as one text, with a comma after a part that is no sentence."""
    *first, last = parts or [""]
    return "".join(part + (" " if part.endswith(".") else ", ") for part in first) + last


def _machine_and_note(status: Status) -> tuple[str, str]:
    """Returns on which machine of a cluster the run was trained last, and the note in its status."""
    is_known = status.machine and trainings.cluster_notice()
    return f"on {status.machine}" if is_known else "", status.note


def _interruption(status: Status) -> str:
    # The cause is only known if the server that started the trainer was still running when the trainer ended.
    return _capitalized(status.message or "its process ended before the training was finished")


def _how_it_stopped(run: Run, status: Status) -> str:
    if status.message:
        # Something went wrong, such as a full disk. The message says whether anything is lost.
        return f"{_capitalized(status.message)}. {_invitation(run, _LAST_SAVE)}"
    if run.checkpoint_path.exists():
        kept = "What it has learnt is kept"
    else:
        # If an epoch had begun, an earlier trainer was killed before it saved anything, and the trainer after
        # it was stopped before it learnt anything.
        kept = "What it had learnt is lost" if status.epoch else "It had not begun to learn"
    return f"{kept}. {_invitation(run, 'from here')}"


def _invitation(run: Run, position: str) -> str:
    """Returns a sentence that says what Resume does. If anything is saved, it continues from `position`."""
    is_saved = run.checkpoint_path.exists()
    return f"Press Resume to {f'continue {position}' if is_saved else 'start again'}."


def _capitalized(words: str) -> str:
    return words[0].upper() + words[1:]


def _stop_and_resume(run: Run, status: Status) -> None:
    can_stop = status.state in ACTIVE and not run.stop_path.exists()
    can_resume = not run.shipped and status.state in ("stopped", "failed", "interrupted")
    with st.container(horizontal=True, key="stop-and-resume", gap="small"):
        st.button(
            "Stop",
            key="stop",
            icon=":material/stop:",
            disabled=not can_stop,
            on_click=_stop,
            args=(run,),
        )
        st.button(
            "Resume",
            key="resume",
            icon=":material/resume:",
            disabled=not can_resume,
            on_click=_resume,
            args=(run,),
        )
    button = "stop" if can_stop else "resume" if can_resume else None
    show_refusal(button and f"{button}-{run.id}", is_refreshed=True)


def _links(run: Run) -> None:
    """Shows the buttons that open other pages with the run's network."""
    with st.container(horizontal=True, key="run-links", gap="small"):
        _lead_to(run, "", "Open on Draw", "open-on-draw")
        _lead_to(run, "inside", "Look inside", "look-inside")


def _lead_to(run: Run, address: str, label: str, key: str) -> None:
    """Shows a button that opens another page with the run's network. Without a network, it is disabled."""
    page = next((page for page in st.session_state.get(session.PAGES, []) if page.url_path == address), None)
    if not page:
        return
    if st.button(label, key=key, disabled=not run.model_path.is_file()):
        st.session_state[session.CHOSEN_RUN] = run.id
        st.switch_page(page)


def _stop(run: Run) -> None:
    with refusals(f"stop-{run.id}"):
        trainings.stop(run)


def _resume(run: Run) -> None:
    with refusals(f"resume-{run.id}"):
        trainings.resume(run)
