"""Opening the pages in `AppTest`, and finding what they show."""

import html
import re

from streamlit.testing.v1 import AppTest

from tests.support.page_content import shown
from tests.support.project import PROJECT

NUM_EPOCHS = 3
# A process that does not exist: a run that it is said to train reads as interrupted.
GONE = dict(pid=2**22 + 1, started=1.0)


def history_row(epoch):
    values = dict(loss=0.5, accuracy=0.8, validation_loss=0.3, flip_ratio=0.1, seconds=21.5)
    return {"epoch": epoch, "validation_accuracy": 0.8 + 0.05 * epoch, **values}


def open_page(name):
    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=60).run()
    assert not page.exception
    return page


def cells(page):
    """The text of all table cells, row by row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", shown(page), re.DOTALL)
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    return [[html.unescape(cell) for cell in row] for row in found if row]


def click(page, key):
    page.button(key=key).click().run()
    assert not page.exception
    return page


def picker(page, key):
    """The box of `run_picker.run_picker`; its own key goes on with a number."""
    return next(box for box in page.selectbox if re.fullmatch(rf"{key}-\w+", box.key or ""))


def widget_states(page):
    """The states of the widgets as the browser sends them; it sends none for a button that is not pressed."""
    states = page._tree.get_widget_states().widgets
    return [s for s in states if s.WhichOneof("value") != "trigger_value" or s.trigger_value]


def report_late(page, late):
    """Run the page with the states `late` of the page before, as a browser sends them for a moment."""
    states = page._tree.get_widget_states()
    new = [state for state in states.widgets if state.id not in {old.id for old in late}]
    del states.widgets[:]
    states.widgets.extend([*late, *new])
    page._run(states)
    assert not page.exception
