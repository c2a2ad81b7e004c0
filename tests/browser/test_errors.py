"""How pages show errors: an unexpected error as one sentence, and the error of a button beside the button.

The traceback of an unexpected error goes to the log.
"""

import pytest
from playwright.sync_api import expect

from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from tests.support import chromium, drawing_hand
from tests.support.app_server import Server
from tests.support.run_content import living_status

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


def test_error_of_learn_my_hand_is_beside_the_button(open_page, add_run, server):
    run_id = "20260131-094500-quick"
    add_run("quick", run_id)
    page = open_page(f"?run={run_id}")
    drawing_hand.draw(page, 3)
    page.locator(".st-key-right button").click()
    learn = page.locator(".st-key-learn-now button")
    expect(learn).to_be_visible()
    (server.runs_root / run_id / "recipe.json").write_text("{")
    learn.click()
    expect(page.locator(".st-key-feedback [data-testid=stAlert]")).to_be_in_viewport(ratio=1)


def test_error_of_resume_stays_beside_the_button_while_the_page_refreshes(open_page, add_run, server):
    stopped, living = (Run(run_id, server.runs_root / run_id) for run_id in ("20260131-094500-quick", "a"))
    for run in (stopped, living):
        add_run("quick", run.id)
    stopped.write_status(Status("stopped", epoch=1, num_epochs=3))
    living.write_status(living_status(epoch=1, num_epochs=3))
    # To resume a run, the app deletes its stop file. Here, a folder is in the file's place, so this fails.
    stopped.stop_path.mkdir()
    page = open_page(f"train?run={stopped.id}")
    page.locator(".st-key-resume button").click()
    error = page.locator(".st-key-learning [data-testid=stAlert]")
    expect(error).to_be_in_viewport(ratio=1)
    for name in ("Ann", "Ben"):
        write_atomically(stopped.folder / "name.txt", name)
        expect(page.locator(".status b")).to_have_text(name)
        expect(error).to_be_in_viewport(ratio=1)
