// A small canvas on which visitors draw for the network in training, which answers in the browser. draw_for_it.py joins this
// file with those of pages/shared/live/ and with bnn/drawing/pad.js: Pad is in pad.js, PadAnswer in pad_answer.js, and networkAt
// and loadNetworkFrom in networks.js.

const FAILED = "The network could not be loaded. Reload the page to try again."

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".draw-here")
  root.field ??= new Field(root)
  root.field.update(data)
  return () => root.field?.forget()
}

class Field {
  data = null
  // The newest network that has been loaded. It reads until the next one has been loaded.
  network = null
  answer = new PadAnswer()

  constructor(root) {
    this.root = root
    this.listeners = new AbortController()
    const { signal } = this.listeners
    this.pad = new Pad(root.querySelector("canvas"), signal, { onChange: () => this.read() })
    root.querySelector("button").addEventListener("click", () => this.pad.clear(), { signal })
  }

  forget() {
    this.listeners.abort()
    this.root.field = null
  }

  /** Is called every second while the run is trained, mostly with the same data. */
  update(data) {
    const before = this.data
    this.data = data
    if (data.run !== before?.run) this.network = null
    const place = this.root.querySelector(".reads")
    if (data.answer !== before?.answer) place.innerHTML = data.answer
    if (data.network === before?.network) return
    loadNetworkFrom(data.network, () => this.pad.changed(), () => this.fail(data))
    this.pad.changed()
  }

  fail(data) {
    if (this.network || data.network !== this.data.network) return
    this.root.querySelector(".reads").textContent = FAILED
  }

  read() {
    const newest = networkAt(this.data.network)
    this.network = newest ?? this.network
    if (!this.network) return
    const place = this.root.querySelector(".reads")
    if (!place.querySelector(".answer")) place.innerHTML = this.data.answer
    this.answer.show(place, this.pad, this.network, this.data.answer)
    if (newest) this.root.dataset.network = this.data.network
  }
}
