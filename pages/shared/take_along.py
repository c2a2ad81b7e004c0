"""Shows a menu with downloads of a network, to use it without the app."""

from collections.abc import Callable
from mimetypes import guess_type

import streamlit as st

from bnn.runs.run import Run
from bnn.system.commands import typed_command


def take_along(run: Run) -> None:
    """Shows the menu for a run's network. It cannot be opened if the run has no network yet."""
    has_network = run.model_path.is_file()
    with (
        st.popover("Take it along", icon=":material/ios_share:", key="take-along", disabled=not has_network),
        st.container(key="take-along-menu", gap="small", width=340),
    ):
        st.markdown("Use this network without the app:")
        _page_button(run)
        _sources_button(run)
        with st.expander("For experts"):
            # There are no buttons for these models: they need TensorFlow, which the server never loads.
            st.caption("The command line also writes a Keras or TensorFlow Lite model:")
            command = typed_command("export", run.id, "--to", "keras", "-o", "network.keras")
            st.code(command, language=None)


def _page_button(run: Run) -> None:
    _download_button(
        "A web page in one file",
        lambda: _page(run),
        f"{run.id}.html",
        key="take-html",
        icon=":material/smartphone:",
        help="Draw on it with a phone or any browser. It needs no server and no network connection.",
    )


def _sources_button(run: Run) -> None:
    _download_button(
        "C code for a microcontroller",
        lambda: _sources(run),
        f"{run.id}-c.zip",
        key="take-c",
        icon=":material/memory:",
        help="C99 code that needs no library except the math library of C. It contains the weights of the"
        " network as constants.",
    )


def _download_button(
    label: str, make: Callable[[], bytes], file_name: str, *, key: str, icon: str, help: str
) -> None:
    """Shows a button that makes and downloads a file. The file is made after the click."""
    st.download_button(
        label,
        make,
        file_name=file_name,
        mime=guess_type(file_name)[0],
        key=key,
        on_click="ignore",
        icon=icon,
        width="stretch",
        help=help,
    )


def _page(run: Run) -> bytes:
    from bnn.export.html import to_html

    return to_html(run).encode()


def _sources(run: Run) -> bytes:
    from bnn.export.c import to_zip

    return to_zip(run)
