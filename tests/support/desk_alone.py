"""Opens the canvas of the Teach page alone. A stand-in for the network only counts strokes."""

from playwright.sync_api import Page

from bnn.drawing import scripts
from bnn.engine.portable import script
from pages.shared import live
from pages.teach import desk

# Scripts that return the signs of the drawings that the canvas has sent, and the number of strokes on it.
SIGNS_DRAWN = "drawn.map(({ sign }) => sign)"
NUM_STROKES = "document.body.desk.strokes.length"

# Stand-ins for what the canvas uses. There is no network until the test calls `load()`.
_STUBS = """
let network = null, loaded = () => {}
let failed = () => {}
const loadNetworkFrom = (address, whenLoaded, whenFailed) => ([loaded, failed] = [whenLoaded, whenFailed])
const networkAt = address => network
const pixelsOf = strokes => strokes
const showAnswer = (place, answer) => (place.textContent = answer)
const REST_MILLISECONDS = 300
class SteadyAnswer { next(answer) { return window.held ?? answer } }
"""
_SHOW = """
const parentElement = document.body
const html = document.querySelector(".desk").outerHTML
let forget = () => {}
window.endScript = () => forget()
window.newestEnd = () => forget
window.leave = () => {
  forget()
  delete parentElement.desk
  document.querySelector(".desk").outerHTML = html
}
window.show = (...shown) => void (forget = show({
  parentElement, setTriggerValue() {},
  setStateValue: (_, message) => Object.assign(window, { sent: message, drawn: message.drawings }),
  data: dataOf(...shown),
}))
const dataOf = (isTrying, numExamples, numOfTree = null, isKept = true, isLearning = false) => ({
  isTrying, isLearning, isKept, received: window.received ?? 0,
  session: window.session, isFromFile: Boolean(window.isFromFile),
  minExamples: 5, enoughExamples: 10, maxExamples: 20,
  network: isTrying ? "address" : null, answer: '<p class="answer"></p>',
  signs: [...(numExamples === null ? [] : [{ number: 7, name: "leaf", examples: examples(numExamples) }]),
    ...(numOfTree === null ? [] : [{ number: 8, name: "tree", examples: examples(numOfTree) }]),
    ...(window.extra ?? [])],
})
const example = number => ({ number, picture: `data:,${window.session} ${number}`, isSuspect: false })
const examples = length => Array.from({ length }, (_, number) => example(number))
window.fail = () => failed()
window.load = () => {
  network = { read: strokes => `strokes: ${strokes.length}`, classNames: ["leaf"] }
  loaded()
}
window.secondFinger = () => document.querySelector("canvas").dispatchEvent(
  new PointerEvent("pointerup", { pointerId: 77, isPrimary: false, bubbles: true }))
"""


def fill(page: Page) -> None:
    """Puts the canvas on an empty page.

    In place of the server, scripts call `show(isTrying, numExamples, numOfTree, isKept, isLearning)`:

    - isTrying: whether the network reads the drawings. If not, they become examples.
    - numExamples: how many examples the sign "leaf" has; null for no such sign.
    - numOfTree: how many examples the sign "tree" has; null for no such sign.
    - isKept: whether all examples are saved.
    - isLearning: whether a training is at work.

    `window.session` is a text that differs from session to session. `window.received` is the largest number
    of a drawing that the server has received. `window.isFromFile` says whether the visitor has opened
    the lesson from a file. `leave()` removes the canvas, as a visit to another page does. `endScript()` ends
    the canvas's script, but leaves the canvas where it is. The last message to the server is `window.sent`,
    and the drawings in it are `window.drawn`.
    """
    page.set_content(desk._HTML)
    paths = (*scripts.PAD, live.ELEMENTS, live.PAD_ANSWER, *desk.SCRIPTS)
    code = script.joined(*paths).replace("export default function (", "function show(")
    page.add_script_tag(content=_STUBS + code + _SHOW, type="module")
    page.wait_for_function("'show' in window")
