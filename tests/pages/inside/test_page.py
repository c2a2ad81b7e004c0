"""The Inside page without a run, and with a damaged network."""

from streamlit.testing.v1 import AppTest

from tests.support.inside_page import open_page
from tests.support.project import PROJECT


def test_page_without_any_run_says_what_to_do():
    assert len(open_page().info) == 1


def test_damaged_network_is_reported_in_one_sentence(make_run):
    make_run().model_path.write_bytes(b"no network")
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60).run()
    assert not page.exception
    assert "no packed network" in page.error[0].value
