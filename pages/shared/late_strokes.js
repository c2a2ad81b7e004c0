// Clear, Undo and some other buttons replace the canvas with a new one, for which the server needs a moment. A stroke that begins
// in this moment is on the old canvas. It is drawn again on the new canvas, and goes on there.

const RENEWING = ".st-key-clear button, .st-key-undo button, .st-key-inside-clear button, .st-key-samples button"
// "Right" and the digits beside it bring a new canvas only if the server keeps the drawing. Until then, the strokes still count.
const OFTEN_RENEWING = ".st-key-judgement button"
const CANVAS_PLACE = '[class*="st-key-canvas"]'
const CANVASES = `${CANVAS_PLACE} [data-testid="stBidiComponentIsolated"]`
// Within this number of frames, other scripts begin to follow a new canvas (live/drawing.js).
const MAX_FOLLOWED_FRAMES = 10
// After this number of frames, the strokes are sent even if the canvas does not seem to draw.
const MAX_READY_FRAMES = 600
const DRAWING_CURSOR = "crosshair" // freeDrawingCursor of Fabric.js

// Whether this script is sending an event. It ignores its own events.
let isSending = false

/** Returns the shadow root of the newest canvas. For a moment after Clear, the page also has the old one. */
const newestCanvas = () => [...document.querySelectorAll(CANVASES)].at(-1)?.shadowRoot

/** Follows the buttons and the pen. Returns a function that draws on the new canvas what was drawn on the old one.
 *
 * `keepDown` is in canvas.js.
 */
function followLateStrokes(keepDown) {
  // The old canvas, where it is, and the mouse events on it since the button was pressed, each as [type, clientX, clientY].
  let late = null
  let isDown = false
  // Whether something other than the old canvas is pressed, such as the new canvas.
  let isElsewhere = false

  const add = (type, { clientX, clientY }) => late.events.push([type, clientX, clientY])
  const isOnOld = event => late && event.composedPath()[0] === late.canvas
  const listeners = {
    click: event => {
      const isPressed = buttons => event.composedPath().some(part => part.matches?.(buttons))
      const isSure = isPressed(RENEWING)
      const root = newestCanvas()
      // The background is a lower canvas, too, but has no upper one beside it.
      const [upper, lower] = ["upper", "lower"].map(name => root?.querySelector(`.canvas-container canvas.${name}-canvas`))
      // At the second click of a double click, the canvas may be new and empty. The server then keeps nothing.
      if (!upper || !(isSure || (isPressed(OFTEN_RENEWING) && !isBlank(lower)))) return
      late = { canvas: upper, key: keyOf(upper), path: location.pathname, events: [] }
      isDown = false
      if (!isSure) return
      // After Undo, most of the drawing is there again, so the old canvas is not emptied.
      if (!isPressed(".st-key-undo button")) wipe(lower)
      dispatchEvent(new Event("one-bit-lab-new-canvas"))
    },
    mousedown: event => {
      isDown = isOnOld(event) && event.button === 0
      isElsewhere = !isDown
      if (isDown) add("mousedown", event)
    },
    mousemove: event => late && isDown && add("mousemove", event),
    mouseup: event => {
      if (late && isDown && event.button === 0) add("mouseup", event)
      isDown = isElsewhere = false
    },
  }
  for (const [type, listener] of Object.entries(listeners)) {
    addEventListener(type, event => isSending || listener(event), { capture: true, passive: true })
  }

  return async canvas => {
    const pending = late
    if (!pending || canvas === pending.canvas) return
    // On another page, or with the same key, this canvas does not come from the button. The button has brought none.
    if (location.pathname !== pending.path || keyOf(canvas) === pending.key) return (late = null)
    for (let frames = 0; frames < MAX_FOLLOWED_FRAMES && !("followed" in canvas.dataset); frames++) await nextFrame()
    // Until the new canvas draws, events on the old one are still added. While the visitor draws a stroke on the new canvas,
    // nothing is sent to it, because the sent lines would become part of that stroke.
    const isWaiting = () => pending === late && (isElsewhere || !isReady(canvas, pending.events))
    for (let frames = 0; frames < MAX_READY_FRAMES && isWaiting(); frames++) await nextFrame()
    if (pending !== late) return
    late = null
    keepDown(() => pending.events.forEach(event => send(canvas, ...event)))
  }
}

const nextFrame = () => new Promise(requestAnimationFrame)

/** Whether the canvas is ready to draw, so that no event is lost. If it is, Fabric.js shows the drawing cursor after a mouse move. */
function isReady(canvas, events) {
  const { left, top, right, bottom } = canvas.getBoundingClientRect()
  // If there are no events, a stroke may still begin. So the canvas must be ready then, too.
  const [, clientX, clientY] = events[0] ?? [null, (left + right) / 2, (top + bottom) / 2]
  // While Streamlit replaces the old canvas, the new one may be elsewhere for a frame. Lines would then lead to that place.
  if (clientX < left || clientX > right || clientY < top || clientY > bottom) return false
  dispatch(canvas, "mousemove", clientX, clientY)
  return canvas.style.cursor === DRAWING_CURSOR
}

/** Returns the key that the server gave to a canvas (canvas_key in canvas.py). */
function keyOf(canvas) {
  return canvas.getRootNode().host.closest(CANVAS_PLACE).className.match(/st-key-(canvas-\d+)/)[1]
}

function isBlank(canvas) {
  return !canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(value => value)
}

function wipe(canvas) {
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height)
}

/** Sends a mouse event as the browser does: a press to the canvas, and what follows to the document. */
function send(canvas, type, clientX, clientY) {
  dispatch(type === "mousedown" ? canvas : document, type, clientX, clientY)
}

function dispatch(target, type, clientX, clientY) {
  const wasSending = isSending
  isSending = true
  target.dispatchEvent(mouseEvent(type, clientX, clientY))
  isSending = wasSending
}

function mouseEvent(type, clientX, clientY) {
  const buttons = type === "mouseup" ? 0 : 1
  // In Chrome, a MouseEvent has whole pixels only, which is too coarse for the small canvas of Inside.
  // Fabric.js ignores pointer events that are not primary.
  const place = { clientX, clientY, view: window }
  return new PointerEvent(type, { ...place, buttons, isPrimary: true, bubbles: true, composed: true })
}
