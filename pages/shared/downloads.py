"""Keeps the files of download buttons until browsers have loaded them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from streamlit import runtime

# A file is kept for at least this time after the click that made it.
KEPT_SECONDS = 10.0


@asynccontextmanager
async def kept_for_a_while() -> AsyncIterator[None]:
    """Every `KEPT_SECONDS`, removes the files that no page needs. Streamlit would do so after each rerun.

    If a button has a function instead of data, Streamlit makes the file after the click, and then counts it
    as not needed. The second clean-up removes such a file. With several visitors, this often happened before
    the browser could load the file. On a page that refreshes itself, a download often failed even earlier:
    each rerun gives the button a new id. The browser may still send the old id, which the server no longer
    knows.
    """
    manager = runtime.get_instance().media_file_mgr
    task = asyncio.create_task(_repeat(manager.remove_orphaned_files))
    manager.remove_orphaned_files = lambda: None
    try:
        yield
    finally:
        task.cancel()


async def _repeat(clean_up: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(KEPT_SECONDS)
        clean_up()
