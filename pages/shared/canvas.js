// Corrects three faults of the canvas. The canvas is in a shadow root, which the style of the page does not reach.
// 1. With its toolbar, visitors could move and scale strokes or upload a picture, but the conversion to 28x28 pixels
//    supports neither. The toolbar also catches touches in its corner, although it is mostly invisible. It is hidden.
// 2. When another button of a mouse or stylus is pressed or released during a stroke, Fabric.js misses the end of the
//    stroke. It would then draw while the pen is up, and the drawing would not be read. So only the first button draws.
// 3. A stroke goes on if the browser does not report its end, for example because a menu was opened. It is ended here.
// The canvas can also be drawn on with the keyboard (canvas_keys.js).
// This script also hides the ghost (ghost.js) at the first touch. Strokes that begin before a new canvas is ready are
// drawn on it afterwards (late_strokes.js).

// The canvas appears within a second, or on a busy machine within half a minute.
const MAX_FRAMES = 3600

export default function ({ data }) {
  const pen = (window.oneBitLabPen ??= { ...listen(), drawAgain: followLateStrokes() })
  let frames = 0
  const hideToolbar = () => {
    const host = document.querySelector(`.st-key-${data.canvas} [data-testid="stBidiComponentIsolated"]`)
    const root = host?.shadowRoot
    if (!root?.querySelector(".dc-toolbar")) return frames++ < MAX_FRAMES && requestAnimationFrame(hideToolbar)
    if (root.querySelector("#toolbar-hidden")) return
    const style = document.createElement("style")
    style.id = "toolbar-hidden"
    style.textContent = `.dc-toolbar { display: none !important } ${KEYS_STYLE}`
    root.append(style)
    drawWithKeys(root.querySelector("canvas.upper-canvas"))
    // Now everything around the canvas is on the page.
    pen.drawAgain(root.querySelector("canvas.upper-canvas"))
  }
  hideToolbar()
}

// The listeners are added once, on the window, because Clear replaces the canvas with a new one.
function listen() {
  let isDrawing = false
  const isOnCanvas = event => event.composedPath().some(part => part.matches?.('[class*="st-key-canvas"]'))
  const stop = event => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  const listeners = {
    pointerdown: event => isOnCanvas(event) && document.querySelectorAll(".ghost").forEach(ghost => (ghost.hidden = true)),
    mousedown: event => {
      if (event.button !== 0) return (isDrawing || isOnCanvas(event)) && stop(event)
      isDrawing = isOnCanvas(event)
    },
    mouseup: event => {
      if (event.button === 0) isDrawing = false
      else if (isDrawing || isOnCanvas(event)) stop(event)
    },
    contextmenu: event => (isDrawing || isOnCanvas(event)) && stop(event),
    mousemove: event => {
      const isFirstButtonDown = event.buttons & 1
      if (!isDrawing || isFirstButtonDown) return
      isDrawing = false
      const { clientX, clientY } = event
      document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true, clientX, clientY, view: window }))
    },
  }
  // Fabric.js listens on the canvas and the document. Listeners on the window in the capture phase come before those.
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener, { capture: true })
  return listeners
}
