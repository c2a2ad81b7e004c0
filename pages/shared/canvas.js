// Mends the canvas, which stands in a shadow root that the page's style does not reach.
// 1. Its toolbar is hidden. It offers to move and scale strokes, which the way to 28x28 does not follow, and to upload
//    a picture; invisible until hovered, it also swallows the touch of a finger in the corner.
// 2. Only the first button of a mouse or stylus draws. Fabric.js stops listening for the pen's end when another button
//    is pressed or released in mid-stroke: the pen would go on drawing while it hovers, and nothing would be read.
// 3. A stroke also ends where its end was not reported, for example because a menu was opened.

const MAX_FRAMES = 600

export default function ({ data }) {
  window.oneBitLabPen ??= listen()
  let frames = 0
  const mend = () => {
    const host = document.querySelector(`.st-key-${data} [data-testid="stBidiComponentIsolated"]`)
    const root = host?.shadowRoot
    if (!root?.querySelector(".dc-toolbar")) return frames++ < MAX_FRAMES && requestAnimationFrame(mend)
    if (root.querySelector("#mended")) return
    const style = document.createElement("style")
    style.id = "mended"
    style.textContent = ".dc-toolbar { display: none !important }"
    root.append(style)
  }
  mend()
}

// Once for all canvases: clearing one brings another.
function listen() {
  let isDrawing = false
  const isOnCanvas = event => event.composedPath().some(part => part.matches?.('[class*="st-key-canvas"]'))
  const stop = event => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  const listeners = {
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
  // In the capture phase, on the window: before Fabric.js, which listens on the canvas and on the document.
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener, { capture: true })
  return listeners
}
