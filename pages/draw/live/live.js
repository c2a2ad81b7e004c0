// The network runs where the pen is: it reads the drawing while the line is drawn. The server answers when the pen
// lifts, with the same digit; without WebAssembly, or while the network is loading, it alone does.

let shownKey = null
let address = null
let calm = new CalmDigit()

export default function ({ data }) {
  if (typeof WebAssembly === "undefined") return
  // A new canvas: what the browser has answered to the one before is over.
  if (data.key !== shownKey) {
    showServers()
    calm = new CalmDigit()
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
    showFinal(answer, network.classNames)
    calm = new CalmDigit()
  } else showSoFar(answer, calm.next(answer, performance.now()), network.classNames)
  showStages(pixels, network.pixelThresholds)
  showDrawing(strokes)
}
