"""The files of download buttons, which a browser loads some time after the click."""

import asyncio
from types import SimpleNamespace

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from pages.shared import downloads
from tests.support.visitor import in_own_loop

BUTTON = "place of the button"


@pytest.fixture
def manager(monkeypatch):
    """Streamlit's manager of the files that a server offers."""
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(downloads.runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=manager))
    return manager


def add_button(manager):
    return manager.add_deferred(lambda: "content", "text/plain", BUTTON)


def loaded(manager, address):
    """Returns what a browser gets at this address; None if the file was removed."""
    file = manager.read_file(address.rpartition("/")[2].partition(".")[0])
    return file and file.content


def test_file_can_be_loaded_after_several_runs_of_pages(manager):
    async def click_and_load():
        async with downloads.kept_for_a_while():
            shown = add_button(manager)
            # Before the click arrives, the page refreshes itself.
            add_button(manager)
            manager.remove_orphaned_files()
            address = manager.execute_deferred(shown)
            # Before the browser loads the file, other visitors draw.
            for _ in range(5):
                manager.remove_orphaned_files()
            return loaded(manager, address)

    assert in_own_loop(click_and_load()) == b"content"


def test_files_are_removed_after_a_while(manager, monkeypatch):
    monkeypatch.setattr(downloads, "KEPT_SECONDS", 0.0)

    async def click_and_wait():
        async with downloads.kept_for_a_while():
            address = manager.execute_deferred(add_button(manager))
            for _ in range(5):
                await asyncio.sleep(0)
            return loaded(manager, address)

    assert in_own_loop(click_and_wait()) is None
