// Lets fingers and pens draw on the canvas. Fabric.js loses strokes when another finger is on the screen, even beside the
// canvas, and when the browser cancels a touch. So Fabric.js gets no touches, and their pointer events become mouse events.
// One finger draws, and other touches do nothing, as on the canvas of Teach (bnn/drawing/pad.js).
// The functions mouseEvent and wipe are in late_strokes.js.

const FINGER_EVENTS = ["pointermove", "pointerup", "pointercancel"]

/** Follows fingers and pens.
 *
 * Returns `drawWithFingers`, which lets them draw on a new canvas, and `isFingerDown`, which says whether one is drawing.
 */
function followFingers() {
  // The finger or pen that draws, and the canvas on which it began.
  let finger = null
  const isFingerDown = () => Boolean(finger?.canvas.hasPointerCapture(finger.pointerId))

  function start(event) {
    const [canvas] = event.composedPath()
    const { pointerId, pointerType } = event
    if (pointerType === "mouse" || event.button !== 0 || !canvas.matches?.("canvas.upper-canvas")) return
    // Without this, the browser would also send mouse events for this touch.
    event.preventDefault()
    // If the palm touched before the pen, the pen's stroke replaces the palm's.
    const isPalmDown = isFingerDown() && finger.pointerType === "touch" && pointerType === "pen"
    if (isFingerDown() && !isPalmDown) return
    if (isPalmDown) wipe(finger.canvas)
    // The end of a stroke with the mouse may have been lost.
    else imitateMouse(canvas, "mouseup", event)
    finger = { canvas, pointerId, pointerType }
    canvas.setPointerCapture(pointerId)
    imitateMouse(canvas, "mousedown", event)
  }
  function follow(event) {
    if (event.pointerId !== finger?.pointerId) return
    // The end of a pen's stroke may have been lost, too.
    const isDown = finger.pointerType === "touch" || event.buttons & 1
    const type = event.type === "pointermove" && isDown ? "mousemove" : "mouseup"
    imitateMouse(finger.canvas, type, event)
    if (type === "mouseup") finger = null
  }

  // The canvas has a listener, too: a press ends a stroke of the keyboard (keyboard.js). The listener here must run later, so it
  // does not use the capture phase.
  addEventListener("pointerdown", start)
  for (const type of FINGER_EVENTS) addEventListener(type, follow, true)

  function drawWithFingers(canvas) {
    const stop = event => {
      event.preventDefault()
      event.stopPropagation()
    }
    // A listener in the capture phase, around the canvas, comes before those of Fabric.js on the canvas.
    canvas.parentElement.addEventListener("touchstart", stop, { capture: true, passive: false })
    // When the canvas is no longer on the page, the events of a finger that touched it may still go to it.
    for (const type of FINGER_EVENTS) canvas.addEventListener(type, event => canvas.isConnected || follow(event))
  }
  return { drawWithFingers, isFingerDown }
}

function imitateMouse(canvas, type, { clientX, clientY }) {
  const target = type === "mousedown" ? canvas : document
  target.dispatchEvent(mouseEvent(type, clientX, clientY))
}
