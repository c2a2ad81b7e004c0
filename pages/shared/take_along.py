"""The menu that offers a network in other forms, to use away from the app."""

import streamlit as st

from bnn.runs.run import Run


def take_along(run: Run) -> None:
    """Show the menu for a run's network; nothing if it has none yet."""
    if not run.model_path.is_file():
        return
    with st.popover("Take it along", icon=":material/ios_share:", key="take-along"):
        st.markdown("Take this network with you:")
        st.download_button(
            "A web page in one file",
            lambda: _page(run),
            file_name=f"{run.id}.html",
            mime="text/html",
            key="take-html",
            on_click="ignore",
            icon=":material/smartphone:",
            width="stretch",
            help="Draw on it with a phone or any browser. It needs no server and no network connection.",
        )
        st.download_button(
            "C code for a microcontroller",
            lambda: _sources(run),
            file_name=f"{run.id}-c.zip",
            mime="application/zip",
            key="take-c",
            on_click="ignore",
            icon=":material/memory:",
            width="stretch",
            help="C99 without a library; the network's weights are constants in it.",
        )


# Both are made when somebody presses, so that the page does not wait for them.
def _page(run: Run) -> bytes:
    from bnn.export.html import to_html

    return to_html(run).encode()


def _sources(run: Run) -> bytes:
    from bnn.export.c import to_zip

    return to_zip(run)
