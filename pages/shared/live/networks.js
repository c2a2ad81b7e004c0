// Packed networks in the browser: each file is fetched once, in the background.

const networks = new Map()
let engine = null

/** The network at this address of `loadNetworkFrom`; null while it is loading, or if it was refused. */
const networkAt = address => networks.get(address) ?? null

/** The engine's `digitFromStrokes`; there as soon as a network is. */
const digitOf = strokes => engine.digit(strokes)

/** Loads a network in the background, once for each file, and then calls `whenLoaded`. */
export function loadNetworkFrom(address, whenLoaded = () => {}) {
  if (networks.has(address)) return
  networks.set(address, null)
  fetchNetwork(address).then(
    network => {
      networks.set(address, network)
      whenLoaded()
    },
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
