"""The app that `streamlit run app.py` starts: its pages, and its own routes beside Streamlit's.

Through the routes, browsers load packed networks, and phones load their page and send drawings. Other routes
redirect an address that goes on after the name of a page, such as /train/extra, to the page.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from pages.audience import posts
from pages.shared import (
    app_address,
    downloads,
    errors,
    long_addresses,
    network_files,
    pocket,
    quick_presses,
    warm_up,
)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepares the server for its first visitor, prints the addresses, and keeps downloads for a while."""
    quick_presses.take_all_presses()
    warm_up.warm_up()
    print(app_address.greeting(), flush=True)
    async with downloads.kept_for_a_while():
        yield


# Streamlit adds `server.baseUrlPath` only to its own addresses, so the routes below need it as a prefix.
base_path = st.get_option("server.baseUrlPath").strip("/")
prefix = f"/{base_path}" if base_path else ""
app = st.App(
    "pages/site.py",
    lifespan=lifespan,
    routes=[
        network_files.route(prefix),
        pocket.route(prefix),
        posts.route(prefix),
        *long_addresses.routes(prefix),
    ],
    on_script_error=errors.show_unexpected,
)
