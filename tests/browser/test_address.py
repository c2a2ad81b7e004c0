"""`address.js`, the script that writes addresses and follows moves, in a browser without the app's server."""

import pytest

from tests.support import address_alone

pytestmark = pytest.mark.browser


@pytest.fixture
def page(new_page):
    """A page with the script, and a link to a chapter. Time passes only in `clock.run_for`."""
    page = new_page()
    page.clock.install(time=0)
    address_alone.load(page)
    address_alone.start(page)
    # A move is sent again after a second. On a busy machine, a second can pass between two lines of a test.
    page.clock.pause_at(3600)
    return page


def test_link_and_back_are_followed_while_the_component_is_replaced(page):
    # This component ends at once (the last `()`), so that none is there when the link is clicked.
    page.evaluate("show('?step=way', 0)()")
    page.get_by_role("link", name="7").click()
    assert page.evaluate("location.search") == "?step=neuron"
    # The next component still has the server's old data. It reports the move that could not be reported
    # before.
    assert page.evaluate("(show('?step=way', 0), moves)") == [["?step=neuron", 1]]
    assert page.evaluate("location.search") == "?step=neuron"
    assert page.evaluate("(show('?step=neuron', 1), moves)") == [["?step=neuron", 1]]
    # The same holds for the browser's Back.
    page.evaluate("show('?step=neuron', 1)()")
    page.go_back()
    assert page.evaluate("(show('?step=neuron', 1), moves)") == [["?step=neuron", 1], ["?step=way", 2]]
    assert page.evaluate("location.search") == "?step=way"


def test_move_is_repeated_until_the_server_has_answered_it(page):
    page.evaluate("void show('?step=way', 0)")
    page.get_by_role("link", name="7").click()
    page.clock.run_for(4_000)
    assert page.evaluate("moves") == [["?step=neuron", 1]] * 3
    # The server answers, and then the visitor goes back.
    page.evaluate("void show('?step=neuron', 1)")
    page.clock.run_for(60_000)
    assert len(page.evaluate("moves")) == 3
    page.go_back()
    page.clock.run_for(1_500)
    assert page.evaluate("moves.slice(3)") == [["?step=way", 2]] * 2


@pytest.mark.parametrize("is_key", [False, True])
def test_repeated_move_says_whether_the_visitor_has_pressed_something_since(page, is_key):
    page.evaluate("void show('?step=way', 0)")
    page.get_by_role("link", name="7").click()
    page.clock.run_for(1_500)
    if is_key:
        page.keyboard.press("a")
    else:
        page.mouse.click(300, 300)
    page.clock.run_for(2_000)
    assert page.evaluate("newest") == [True, True, False]
    page.go_back()
    assert page.evaluate("newest") == [True, True, False, True]


def test_new_session_gets_the_address_of_the_browser(page):
    page.evaluate("void show('?step=way', 0, 'first')")
    page.evaluate("void show('?step=break&run=quick', 0, 'first')")
    # Streamlit gives a new session the address with which the tab was opened.
    assert page.evaluate("(show('?step=way', 0, 'second'), moves)") == [["?step=break&run=quick", 1]]
    assert page.evaluate("location.search") == "?step=break&run=quick"
    assert page.evaluate("(show('?step=break&run=quick', 1, 'second'), moves.length)") == 1


def test_new_session_of_train_gets_the_run_in_the_address(page):
    page.evaluate("history.replaceState(null, '', '/train')")
    page.evaluate("void show('?run=quick', 0, 'first', { page: 'train' })")
    page.evaluate("void show('?run=older', 0, 'second', { page: 'train' })")
    assert page.evaluate("moves") == [["?run=quick", 1]]
    assert page.evaluate("location.search") == "?run=quick"
    page.evaluate("void show('?run=quick', 1, 'second', { page: 'train' })")
    # A choice on Train is not a move, so the address follows it at once.
    page.evaluate("void show('?run=newer', 1, 'second', { page: 'train' })")
    assert page.evaluate("location.search") == "?run=newer"


@pytest.mark.parametrize("is_remembered", [True, False])
@pytest.mark.parametrize("link", ["", "?run=newer"])
def test_new_session_brings_back_a_remembered_page_to_which_a_link_leads(page, is_remembered, link):
    more = f"{{ page: 'teach', isRemembered: {str(is_remembered).lower()} }}"
    page.evaluate("history.replaceState(null, '', '/teach')")
    page.evaluate(f"void show('?run=quick', 0, 'first', {more})")
    page.evaluate("history.replaceState(null, '', '/train')")
    page.evaluate("void show('', 0, 'second', { page: 'train' })")
    page.evaluate(f"history.replaceState(null, '', '/teach{link}')")
    for _ in range(2):
        page.evaluate(f"void show('', 0, 'second', {more})")
    asked = link or "?run=quick"
    assert page.evaluate("moves") == ([[asked, 1]] if is_remembered else [])
    assert page.evaluate("location.search") == (asked if is_remembered else "")
    # The new session has brought it back.
    page.evaluate(f"void show('{asked}', 1, 'second', {more})")
    page.evaluate("history.replaceState(null, '', '/teach')")
    page.evaluate(f"void show('{asked}', 1, 'second', {more})")
    assert page.evaluate("location.search") == asked
    assert page.evaluate("moves.length") == int(is_remembered)


def test_new_session_is_asked_until_it_answers_even_if_it_cannot_show_the_run(page):
    more = "{ page: 'teach', isRemembered: true }"
    page.evaluate("history.replaceState(null, '', '/teach')")
    page.evaluate(f"void show('?run=quick', 0, 'first', {more})")
    for num_moves in (1, 2):
        # The visitor has looked at another page, and the first move was lost.
        page.evaluate("history.replaceState(null, '', '/train')")
        page.evaluate("void show('', 0, 'second', { page: 'train' })")
        page.evaluate("history.replaceState(null, '', '/teach')")
        page.evaluate(f"void show('', 0, 'second', {more})")
        assert page.evaluate("moves.map(([search]) => search)") == ["?run=quick"] * num_moves
    for _ in range(2):
        page.evaluate(f"void show('', moves.at(-1)[1], 'second', {more})")
        assert page.evaluate("moves.length") == 2
        assert page.evaluate("location.search") == ""


def test_new_session_of_a_page_without_moves_is_asked_for_nothing(page):
    page.evaluate("void show('?run=quick', 0, 'first', { canMove: false })")
    page.evaluate("void show('', 0, 'second', { canMove: false })")
    assert page.evaluate("moves") == []
    assert page.evaluate("location.search") == ""


def test_move_that_a_page_has_not_answered_is_forgotten_on_the_next(page):
    page.evaluate("void show('?step=way', 0)")
    page.get_by_role("link", name="7").click()
    page.evaluate("history.replaceState(null, '', '/train')")
    page.evaluate("void show('?run=quick', 0, '', { page: 'train' })")
    page.clock.run_for(60_000)
    assert page.evaluate("moves") == [["?step=neuron", 1]]
    assert page.evaluate("location.search") == "?run=quick"


def test_back_during_a_restart_still_asks_for_everything(page):
    page.evaluate("void show('?step=way', 0, 'first')")
    page.evaluate("void show('?step=break&run=quick', 0, 'first')")
    # The new session is asked for what the address names, and the visitor goes back before it answers.
    page.evaluate("void show('?step=way', 0, 'second')")
    page.go_back()
    assert page.evaluate("kinds") == [True, True]
    page.evaluate("void show('?step=way', 2, 'second')")
    page.get_by_role("link", name="7").click()
    assert page.evaluate("kinds") == [True, True, False]


def test_new_session_is_noticed_on_the_page_that_the_visitor_is_on(page):
    page.evaluate("void show('?step=way', 0, 'first')")
    page.evaluate("history.replaceState(null, '', '/train?run=quick')")
    # The page that the visitor has left hears of the new session first.
    page.evaluate("void show('?step=way', 0, 'second')")
    assert page.evaluate("moves") == []
    page.evaluate("void show('?run=older', 0, 'second', { page: 'train' })")
    assert page.evaluate("moves") == [["?run=quick", 1]]


def test_page_without_chapters_is_asked_for_none(page):
    page.evaluate("history.replaceState(null, '', '/teach?step=x')")
    page.evaluate("history.pushState(null, '', '/teach')")
    page.evaluate("void show('', 0, '', { page: 'teach' })")
    page.go_back()
    assert page.evaluate("location.search") == "?step=x"
    assert page.evaluate("moves") == []


def test_address_that_the_browser_refuses_is_written_later(page):
    """Safari refuses more than about 100 changes in 30 seconds, for example while an arrow key is held."""
    page.evaluate("void show('?step=way&row=1', 0)")
    page.evaluate(REFUSE)
    page.evaluate("void show('?step=way&row=2', 0)")
    page.evaluate("void show('?step=way&row=3', 0)")
    page.clock.run_for(5_000)
    assert page.evaluate("location.search") == "?step=way&row=1"
    page.evaluate("isRefused = false")
    page.clock.run_for(1_500)
    assert page.evaluate("location.search") == "?step=way&row=3"


def test_link_that_the_browser_refuses_still_opens_its_chapter(page):
    page.evaluate("void show('?step=way', 0)")
    page.evaluate(REFUSE)
    page.get_by_role("link", name="7").click()
    assert page.evaluate("moves") == [["?step=neuron", 1]]
    page.evaluate("void show('?step=neuron', 1)")
    assert page.evaluate("location.search") == "?step=way"
    page.evaluate("isRefused = false")
    page.clock.run_for(1_500)
    assert page.evaluate("location.search") == "?step=neuron"


# `history` refuses changes while `isRefused` is true.
REFUSE = """() => {
  window.isRefused = true
  for (const method of ["pushState", "replaceState"]) {
    const change = history[method]
    history[method] = function (...values) {
      if (isRefused) throw new DOMException("The operation is insecure.", "SecurityError")
      change.apply(this, values)
    }
  }
}"""
