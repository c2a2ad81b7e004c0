// A small canvas on which visitors draw for the network that the page shows. This script computes the network's answer.
// draw_for_it.py joins this file with those of pages/shared/live/ and with bnn/drawing/pad.js: Pad is in pad.js, PadAnswer in
// pad_answer.js, and networkAt, loadNetworkFrom and forgetNetwork in networks.js.

const isPhone = matchMedia("(max-width: 640px)")
const FAILED = "The network could not be loaded. Reload the page to try again."

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".draw-here")
  // Nothing is undone when Streamlit ends the script: it ends an older call even after a newer one has begun, which uses the same
  // field. All listeners are on elements in `root`, and end with them.
  root.field ??= new Field(root)
  root.field.update(data)
}

class Field {
  data = null
  // The network that reads the drawing: the newest one that has been loaded for the run that is shown, and its address.
  network = null
  loadedFrom = null
  isLoading = false
  hasFailed = false
  answer = new PadAnswer()
  // The HTML that `show` put into `.reads`; null once the answer to a drawing has changed it.
  html = null

  constructor(root) {
    this.root = root
    const canvas = root.querySelector("canvas")
    this.pad = new Pad(canvas, undefined, { onChange: () => this.read() })
    root.querySelector("button").addEventListener("click", event => {
      this.pad.clear()
      // The button is hidden now. If it was pressed with a key, the canvas gets the focus, which would otherwise be lost.
      if (!event.detail) canvas.focus({ preventScroll: true })
    })
  }

  /** Is called every second while the run is trained. */
  update(data) {
    const before = this.data
    this.data = data
    if (data.run !== before?.run) this.network = null
    const isJustStarted = before && data.run === data.started && data.started !== before.started
    if (isJustStarted) showState()
    if (data.digit.src !== before?.digit.src) Object.assign(this.root.querySelector("img"), data.digit)
    setText(this.root.querySelector(".name"), data.digit.alt)
    this.root.classList.toggle("can-draw", data.canDraw)
    if (data.network !== before?.network) this.load()
    this.read()
  }

  /** Loads the newest network. Only one is loaded at a time: on a slow connection, new networks come faster than one loads. */
  load() {
    const { network: address, run } = this.data
    if (!address || this.isLoading) return
    this.isLoading = true
    const end = isLoaded => {
      this.isLoading = false
      this.hasFailed = !isLoaded
      if (isLoaded) this.take(address, run)
      this.read()
      if (this.data.network !== address) this.load()
    }
    if (networkAt(address)) end(true)
    else loadNetworkFrom(address, () => end(true), () => end(false))
  }

  read() {
    const { data, network, pad } = this
    const isDrawn = data.canDraw && pad.strokes.length > 0
    this.root.classList.toggle("drawn", isDrawn)
    if (!isDrawn) return this.show(data.answer)
    if (!network) return this.show(this.hasFailed ? FAILED : data.pending)
    // The bars shown may be for the classes of another network. `pending` has those for this network.
    if (this.html !== null) this.show(data.pending)
    this.html = null
    this.answer.show(this.root.querySelector(".reads"), pad, network, data.pending)
    this.root.dataset.network = this.loadedFrom
  }

  /** Lets a newly loaded network read, and forgets the one before; only forgets the new one if the page now shows another run. */
  take(address, run) {
    if (run !== this.data.run) return forgetNetwork(address)
    if (this.loadedFrom !== address) forgetNetwork(this.loadedFrom)
    this.network = networkAt(address)
    this.loadedFrom = address
  }

  show(html) {
    this.answer.stop()
    if (html === this.html) return
    this.html = html
    this.root.querySelector(".reads").innerHTML = html
  }
}

/** Scrolls to the state of the run, if it is out of sight.
 *
 * On a phone, the state is then at the top of the window. Below it, the weights, the canvas and the answer are in sight.
 */
function showState() {
  const state = document.querySelector(".status")
  const { top = 0, bottom = 0 } = state?.getBoundingClientRect() ?? {}
  // On a wide screen, the state is out of sight if the visitor has scrolled down to the end of the settings.
  if (!isPhone.matches && bottom > 0 && top < innerHeight) return
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth"
  state?.scrollIntoView({ behavior, block: isPhone.matches ? "start" : "center" })
}
