// The canvas of the Teach page, and beside it the signs with their examples, or the answer of the taught network.
//
// A drawing is kept as an example of the chosen sign when the pen has been up for a moment. The canvas is then empty
// again. Drawings wait in `pending` until the server says that it has them, so that none is lost.

const CANVAS_SIDE = 320
const PEN_WIDTH = 18
const MIN_STEP = 0.5
const PAUSE_MILLISECONDS = 900
const MAX_KEYS = 9

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const desk = (parentElement.desk ??= new Desk(parentElement.querySelector(".desk")))
  desk.send = pending => setStateValue("drawn", pending)
  desk.remove = number => setTriggerValue("removed", number)
  desk.update(data)
  return () => desk.forget()
}

class Desk {
  strokes = []
  isDown = false
  pointer = null
  liftedAt = 0
  pending = []
  nextNumber = 1
  chosen = null
  // The sign for which the drawing on the canvas was refused, because no more examples fit.
  refusedFor = null
  timer = null
  data = null
  hasFailed = false
  steady = new SteadyAnswer()

  constructor(root) {
    this.root = root
    this.canvas = root.querySelector("canvas")
    this.context = this.canvas.getContext("2d")
    this.listeners = new AbortController()
    this.followPen()
    const options = { signal: this.listeners.signal }
    document.addEventListener("keydown", event => this.press(event), options)
    root.querySelector(".signs").addEventListener("click", event => this.click(event), options)
    this.drawCanvas()
  }

  forget() {
    clearTimeout(this.timer)
    this.listeners.abort()
  }

  update(data) {
    const isNew = this.data === null
    if (isNew || data.answer !== this.data.answer) this.root.querySelector(".reads").innerHTML = data.answer
    // When a trial begins, perhaps because a training has ended, a drawing on the canvas stays. It may be unfinished.
    const hasTrialEnded = this.data?.isTrying && !data.isTrying
    if (hasTrialEnded && !this.isDown) this.clear()
    this.data = data
    this.nextNumber = Math.max(this.nextNumber, data.received + 1)
    this.pending = this.pending.filter(drawing => drawing.number > data.received)
    if (!data.signs.some(sign => sign.number === this.chosen)) this.chosen = this.firstToDraw()
    // A drawing on the canvas is read as soon as the network is there.
    if (data.network) this.load(data.network)
    this.root.classList.toggle("trying", data.isTrying)
    this.showSigns()
    this.changed()
  }

  load(address) {
    this.hasFailed = false
    const show = hasFailed => {
      this.hasFailed = hasFailed
      this.showSigns()
      this.changed()
    }
    loadNetworkFrom(address, () => show(false), () => show(true))
  }

  /** Returns the first sign that needs more examples, so that a visitor who comes back can go on. */
  firstToDraw() {
    const { signs, minExamples } = this.data
    return (signs.find(sign => sign.examples.length < minExamples) ?? signs[0])?.number ?? null
  }

  // --- The pen

  followPen() {
    const options = { signal: this.listeners.signal }
    const listen = (type, handler) => this.canvas.addEventListener(type, handler, options)
    listen("pointerdown", event => {
      if (event.button !== 0 || !event.isPrimary) return
      // A palm beside a pen draws nothing. It may also touch the canvas before the pen.
      if (this.isDown && this.canvas.hasPointerCapture(this.pointer)) {
        if (!this.isTouch || event.pointerType !== "pen") return
        this.strokes.pop()
      }
      this.pointer = event.pointerId
      this.isTouch = event.pointerType === "touch"
      this.canvas.setPointerCapture(event.pointerId)
      // In a trial, and if it did not fit, the old drawing stays until the next one begins.
      const stays = this.data?.isTrying || this.refusedFor !== null
      if (stays && this.strokes.length && performance.now() - this.liftedAt > PAUSE_MILLISECONDS) this.clear()
      clearTimeout(this.timer)
      this.isDown = true
      this.strokes.push([this.place(event)])
      this.changed()
    })
    listen("pointermove", event => {
      if (!this.isDown || event.pointerId !== this.pointer) return
      // The pen is lifted if no button is pressed, because the event "pointerup" may have been lost.
      if (event.pointerType !== "touch" && !(event.buttons & 1)) return this.lift()
      const events = event.getCoalescedEvents?.() ?? []
      for (const each of events.length ? events : [event]) this.moveTo(this.place(each))
      this.changed()
    })
    for (const type of ["pointerup", "pointercancel"]) {
      listen(type, event => this.isDown && event.pointerId === this.pointer && this.lift())
    }
    listen("contextmenu", event => event.preventDefault())
  }

  place(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect()
    const inPixels = [((event.clientX - left) * CANVAS_SIDE) / width, ((event.clientY - top) * CANVAS_SIDE) / height]
    return inPixels.map(value => Math.round(10 * Math.min(CANVAS_SIDE, Math.max(0, value))) / 10)
  }

  moveTo([x, y]) {
    const stroke = this.strokes.at(-1)
    const [lastX, lastY] = stroke.at(-1)
    if (Math.hypot(x - lastX, y - lastY) >= MIN_STEP) stroke.push([x, y])
  }

  lift() {
    this.isDown = false
    this.liftedAt = performance.now()
    this.changed()
    if (!this.data?.isTrying) this.timer = setTimeout(() => this.keep(), PAUSE_MILLISECONDS)
  }

  clear() {
    clearTimeout(this.timer)
    this.strokes = []
    this.isDown = false
    this.refusedFor = null
    this.showSigns()
    this.changed()
  }

  /** Keeps the drawing as an example of the chosen sign. */
  keep() {
    if (!this.strokes.length || this.chosen === null) return
    const sign = this.data.signs.find(({ number }) => number === this.chosen)
    if (sign.examples.length + this.numPending(sign) >= this.data.maxExamples) {
      this.refusedFor = this.chosen
      return this.showSigns()
    }
    this.pending.push({ number: this.nextNumber++, sign: this.chosen, strokes: this.strokes })
    this.send(this.pending)
    this.clear()
  }

  // --- The signs

  press(event) {
    const target = event.composedPath()[0]
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches?.("input, textarea, select")) return
    if (event.key === "Escape") return this.clear()
    const sign = this.data?.signs[Number(event.key) - 1]
    if (sign && Number(event.key) <= MAX_KEYS) this.choose(sign.number)
  }

  click(event) {
    const button = event.target.closest("button")
    if (!button) return
    if (button.dataset.example) this.remove(Number(button.dataset.example))
    else this.choose(Number(button.dataset.sign))
  }

  /** Chooses a sign. A drawing on the canvas is kept first: of the sign before or, in a trial or if it did not fit, of this. */
  choose(number) {
    if (this.data.isTrying || this.refusedFor !== null) this.chosen = number
    this.keep()
    this.chosen = number
    this.showSigns()
  }

  numPending(sign) {
    return this.pending.filter(drawing => drawing.sign === sign.number).length
  }

  showSigns() {
    if (!this.data) return
    const list = this.root.querySelector(".signs")
    const before = new Map([...list.children].map(item => [Number(item.dataset.number), item]))
    const items = this.data.signs.map(sign => before.get(sign.number) ?? makeItem(sign))
    if (items.length !== list.children.length || items.some((item, i) => item !== list.children[i])) {
      list.replaceChildren(...items)
    }
    this.data.signs.forEach((sign, i) => this.showSign(items[i], sign, i))
    const chosen = this.data.signs.find(sign => sign.number === this.chosen)
    setText(this.root.querySelector(".hint"), this.hint(chosen))
  }

  hint(chosen) {
    const refused = this.data.signs.find(sign => sign.number === this.refusedFor)
    if (refused) {
      const full = `${refused.name} has ${this.data.maxExamples} examples, and no more fit. Your drawing is still here`
      return `${full}: press another sign to keep it there.`
    }
    if (this.data.isTrying && !networkAt(this.data.network)) {
      return this.hasFailed ? "The network could not be loaded. Reload the page to try again." : "The network is loading …"
    }
    if (this.data.isTrying) return "Draw a sign. Wrong answer? Press the right sign: your drawing becomes an example of it."
    if (!chosen) return "Add a sign, and draw it here."
    const count = chosen.examples.length + this.numPending(chosen)
    if (count >= this.data.maxExamples) return `${chosen.name} has ${count} examples, and no more fit. Choose another sign.`
    return `Draw: ${chosen.name}. When you lift the pen, your drawing is kept after a moment.`
  }

  showSign(item, sign, i) {
    const button = item.querySelector(".sign")
    setText(button.querySelector(".key"), i < MAX_KEYS ? String(i + 1) : "")
    setText(button.querySelector(".name"), sign.name)
    const count = sign.examples.length + this.numPending(sign)
    setText(button.querySelector(".count"), String(count))
    button.setAttribute("aria-pressed", !this.data.isTrying && sign.number === this.chosen)
    button.setAttribute("aria-label", `${sign.name}, ${count} examples`)
    const tray = item.querySelector(".tray")
    const known = new Map([...tray.children].map(thumb => [Number(thumb.dataset.example), thumb]))
    const thumbs = sign.examples.map(example => known.get(example.number) ?? makeThumb(example))
    if (thumbs.length !== tray.children.length || thumbs.some((thumb, k) => thumb !== tray.children[k])) {
      tray.replaceChildren(...thumbs)
    }
    sign.examples.forEach((example, k) => {
      thumbs[k].classList.toggle("suspect", example.isSuspect)
      thumbs[k].title = `Remove this ${sign.name}`
      thumbs[k].setAttribute("aria-label", `Remove ${sign.name} ${k + 1}`)
    })
  }

  // --- The canvas and the answer

  isScheduled = false

  changed() {
    if (this.isScheduled) return
    this.isScheduled = true
    requestAnimationFrame(() => {
      this.isScheduled = false
      this.drawCanvas()
      if (this.data?.isTrying) this.read()
    })
  }

  drawCanvas() {
    const scale = this.canvas.width / CANVAS_SIDE
    this.context.setTransform(scale, 0, 0, scale, 0, 0)
    this.context.fillStyle = "#000"
    this.context.fillRect(0, 0, CANVAS_SIDE, CANVAS_SIDE)
    Object.assign(this.context, { lineWidth: PEN_WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" })
    for (const stroke of this.strokes) {
      this.context.beginPath()
      this.context.moveTo(...stroke[0])
      for (const point of stroke) this.context.lineTo(...point)
      this.context.stroke()
    }
  }

  read() {
    const network = networkAt(this.data.network)
    if (!network) return
    const pixels = this.strokes.length ? digitOf(this.strokes) : null
    const place = this.root.querySelector(".reads")
    if (!pixels) {
      if (!this.strokes.length) place.innerHTML = this.data.answer
      this.steady = new SteadyAnswer()
      return
    }
    const newest = network.read(pixels)
    const answer = this.isDown ? this.steady.next(newest, performance.now()) : newest
    if (!this.isDown) this.steady = new SteadyAnswer()
    showAnswer(place.querySelector(".answer"), answer, this.isDown, network.classNames)
  }
}

function makeItem(sign) {
  const item = document.createElement("li")
  item.dataset.number = sign.number
  const button = Object.assign(document.createElement("button"), { type: "button", className: "sign" })
  button.dataset.sign = sign.number
  for (const name of ["key", "name", "count"]) {
    button.append(Object.assign(document.createElement("span"), { className: name }))
  }
  item.append(button, Object.assign(document.createElement("div"), { className: "tray" }))
  return item
}

function makeThumb(example) {
  const thumb = Object.assign(document.createElement("button"), { type: "button", className: "thumb" })
  thumb.dataset.example = example.number
  thumb.append(Object.assign(document.createElement("img"), { src: example.picture, alt: "" }))
  return thumb
}
