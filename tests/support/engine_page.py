"""Opens a page in a browser, and loads the portable engine into it."""

import base64
import json

from playwright.sync_api import BrowserContext, Page

from bnn.engine.portable import script
from bnn.engine.portable.build import BUILDS

_ORIGIN = "http://engine.test/"
_SETUP = """async () => {
  const bytes = async name => new Uint8Array(await (await fetch(name)).arrayBuffer())
  const files = ["answer.js", "looks.js", "onebit.js", "strokes.js", "answer_words.js"]
  const engine = Object.assign({}, ...(await Promise.all(files.map(name => import(`/${name}`)))))
  const builds = await (await fetch("/builds")).json()
  const module = await engine.compileEngine(builds)
  Object.assign(window, { engine, builds, module, bytes })
}"""


def open_engine(context: BrowserContext, files: dict[str, bytes]) -> Page:
    """Returns a page that has loaded the engine. Its site also has the given files (names and contents)."""
    builds = [base64.b64encode(path.read_bytes()).decode() for path in BUILDS]
    scripts = {path.name: path.read_bytes() for path in script.ENGINE}
    contents = scripts | {"builds": json.dumps(builds).encode(), "": b"<!doctype html>", **files}
    kinds = dict.fromkeys(scripts, "text/javascript") | {"": "text/html"}

    def answer_request(route):
        name = route.request.url.removeprefix(_ORIGIN)
        kind = kinds.get(name, "application/octet-stream")
        route.fulfill(body=contents.get(name, b""), content_type=kind)

    page = context.new_page()
    page.route(f"{_ORIGIN}**", answer_request)
    page.goto(_ORIGIN)
    page.evaluate(_SETUP)
    return page
