// The network runs where the pen is: it reads the drawing while the line is drawn. The server answers when the pen
// lifts, with the same digit; without WebAssembly, or while the network is loading, it alone does.

const MAX_TRIES = 600 // frames until the canvas is there

const networks = new Map()
let engine = null
let shownKey = null
let drawing = { key: null, canvas: null, strokes: [], stop: () => {} }

export default function ({ data }) {
  if (typeof WebAssembly === "undefined") return
  // A new canvas: what the browser has answered to the one before is over.
  if (data.key !== shownKey) showServers()
  shownKey = data.key
  drawing.network = data.network
  load(data.network)
  attach(data, MAX_TRIES)
}

/** Loads a network in the background, once for each file. */
function load(address) {
  if (networks.has(address)) return
  networks.set(address, null)
  fetchNetwork(address).then(
    network => networks.set(address, network),
    error => {
      // To be tried again when the page next asks; until then the server answers.
      networks.delete(address)
      console.info("One-Bit Lab: the server reads the drawings,", error)
    },
  )
}

async function fetchNetwork(address) {
  engine ??= await makeEngine()
  const response = await fetch(new URL(address, pageBase()))
  if (!response.ok) throw new Error(`${response.status} for ${address}`)
  return loadNetwork(engine.module, new Uint8Array(await response.arrayBuffer()))
}

async function makeEngine() {
  const bytes = Uint8Array.from(atob(WASM), letter => letter.charCodeAt(0))
  const module = await WebAssembly.compile(bytes)
  return { module, digit: digitFromStrokes(module) }
}

/** The address of the app, also behind `server.baseUrlPath`: its own scripts are in static/js/ below it. */
function pageBase() {
  const script = document.querySelector('script[src*="static/js/"]')
  return script ? new URL("../../", script.src) : new URL("./", document.baseURI)
}

/** Follows the pen on the canvas with this key, as soon as that is on the page. */
function attach(data, tries) {
  const host = document.querySelector(`.st-key-${data.key} [data-testid="stBidiComponentIsolated"]`)
  const canvas = host?.shadowRoot?.querySelector("canvas.upper-canvas")
  if (!canvas) {
    if (tries) requestAnimationFrame(() => attach(data, tries - 1))
    return
  }
  if (canvas === drawing.canvas) return
  drawing.stop()
  const isSame = data.key === drawing.key
  drawing = { ...drawing, key: data.key, canvas, strokes: isSame ? drawing.strokes : data.strokes, calm: new CalmDigit() }
  drawing.stop = followPen(canvas, data.side, data.penWidth, {
    onMove: stroke => schedule(() => read([...drawing.strokes, stroke], data.side, false)),
    onLift: stroke => {
      drawing.strokes.push(stroke)
      schedule(() => read(drawing.strokes, data.side, true))
    },
  })
}

let next = null

/** Calls a function in the next frame; of several in one frame, the last. */
function schedule(work) {
  if (!next) requestAnimationFrame(() => {
    const work = next
    next = null
    work()
  })
  next = work
}

function read(strokes, side, isFinal) {
  const network = networks.get(drawing.network)
  if (!network) return
  const parts = strokes.flatMap(stroke => partsInside(stroke, side))
  const pixels = engine.digit(parts)
  if (!pixels) return
  const answer = network.read(pixels)
  if (isFinal) {
    showFinal(answer, network.classNames)
    drawing.calm = new CalmDigit()
  } else showSoFar(answer, drawing.calm.next(answer, performance.now()), network.classNames)
  showStages(pixels, network.pixelThresholds)
  showDrawing(parts)
}
