"""One-Bit Lab: train, test and draw for binary neural networks. Start with `streamlit run app.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from pages.shared import network_files, stale, warm_up


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepares the server process once, before its first visitor."""
    stale.drop_requests()
    warm_up.warm_up()
    yield


app = st.App(
    "pages/site.py",
    lifespan=lifespan,
    routes=[network_files.route(st.get_option("server.baseUrlPath"))],
)
