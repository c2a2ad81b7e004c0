"""`address.js`, the script that writes addresses and follows moves, on a page without the app's server."""

from pathlib import Path

from playwright.sync_api import Page

from pages.shared import address

SCRIPT = Path(address.__file__).with_name("address.js").read_text("utf-8")
# `show(search, answered, session, more)` shows the component with data from the server. `search` is the end
# of the page's address, `answered` is how many moves (links and Back) the server has answered, `session`
# names the session, and `more` is further data. `show` returns the function that ends the component. `kinds`
# says whether each move is for a new session, and `newest` whether nothing was pressed since the move.
SHOW = """
window.moves = []
window.kinds = []
window.newest = []
window.show = (search, answered, session = "", more = {}) => follow({
  data: { page: "inside", canMove: true, search, answered, session, ...more },
  setTriggerValue: (_, move) => {
    moves.push([move.search, move.number])
    kinds.push(move.isForNewSession)
    newest.push(move.isNewest)
  },
})
"""


def load(page: Page, search: str = "?step=way") -> None:
    """Loads a page of Inside with this address and a link to a chapter."""
    html = '<main data-testid="stMain"><a class="to-chapter" href="?step=neuron">7</a></main>'
    page.route("http://app.test/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"http://app.test/inside{search}")


def start(page: Page) -> None:
    """Starts the script, and adds the functions of `SHOW` to the page."""
    code = SCRIPT.replace("export default function (", "function follow(")
    page.add_script_tag(content=code + SHOW, type="module")
    page.wait_for_function("'show' in window")
