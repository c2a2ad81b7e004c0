// Loads packed networks into the browser, in the background. compileEngine, digitFromStrokes and loadNetwork are in
// bnn/engine/portable/. BUILDS are the compiled engines (bnn/engine/portable/script.py).

// Each network has a WebAssembly memory of its own, and a browser allows only a limited number of them. A page can stay open for
// days, and have a new network for every visitor. So only the networks that were requested most recently are kept.
const MAX_NETWORKS = 8

// The loaded networks by address, in the order of their latest requests.
const networks = new Map()
// The promise that loads each network, by address.
const loads = new Map()
let engine = null

/** Returns the network that `loadNetworkFrom` has loaded from this address, or null while there is none. */
const networkAt = address => networks.get(address) ?? null

/** Returns the 28x28 pixels of a drawing. Can be called as soon as a network has been loaded. */
const pixelsOf = strokes => engine.pixelsOf(strokes)

/** Loads a network in the background. Then calls `whenLoaded`, or `whenFailed` if the loading failed.
 *
 * Neither is called if the network was already loaded. Only the networks requested most recently are kept, see MAX_NETWORKS.
 */
export function loadNetworkFrom(address, whenLoaded = () => {}, whenFailed = () => {}) {
  if (networks.has(address)) return keepNetwork(address, networks.get(address))
  if (!loads.has(address)) loads.set(address, loadOnce(address))
  loads.get(address).then(isLoaded => (isLoaded ? whenLoaded() : whenFailed()))
}

/** Forgets the network from this address, so that it takes no memory any more. It can be loaded again. */
export function forgetNetwork(address) {
  networks.delete(address)
  loads.delete(address)
}

async function loadOnce(address) {
  try {
    keepNetwork(address, await fetchNetwork(address))
    return true
  } catch (error) {
    // The next request for this network tries again.
    loads.delete(address)
    console.info("One-Bit Lab: a network could not be loaded,", error)
    return false
  }
}

function keepNetwork(address, network) {
  networks.delete(address)
  networks.set(address, network)
  if (networks.size > MAX_NETWORKS) forgetNetwork(networks.keys().next().value)
}

async function fetchNetwork(address) {
  engine ??= await makeEngine()
  const response = await fetch(new URL(address, pageBase()))
  if (!response.ok) throw new Error(`${response.status} for ${address}`)
  return loadNetwork(engine.module, new Uint8Array(await response.arrayBuffer()))
}

async function makeEngine() {
  const module = await compileEngine(BUILDS)
  return { module, pixelsOf: digitFromStrokes(module) }
}

/** Returns the address of the app, with `server.baseUrlPath`. Streamlit's scripts are in static/js/ below it. */
function pageBase() {
  const script = document.querySelector('script[src*="static/js/"]')
  return script ? new URL("../../", script.src) : new URL("./", document.baseURI)
}
