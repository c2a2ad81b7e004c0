"""The Train page without a browser: a run is deleted only after a question."""

from streamlit.testing.v1 import AppTest

from bnn.engine.file import MAX_FILE_BYTES
from tests.support.pages import button_keys, click, open_page, picker
from tests.support.project import PROJECT


def test_delete_asks_first(make_run):
    """The question is answered in the browser tests, because AppTest cannot rerun a dialog alone."""
    run, other = make_run(), make_run()
    page = open_page("train")
    picker(page, "run_shown").select(run.id).run()
    click(page, "delete")
    assert any("cannot be undone" in text.value for text in page.markdown)
    assert page.button(key=f"delete-{run.id}")
    assert not [button for button in page.button if button.key == f"delete-{other.id}"]
    assert run.folder.exists()


def test_dialog_stays_open_while_the_page_reruns_and_closes_with_cancel(make_run):
    run = make_run()
    page = click(open_page("train"), "delete")
    # The page reruns by itself when another run begins an epoch.
    page.run()
    page = click(page, f"keep-{run.id}")
    assert f"delete-{run.id}" not in button_keys(page)
    assert run.folder.exists()


def test_question_of_delete_is_forgotten_on_another_page(make_run):
    """The browser's Back button also closes the question, and opens the page before."""
    make_run()
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60)
    page.query_params["tour"] = "off"
    page.run()
    for is_asked in (True, False):
        page.switch_page("train/page.py").run()
        if is_asked:
            click(page, "delete")
            page.run()
        assert any("cannot be undone" in text.value for text in page.markdown) == is_asked
        page.switch_page("evaluate/page.py").run()


def test_damaged_run_is_reported_and_can_be_deleted(make_run):
    run = make_run()
    (run.folder / "recipe.json").write_text("{")
    (run.folder / "history.csv").write_bytes(b"\xff\x00")
    page = open_page("train")
    assert len(page.error) == 1
    assert click(page, "delete").button(key=f"delete-{run.id}")


def test_run_with_an_unreadable_network_can_be_deleted(make_run):
    run = make_run(state="stopped")
    with run.model_path.open("wb") as file:
        # The file is too large to be a network, and takes no space on the disk.
        file.truncate(MAX_FILE_BYTES + 1)
    page = open_page("train")
    assert not page.button(key="resume").disabled
    assert page.get("vega_lite_chart")
    assert click(page, "delete").button(key=f"delete-{run.id}")
