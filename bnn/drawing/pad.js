// A canvas on which visitors draw with a mouse, a finger, a pen or the keyboard.

import { followKeys } from "./keyboard.js"

// The side of a drawing, in the units of its strokes. It does not depend on the size of the canvas on the screen.
const CANVAS_SIDE = 320
const PEN_WIDTH = 18
const MARK_COLOUR = "#7ea2ff"
// A touch beside these parts presses nothing.
const CONTROLS = "a, button, input, summary, label, [role=button], [role=option], [role=combobox]"
// Points closer together than this add nothing to the drawing.
const MIN_STEP = 0.5
// The pen's position is rounded to sixteenths of a pixel. So a drawing is short when it is sent to the app, and the app gets
// exactly the coordinates that the page uses.
const STEPS_PER_PIXEL = 16

/** Follows the pen or the keyboard on a canvas, and draws the strokes.
 *
 * `onStart` is called before a stroke begins, `onLift` when it has ended, and `onChange` in the next frame after any change.
 * `onAim` is called when the keyboard moves the lifted pen, and `onClear` when Delete or Backspace is pressed. Without
 * `onClear`, these keys clear the pad.
 */
export class Pad {
  strokes = []
  isDown = false
  liftedAt = 0
  #canvas
  #context
  #handlers
  // The mouse, finger or pen that began the newest stroke; null if the keyboard did.
  #pointer = null
  #isTouch = false
  #isScheduled = false
  // Where the keyboard has moved the pen; null while the keyboard is not used.
  #mark = null

  constructor(canvas, signal, { onStart = () => {}, onLift = () => {}, onChange = () => {}, onAim = () => {}, onClear }) {
    this.#canvas = canvas
    this.#context = canvas.getContext("2d")
    this.#handlers = { onStart, onLift, onChange }
    // A press of the mouse ends a stroke of the keyboard (in keyboard.js), and then begins a new stroke (below). For this order,
    // the listeners of keyboard.js must be added first.
    followKeys(canvas, signal, {
      isDown: () => this.isDown && this.#pointer === null,
      onDown: point => {
        // The mouse may be drawing.
        if (this.isDown) this.#lift()
        this.#pointer = null
        this.#begin(point)
      },
      onMove: point => this.#moveTo(point),
      onAim: () => {
        if (this.isDown) return
        // A page may begin a new drawing when the pen has rested for some time. A lifted pen that moves does not rest.
        this.liftedAt = performance.now()
        onAim()
      },
      onLift: () => this.#lift(),
      onClear: onClear ?? (() => this.clear()),
      onShow: place => {
        // The drawing itself has not changed.
        this.#mark = place
        this.#draw()
      },
    })
    const listen = (type, handler) => canvas.addEventListener(type, handler, { signal })
    listen("pointerdown", event => this.#start(event))
    listen("pointermove", event => this.#move(event))
    for (const type of ["pointerup", "pointercancel"]) {
      listen(type, event => this.isDown && event.pointerId === this.#pointer && this.#lift())
    }
    listen("contextmenu", event => event.preventDefault())
    this.#draw()
  }

  /** Whether a mouse, finger or pen is drawing a stroke. */
  get isHeld() { return this.isDown && this.#pointer !== null }

  clear() {
    this.strokes = []
    this.isDown = false
    this.changed()
  }

  /** Draws the strokes and calls `onChange` in the next frame. */
  changed() {
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      this.#draw()
      this.#handlers.onChange()
    })
  }

  #start(event) {
    if (event.button !== 0) return
    // While a finger or a pen draws, a second finger or the palm does nothing. If the palm touched first, the pen's stroke
    // replaces the palm's.
    if (this.isDown && this.#canvas.hasPointerCapture(this.#pointer)) {
      if (!this.#isTouch || event.pointerType !== "pen") return
      this.strokes.pop()
    }
    this.#pointer = event.pointerId
    this.#isTouch = event.pointerType === "touch"
    this.#canvas.setPointerCapture(event.pointerId)
    this.#begin(this.#place(event))
  }

  #begin(point) {
    this.#handlers.onStart()
    this.isDown = true
    this.strokes.push([point])
    this.changed()
  }

  #move(event) {
    if (!this.isDown || event.pointerId !== this.#pointer) return
    // If no button is pressed, the event "pointerup" was lost, so the pen is lifted now.
    if (event.pointerType !== "touch" && !(event.buttons & 1)) return this.#lift()
    const events = event.getCoalescedEvents?.() ?? []
    for (const each of events.length ? events : [event]) this.#moveTo(this.#place(each))
  }

  #lift() {
    this.isDown = false
    this.liftedAt = performance.now()
    this.changed()
    this.#handlers.onLift()
  }

  #place(event) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect()
    const inPixels = [((event.clientX - left) * CANVAS_SIDE) / width, ((event.clientY - top) * CANVAS_SIDE) / height]
    return inPixels.map(value => Math.round(STEPS_PER_PIXEL * Math.min(CANVAS_SIDE, Math.max(0, value))) / STEPS_PER_PIXEL)
  }

  #moveTo([x, y]) {
    const stroke = this.strokes.at(-1)
    const [lastX, lastY] = stroke.at(-1)
    if (Math.hypot(x - lastX, y - lastY) >= MIN_STEP) stroke.push([x, y])
    this.changed()
  }

  #draw() {
    const scale = this.#canvas.width / CANVAS_SIDE
    this.#context.setTransform(scale, 0, 0, scale, 0, 0)
    this.#context.fillStyle = "#000"
    this.#context.fillRect(0, 0, CANVAS_SIDE, CANVAS_SIDE)
    Object.assign(this.#context, { lineWidth: PEN_WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" })
    for (const stroke of this.strokes) {
      this.#context.beginPath()
      this.#context.moveTo(...stroke[0])
      for (const point of stroke) this.#context.lineTo(...point)
      this.#context.stroke()
    }
    if (this.#mark) this.#drawMark()
  }

  #drawMark() {
    this.#context.beginPath()
    this.#context.arc(...this.#mark, PEN_WIDTH / 2 + 3, 0, 2 * Math.PI)
    Object.assign(this.#context, { lineWidth: 2, strokeStyle: MARK_COLOUR })
    this.#context.stroke()
  }
}

/** Whether a press is a touch that presses no control. It may be the edge of the hand that draws. */
export function mayBePalm(event) {
  return event.pointerType === "touch" && !event.composedPath().some(part => part.matches?.(CONTROLS))
}
