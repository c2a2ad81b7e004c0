// Runs the network in the browser, so that it can read the drawing while the visitor draws. When the pen is lifted,
// the server also answers, with the same digit. Without WebAssembly, or while the network is loading, only the server
// answers.

let shownKey = null
let address = null
let steadyDigit = new SteadyDigit()

export default function ({ data }) {
  if (typeof WebAssembly === "undefined") return
  // On a new canvas, the browser's answer to the old drawing must disappear.
  if (data.key !== shownKey) {
    restoreServerAnswer()
    steadyDigit = new SteadyDigit()
  }
  shownKey = data.key
  address = data.network
  loadNetworkFrom(address)
  followDrawing(data, read)
}

function read(strokes, isFinal) {
  const network = networkAt(address)
  const pixels = network && digitOf(strokes)
  if (!pixels) return
  const answer = network.read(pixels)
  if (isFinal) {
    showInPlace(answer, null, network.classNames)
    steadyDigit = new SteadyDigit()
  } else showInPlace(answer, steadyDigit.next(answer, performance.now()), network.classNames)
  showStages(pixels, network.pixelThresholds)
  showDrawing(strokes)
}
