// Corrects faults of the canvas. The canvas is in a shadow root, which the style of the page does not reach.
// 1. With its toolbar, visitors could move and scale strokes or upload a picture, but the conversion to 28x28 pixels
//    supports neither. The toolbar also catches touches in its corner, although it is mostly invisible. So it is hidden.
// 2. When another button of a mouse or stylus is pressed or released during a stroke, Fabric.js misses the end of the
//    stroke. It would then draw while the pen is up, and the drawing would not be read. So only the first button draws.
// 3. A stroke goes on if the browser does not report its end, for example because a menu was opened. This script ends it.
// 4. At the end of a stroke, Fabric.js leaves out the last point but one (PencilBrush.decimatePoints): a stroke of three
//    points would lose its corner. So two points are added to each stroke: one beside its last point, and the last point again.
//    Fabric.js then leaves out the one beside it.
// 5. The canvas reports a stroke only 200 ms after its end. If Undo were pressed sooner, it would remove the stroke before, and
//    the new one would be lost as well. So a press on Undo, or on another button that needs the whole drawing, makes the canvas
//    report at once.
// 6. While Shift is pressed, Fabric.js replaces the last point by the new one, but live/pen.js reads all points. So Fabric.js
//    does not see the key.
// 7. Fabric.js loses strokes when several fingers touch the screen, or a touch is cancelled (canvas_fingers.js, where `imitateMouse`
//    is, too).
// The canvas can also be drawn on with the keyboard (canvas_keys.js).
// This script also hides the ghost (ghost.js) at the first touch. Strokes that begin before a new canvas is ready are
// drawn on it afterwards (late_strokes.js, where `dispatch` and `newestCanvas` are, too). tryInFrames
// is in live/patience.js.

const NEEDS_DRAWING = ".st-key-undo button, .st-key-judgement button"
// The first button of the toolbar reports the drawing.
const REPORT = ".dc-toolbar button"

export default function ({ data }) {
  const pen = (window.oneBitLabPen ??= followPens())
  /** Returns whether this need not be tried again. */
  const hideToolbar = () => {
    const host = document.querySelector(`.st-key-${data.canvas} [data-testid="stBidiComponentIsolated"]`)
    const root = host?.shadowRoot
    if (!root?.querySelector(".dc-toolbar")) return false
    if (root.querySelector("#toolbar-hidden")) return true
    const style = document.createElement("style")
    style.id = "toolbar-hidden"
    style.textContent = `.dc-toolbar { display: none !important } ${KEYS_STYLE}`
    root.append(style)
    const canvas = root.querySelector("canvas.upper-canvas")
    drawWithKeys(canvas, pen.keys)
    pen.drawWithFingers(canvas)
    // The new canvas is on the page. When it draws, it gets the strokes that began before.
    pen.drawAgain(canvas)
    return true
  }
  tryInFrames(hideToolbar)
}

// The listeners are added once, on the window, because Clear replaces the canvas with a new one.
function followPens() {
  const { drawWithFingers, isFingerDown } = followFingers()
  const keys = listen(isFingerDown)
  return { drawWithFingers, keys, drawAgain: followLateStrokes(keys.keepDown) }
}

/** Follows the mouse, and what imitates it. Returns what the keyboard needs (canvas_keys.js). */
function listen(isFingerDown) {
  // The stroke that is being drawn: its canvas, its last point in the window, and whether the keyboard draws it.
  let stroke = null
  const isFromKeys = () => Boolean(stroke?.isFromKeys && stroke.canvas.isConnected)
  const isOnCanvas = event => event.composedPath().some(part => part.matches?.('[class*="st-key-canvas"]'))
  const stop = event => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  const hideShift = event => event.shiftKey && Object.defineProperty(event, "shiftKey", { value: false })
  const follow = event => {
    hideShift(event)
    const { clientX, clientY } = event
    Object.assign(stroke, { clientX, clientY })
  }
  const end = () => {
    if (stroke?.canvas.isConnected) drawLastPointTwice(stroke)
    stroke = null
  }
  const lift = () => stroke && document.dispatchEvent(mouseEvent("mouseup", stroke.clientX, stroke.clientY))
  const listeners = {
    click: event => event.target.closest?.(NEEDS_DRAWING) && reportDrawing(),
    pointerdown: event => isOnCanvas(event) && document.querySelectorAll(".ghost").forEach(ghost => (ghost.hidden = true)),
    mousedown: event => {
      // This press ends a stroke of the keyboard. The canvas loses the focus only after this event.
      if (isFromKeys()) lift()
      if (event.button !== 0) return (stroke || isOnCanvas(event)) && stop(event)
      stroke = isOnCanvas(event) ? { canvas: event.composedPath()[0] } : null
      if (stroke) follow(event)
    },
    mouseup: event => {
      if (event.button === 0) end()
      else if (stroke || isOnCanvas(event)) stop(event)
    },
    contextmenu: event => (stroke || isOnCanvas(event)) && stop(event),
    mousemove: event => {
      if (!stroke) return
      if (event.buttons & 1) follow(event)
      else lift()
    },
  }
  // Fabric.js listens on the canvas and the document. Listeners on the window in the capture phase come before those.
  for (const [name, listener] of Object.entries(listeners)) {
    // While a finger draws, the mouse does nothing. While the keyboard draws, only a press of the mouse counts.
    const isOther = event =>
      name.startsWith("mouse") && event.isTrusted && (isFingerDown() || (isFromKeys() && name !== "mousedown"))
    addEventListener(name, event => (isOther(event) ? event.stopImmediatePropagation() : listener(event)), true)
  }
  return {
    /** Begins a stroke of the keyboard, unless a finger is drawing. A stroke of the mouse ends. */
    putDown(canvas, clientX, clientY) {
      if (isFingerDown()) return
      lift()
      imitateMouse(canvas, "mousedown", { clientX, clientY })
      if (stroke) stroke.isFromKeys = true
    },
    isDown: canvas => isFromKeys() && stroke.canvas === canvas,
    /** Lets a stroke of the keyboard go on with this canvas, unless its own is still on the page. Returns whether none is elsewhere. */
    goOnWith(canvas) {
      if (isFromKeys() && stroke.canvas !== canvas) return false
      if (stroke?.isFromKeys) stroke.canvas = canvas
      return true
    },
    /** Calls `drawAgain`, which imitates a mouse. A stroke of the keyboard that goes on stays one. */
    keepDown(drawAgain) {
      const isGoingOn = Boolean(stroke?.isFromKeys)
      drawAgain()
      if (isGoingOn && stroke) stroke.isFromKeys = true
    },
  }
}

// live/pen.js sees the same points.
function drawLastPointTwice({ canvas, clientX, clientY }) {
  for (const x of [clientX + 1, clientX]) dispatch(canvas, "mousemove", x, clientY)
}

function reportDrawing() {
  newestCanvas()?.querySelector(REPORT)?.click()
}
