"""The app as a whole: its first page, pages without any run, what a link can hide, and keys of widgets."""

import ast
from collections import Counter

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages.shared import head, long_addresses, session
from tests.support.pages import open_page
from tests.support.project import PROJECT


def test_app_opens_on_the_draw_page():
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "Draw a digit"


@pytest.mark.parametrize("prefix", ["", "/lab"])
@pytest.mark.parametrize("rest", ["extra?run=quick", "a/b?run=quick", "?run=quick"])
def test_address_that_goes_on_after_the_name_of_a_page_leads_to_the_page(prefix, rest):
    browser = TestClient(Starlette(routes=long_addresses.routes(prefix)), follow_redirects=False)
    answer = browser.get(f"{prefix}/train/{rest}")
    assert answer.is_redirect
    assert answer.headers["Location"] == f"{prefix}/train?run=quick"
    # Streamlit's scripts ask for such an address to find out where the app is. They must not find it here.
    assert browser.get(f"{prefix}/train/_stcore/health").status_code == 404


def test_long_addresses_lead_to_every_page_except_the_first():
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60).run()
    assert {"", *long_addresses.PAGES} == {linked.url_path for linked in page.session_state.pages}


@pytest.mark.parametrize("name", ["draw", "train", "evaluate"])
def test_page_without_any_run_says_what_to_do(name):
    page = open_page(name)
    assert len(page.info) == 1
    assert not page.error


@pytest.mark.parametrize("link, is_shown", [({}, True), ({"nav": "off"}, False)])
def test_link_can_hide_the_navigation(make_run, link, is_shown):
    make_run()
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert bool(page.session_state.pages) == is_shown


def test_every_file_of_the_style_sheet_is_loaded():
    files = {path.stem for path in (PROJECT / "pages/shared/style").glob("*.css")}
    assert sorted(head.STYLE_FILES) == sorted(files)


def test_link_can_turn_the_tour_off(make_run):
    make_run()
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60)
    page.query_params["tour"] = "off"
    page.run()
    assert not page.exception
    assert page.session_state.tour_off


def test_every_widget_has_its_own_key():
    """The pages share one session state, so two widgets with the same key would overwrite each other."""
    counts, picker_keys = Counter(), set()
    for path in (PROJECT / "pages").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        picker_keys |= {_key(call.args[2]) for call in calls if _makes_choice_box(call)}
        counts.update(_key(k.value) for call in calls for k in call.keywords if k.arg == "key")
    # Only keys that are written as texts can be compared. A variable may have a different value in each call.
    fixed = {key: count for key, count in counts.items() if key.startswith(("'", "f'"))}
    assert len(fixed) > 30
    assert [key for key, count in fixed.items() if count > 1] == []
    # Several pages may use the same key of a box, but no other widget may use it.
    assert not fixed.keys() & picker_keys


def _key(node):
    """Returns the source code of a key. For a constant of `session`, this is the source code of its value."""
    source = ast.unparse(node)
    if source.startswith("session."):
        return repr(getattr(session, source.removeprefix("session.")))
    return source


def _makes_choice_box(call):
    """Returns whether the function called makes a box for the key that is its third argument."""
    return ast.unparse(call.func).rpartition(".")[2] in ("run_picker", "choice_box")
