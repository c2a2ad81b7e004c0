"""An unexpected error shows one sentence on the page; its traceback goes to the log."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium
from tests.support.app_server import Server

pytestmark = pytest.mark.browser
APP = """import streamlit as st
from pages.shared import errors
app = st.App("page.py", on_script_error=errors.show_unexpected)
"""
PAGE = """import streamlit as st
st.title("Before it")
raise ZeroDivisionError("a secret of the server")
"""


def test_unexpected_error_is_one_sentence_and_its_traceback_is_logged(new_page, tmp_path):
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "page.py").write_text(PAGE)
    server = Server(tmp_path, app=tmp_path / "app.py")
    page = new_page()
    chromium.visit(page, server.url)
    expect(page.get_by_role("heading", name="Before it")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_contain_text("Something went wrong on this page")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "secret" not in page.locator("body").inner_text()
    page.context.close()
    server.stop()
    assert "a secret of the server" in "".join(server.tracebacks())
