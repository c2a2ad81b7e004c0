"""Opens pages in `AppTest`, Streamlit's simulated browser, and finds what they show."""

import html
import re

from streamlit.testing.v1 import AppTest

from tests.support.page_content import shown
from tests.support.project import PROJECT

NUM_EPOCHS = 3
# A process that does not exist. A run that names it as its trainer counts as interrupted.
GONE = dict(pid=2**22 + 1, started=1.0)


def history_row(epoch):
    """Returns a row of `history.csv`; the validation accuracy rises by 0.05 with each epoch."""
    values = dict(loss=0.5, accuracy=0.8, validation_loss=0.3, flip_ratio=0.1, seconds=21.5)
    return {"epoch": epoch, "validation_accuracy": 0.8 + 0.05 * epoch, **values}


def open_page(name, **state):
    """Opens a page by the name of its folder, and returns it. `state` has values for the session."""
    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=60)
    for key, value in state.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    return page


def cells(page):
    """Returns the texts of all table cells on the page, one list for each row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", shown(page), re.DOTALL)
    cells_of_rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    return [[html.unescape(cell) for cell in cells] for cells in cells_of_rows if cells]


def click(page, key):
    """Presses the button of that key, and returns the page."""
    page.button(key=key).click().run()
    assert not page.exception
    return page


def button_keys(page):
    """Returns the keys of all buttons on the page."""
    return {button.key for button in page.button}


def blocks_around(block, element):
    """Returns the types of the blocks around an element, from `block` inwards; None if it is elsewhere."""
    for child in block.children.values():
        if child is element:
            return [block.type]
        inner = blocks_around(child, element) if hasattr(child, "children") else None
        if inner:
            return [block.type, *inner]
    return None


def picker(page, key):
    """Returns the box that `choice_box` has made for this key. Its own key is `KEY-PAGE-NUMBER-NUMBER`."""
    return next(box for box in page.selectbox if re.fullmatch(rf"{key}-\w+-\d+-\d+", box.key or ""))


def widget_states(page):
    """Returns the widgets' states as a browser sends them: none for a button that is not pressed."""
    states = page._tree.get_widget_states().widgets
    return [s for s in states if s.WhichOneof("value") != "trigger_value" or s.trigger_value]


def begin_new_session(page):
    """Gives the page a new session, as after a restart of the server.

    Returns the widgets' states in the browser, which the browser sends to the new session.
    """
    states = page._tree.get_widget_states()
    page._session_state = AppTest.from_function(lambda: None)._session_state
    return states


def report_late(page, old_states):
    """Reruns the page as if a browser sent the states of some widgets a little late.

    It sends `old_states`, which `widget_states` has returned for an earlier version of the page, and the
    present states of the widgets that are new since then.
    """
    states = page._tree.get_widget_states()
    old_ids = {state.id for state in old_states}
    new_states = [state for state in states.widgets if state.id not in old_ids]
    del states.widgets[:]
    states.widgets.extend([*old_states, *new_states])
    page._run(states)
    assert not page.exception


def refuse(*arguments, **options):
    """Raises the error of a function that needs a file which another program has open."""
    raise PermissionError("the file is in use")


def check_refusal_stays_beside_progress(page):
    """Checks that the error of `refuse` is beside the progress bar, and is still there after a rerun."""
    for _ in range(2):
        (error,) = page.error
        assert error.value == "The file is in use."
        assert blocks_around(page.main, error) == blocks_around(page.main, page.get("progress")[0])[:-1]
        page.run()
