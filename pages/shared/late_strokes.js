// Clear and some other buttons replace the canvas by a new one, for which the server needs a moment. A stroke that begins
// in between is on the old canvas. It is drawn again on the new canvas, and goes on there.

const RENEWING = ".st-key-clear button, .st-key-inside-clear button, .st-key-samples button, .st-key-judgement button"
const CANVASES = '[class*="st-key-canvas"] [data-testid="stBidiComponentIsolated"]'
// After the first number of frames, a new canvas draws. Before the last one, other scripts follow it (live/drawing.js).
const MIN_READY_FRAMES = 2
const MAX_READY_FRAMES = 10

/** Follows the buttons and the pen. Returns a function that draws on the new canvas what was drawn on the old one. */
function followLateStrokes() {
  // The old canvas, and what happened on it since the press of the button: [type, clientX, clientY] of mouse events.
  let late = null
  let isDown = false

  const add = (type, { clientX, clientY }) => late.events.push([type, clientX, clientY])
  const isOnOld = event => late && event.composedPath()[0] === late.canvas
  const listeners = {
    click: event => {
      if (!event.composedPath().some(part => part.matches?.(RENEWING))) return
      const host = [...document.querySelectorAll(CANVASES)].at(-1)
      late = { canvas: host?.shadowRoot?.querySelector("canvas.upper-canvas"), events: [] }
      isDown = false
      wipe(host?.shadowRoot?.querySelector("canvas.lower-canvas"))
      dispatchEvent(new Event("one-bit-lab-new-canvas"))
    },
    mousedown: event => {
      isDown = isOnOld(event) && event.button === 0
      if (isDown) add("mousedown", event)
    },
    mousemove: event => late && isDown && add("mousemove", event),
    mouseup: event => {
      if (late && isDown && event.button === 0) add("mouseup", event)
      isDown = false
    },
    touchstart: event => {
      if (!isOnOld(event) || event.touches.length > 1) return
      add("mousedown", event.touches[0])
      followTouch(late.canvas)
    },
  }
  for (const [type, listener] of Object.entries(listeners)) addEventListener(type, listener, { capture: true, passive: true })

  /** The events of a finger go to the canvas that it touched first, even when that is no longer on the page. */
  function followTouch(canvas) {
    const ended = new AbortController()
    const pass = type => event => {
      const place = event.changedTouches[0]
      if (late) add(type, place)
      else send(null, type, place.clientX, place.clientY)
      if (type === "mouseup") ended.abort()
    }
    const types = { touchmove: "mousemove", touchend: "mouseup", touchcancel: "mouseup" }
    for (const [touch, type] of Object.entries(types)) {
      canvas.addEventListener(touch, pass(type), { signal: ended.signal, passive: true })
    }
  }

  return async canvas => {
    if (!late || canvas === late.canvas) return
    for (let frames = 0; frames < MAX_READY_FRAMES; frames++) {
      if (frames >= MIN_READY_FRAMES && "followed" in canvas.dataset) break
      await new Promise(requestAnimationFrame)
    }
    const events = late?.events ?? []
    late = null
    for (const event of events) send(canvas, ...event)
  }
}

function wipe(canvas) {
  canvas?.getContext("2d").clearRect(0, 0, canvas.width, canvas.height)
}

/** Sends a mouse event as the browser does: a press to the canvas, and what follows to the document. */
function send(canvas, type, clientX, clientY) {
  const target = type === "mousedown" ? canvas : document
  const buttons = type === "mouseup" ? 0 : 1
  target.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, clientX, clientY, buttons, view: window }))
}
