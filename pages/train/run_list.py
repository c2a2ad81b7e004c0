"""The part of the Train page that lists the runs and looks after the one shown; apart, for the page is long enough."""

import streamlit as st

from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from pages.shared import errors, run_picker, run_state, tables, text
from pages.train.recipe_form import changed_label


def run_list(everything: list[Run], shown: Run | None) -> None:
    """All runs in a table, the one shown marked."""
    st.subheader("All runs", anchor=False)
    if not everything:
        st.caption("None yet.")
        return
    rows = [_row(run) for run in everything]
    classes = ["chosen" if shown and run.id == shown.id else "" for run in everything]
    tables.table(rows, row_classes=classes)
    if any(str(row["Validation"]).endswith("*") for row in rows):
        st.caption("\\* validated on the test digits themselves, as in the founding report")


def caretaker(run: Run) -> None:
    """Rename, download and delete a run."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if not run.shipped:
            _name(run)
        _download(run)
        if not run.shipped:
            _delete(run)
    st.caption(f"On the command line this run is `{run.id}`.")


def best_accuracy(run: Run) -> float | None:
    """The best validation accuracy so far."""
    accuracies = run.history()["validation_accuracy"]
    return float(accuracies.max()) if len(accuracies) else None


def _row(run):
    status, history, test = run.status(), run.history(), run.test()
    try:
        recipe = run.recipe()
        name, epochs = changed_label(recipe), recipe.epochs
        mark = " *" if recipe.validation == "test" and len(history) else ""
    except ValueError:
        name, epochs, mark = "cannot be read", "?", ""
    has_network = run.model_path.is_file()
    return {
        "Run": tables.Cell(run_picker.run_label(run), "name"),
        "State": tables.Cell(run_state.STATE_WORDS[status.state], f"left state {status.state}"),
        "Recipe": tables.Cell(name, "left"),
        "Epochs": f"{len(history)} of {epochs}",
        "Validation": text.percent_text(best_accuracy(run)) + mark,
        "Test": text.percent_text(test["accuracy"] if test else None),
        "Size": text.bytes_text(run.model_path.stat().st_size) if has_network else "–",
        "Time": text.duration_text(history["seconds"].sum()) if len(history) else "–",
    }


def _name(run):
    given = "" if run.name() == run.id else run.name()
    # A form: a button beside a plain text field hears the first click only as the end of typing.
    with (
        st.form(f"naming-{run.id}", border=False, width="content"),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        label = run_picker.run_label(run)
        st.text_input("A name for the run shown", given, key=f"name-{run.id}", placeholder=label, width=320)
        # With the run's id: a click that comes late, when another run is shown, is still about this one.
        st.form_submit_button("Rename", key=f"rename-{run.id}", on_click=_rename, args=(run,))


def _rename(run):
    with errors.errors_in_words():
        store.rename(run, st.session_state[f"name-{run.id}"])


def _download(run):
    if run.model_path.is_file():
        st.download_button(
            "Download the network",
            run.model_path.read_bytes(),
            file_name=f"{run.id}.safetensors",
            mime="application/octet-stream",
            key="download",
            on_click="ignore",
            icon=":material/download:",
            help="The packed network: one bit a weight, in a safetensors file.",
        )


def _delete(run):
    is_active = run.status().state in ACTIVE
    if st.button("Delete …", key="delete", disabled=is_active, help="Stop it first." if is_active else None):
        _ask_and_delete(run)


# A dialog, for it is gone with the run: what stays open would offer the next run to the second of two clicks.
@st.dialog("Delete this run?")
def _ask_and_delete(run):
    st.markdown(
        f"Delete **{text.plain(run_picker.run_label(run))}** with everything it has learnt? This cannot be undone."
    )
    if st.button("Yes, delete it", key=f"delete-{run.id}", type="primary"):
        with errors.errors_in_words():
            store.delete(run)
            # So that nobody is told what they have just done.
            del st.session_state.run_shown
            st.rerun()
