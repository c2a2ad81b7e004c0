"""Shows the actions for the chosen run on the Train page: rename, download, take along and delete."""

import streamlit as st

from bnn.engine.file import MAX_FILE_BYTES
from bnn.runs import store
from bnn.runs.labels import run_label
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system.files import read_bytes
from pages.shared import errors, session, text
from pages.shared.refusals import refusals, show_refusal
from pages.shared.take_along import take_along

_RENAME = "rename"
# The id of the run that the menu renames.
_RENAMED = "rename-run"
# The id of the run that the visitor is asked about in the dialog.
_ASKED = "asked-to-delete"


def run_actions(run: Run) -> None:
    """Shows the buttons for the run. An example run cannot be renamed or deleted."""
    # If the run was deleted elsewhere, the open menu must not rename the one that is shown instead.
    if st.session_state.get(_RENAMED, run.id) != run.id:
        st.session_state[_RENAME] = False
    st.session_state[_RENAMED] = run.id
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if not run.shipped:
            with st.popover("Rename", key=_RENAME, on_change="rerun"):
                _name(run)
        with errors.errors_in_words():
            _download(run)
            take_along(run)
        if not run.shipped:
            _delete(run)


def _name(run: Run) -> None:
    given = "" if run.name() == run.id else run.name()
    # A form is needed because beside a plain text field, the first click on a button only ends the typing.
    with (
        st.form(f"naming-{run.id}", border=False, width="content"),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        label = run_label(run)
        st.text_input("New name for this run", given, key=f"name-{run.id}", placeholder=label, width=320)
        # The key contains the run's id, so that a late click does not rename the run shown next.
        st.form_submit_button("Rename", key=f"rename-{run.id}", on_click=_rename, args=(run,))
    show_refusal(f"rename-{run.id}")


def _rename(run: Run) -> None:
    with refusals(f"rename-{run.id}"):
        store.rename(run, st.session_state[f"name-{run.id}"])
        # This closes the popover.
        st.session_state[_RENAME] = False
        st.toast(f"Its name is now **{text.escaped(run_label(run))}**.")


def _download(run: Run) -> None:
    has_network = run.model_path.is_file()
    st.download_button(
        "Download",
        # The file is read after the click.
        lambda: read_bytes(run.model_path, MAX_FILE_BYTES),
        file_name=f"{run.id}.safetensors",
        mime="application/octet-stream",
        key="download",
        on_click="ignore",
        icon=":material/download:",
        disabled=not has_network,
        help="The packed network, with one bit per weight, as a safetensors file. On the command line,"
        f" this run is {run.id}.",
    )


def _delete(run: Run) -> None:
    if "delete" not in st.session_state:
        # Streamlit keeps the state of a button only while the page shows it. So the last rerun did not show
        # the button: the visitor was on another page or at an example run. The dialog is not open any more.
        _forget_question()
    is_active = run.status().state in ACTIVE
    if st.button(
        "Delete …", key="delete", disabled=is_active, help="Stop the training first." if is_active else None
    ):
        st.session_state[_ASKED] = run.id
    # If the page reruns while the dialog is open, for example because another run is trained, the dialog
    # stays open.
    if st.session_state.get(_ASKED) == run.id:
        _ask_and_delete(run)


def _forget_question() -> None:
    st.session_state.pop(_ASKED, None)


# This is a dialog because a dialog closes after the deletion. A button on the page would then belong to the
# next run, and the second click of a double click would delete that run.
@st.dialog("Delete this run?", on_dismiss=_forget_question)
def _ask_and_delete(run: Run) -> None:
    label = text.escaped(run_label(run))
    st.markdown(f"Delete **{label}** and everything it has learnt? This cannot be undone.")
    with st.container(horizontal=True):
        if st.button("Cancel", key=f"keep-{run.id}"):
            _forget_question()
            st.rerun()
        if st.button("Yes, delete it", key=f"delete-{run.id}"):
            with errors.errors_in_words():
                store.delete(run)
                # Without this line, the page would warn that the shown run no longer exists.
                del st.session_state[session.RUN_SHOWN]
                _forget_question()
                st.rerun()
