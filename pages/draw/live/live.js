// Runs the network in the browser, so that it can read the drawing while the visitor draws. When the pen is lifted,
// the server also answers, with the same digit. Without WebAssembly, or while the network is loading, only the server
// answers.
//
// component.py joins this file with others. In pages/shared/live/, SteadyAnswer and REST_MILLISECONDS are in answer.js,
// followDrawing and isDrawingAhead in drawing.js, networkAt, pixelsOf and loadNetworkFrom in networks.js, and askBeforeLeaving
// in leaving.js. What changes the page is in display.js.

let shownKey = null
let address = null
let steady = new SteadyAnswer()
// Reads the drawing again if the pen rests.
let timer = null
// Shows the latest answer and pictures again; null if the server has read the same strokes.
let showAgain = null
// The server's answer to an earlier stroke may arrive after the browser has read a later one. The late answer is replaced before
// it is painted, even if the pen no longer moves.
const serverAnswers = new MutationObserver(() => {
  if (!showAgain || !isServersShown()) return
  const read = serversDrawing()
  if (!read || isDrawingAhead(read)) return showAgain()
  showAgain = null
  restoreServerAnswer()
})

// On a phone, the samples are below the answer. The answer must be in sight when a sample is chosen.
addEventListener("click", event => {
  if (!event.composedPath().some(part => part.matches?.(".st-key-samples button"))) return
  const answer = document.querySelector(ANSWER_PLACE)?.getBoundingClientRect()
  const isInSight = answer && answer.top >= 0 && answer.bottom <= innerHeight
  if (!isInSight && innerWidth < 768) document.querySelector(".st-key-pad")?.scrollIntoView()
})

export default function ({ data }) {
  askBeforeLeaving("draw", () => !data.isKept)
  if (typeof WebAssembly === "undefined") return
  // On a new canvas, the browser's answer to the old drawing must disappear.
  if (data.key !== shownKey) {
    restoreServerAnswer()
    showAgain = null
    steady = new SteadyAnswer()
    clearTimeout(timer)
  }
  shownKey = data.key
  address = data.network
  loadNetworkFrom(address)
  followDrawing(data, read)
}

function read(strokes, isFinal, isResting = false) {
  const network = networkAt(address)
  const pixels = network && pixelsOf(strokes)
  if (!pixels) return
  const newest = network.read(pixels)
  const answer = isFinal || isResting ? newest : steady.next(newest, performance.now())
  const show = () => {
    showInPlace(answer, !isFinal, network.classNames, isResting)
    showStages(pixels, network.pixelThresholds)
    showDrawing(strokes)
  }
  show()
  clearTimeout(timer)
  if (!isFinal && !isResting) timer = setTimeout(() => read(strokes, false, true), REST_MILLISECONDS)
  if (isFinal) steady = new SteadyAnswer()
  showAgain = show
  for (const place of document.querySelectorAll(`${ANSWER_PLACE}, ${STAGES_PLACE}`)) {
    serverAnswers.observe(place, { childList: true, subtree: true })
  }
}
