"""One-Bit Lab: train, test and draw for binary neural networks. Start with `streamlit run app.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from pages.shared import errors, network_files, warm_up


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepares the server process once, before its first visitor."""
    warm_up.warm_up()
    yield


app = st.App(
    "pages/site.py",
    lifespan=lifespan,
    routes=[network_files.route(st.get_option("server.baseUrlPath"))],
    on_script_error=errors.show_unexpected,
)
