// Lets the keyboard draw on the canvas. Fabric.js knows only the mouse and fingers, so the keys become mouse events.
// imitateMouse is in canvas_fingers.js. `listen` in canvas.js returns `keys`. followKeys, KEYS_SIDE and MIDDLE are in
// bnn/drawing/keyboard.js.

const KEYS_STYLE = `
  canvas.upper-canvas:focus-visible { outline: 3px solid #7ea2ff; outline-offset: -3px; }
  .keys-mark { position: absolute; width: 24px; height: 24px; margin: -13px; border: 2px solid #7ea2ff; border-radius: 50%; pointer-events: none; }
`
const CLEAR = ".st-key-clear button, .st-key-inside-clear button"

// Streamlit may move a new canvas to another place in the HTML, and the canvas then loses the focus. During this number of
// frames, it gets the focus back.
const MAX_FOCUSED_FRAMES = 300

// Whether the canvas was cleared with the keyboard, and nothing but a canvas has been focused or pressed since. If so, the new
// canvas gets the focus.
let isFocusWanted = false

// The pen of the keyboard. After the canvas was cleared with the keyboard, the pen moves on from the old canvas to the new one.
const keysPen = { place: MIDDLE }

for (const type of ["focusin", "pointerdown"]) {
  addEventListener(type, event => {
    if (!event.composedPath()[0].matches?.("canvas.upper-canvas")) isFocusWanted = false
  })
}

/** Lets the keyboard draw on a canvas of Fabric.js. */
function drawWithKeys(canvas, keys) {
  const mark = Object.assign(document.createElement("span"), { className: "keys-mark", hidden: true })
  canvas.parentElement.append(mark)
  // late_strokes.js takes these events for those of a mouse, and draws a stroke on the old canvas again on the new one.
  const events = (type, point) => {
    const [clientX, clientY] = onScreen(canvas, point)
    imitateMouse(canvas, type, { clientX, clientY })
  }
  if (!isFocusWanted) keysPen.place = MIDDLE
  followKeys(canvas, undefined, {
    pen: keysPen,
    isDown: () => keys.isDown(canvas),
    onDown: point => {
      document.querySelectorAll(".ghost").forEach(ghost => (ghost.hidden = true))
      keys.putDown(canvas, ...onScreen(canvas, point))
    },
    onMove: point => events("mousemove", point),
    onLift: () => events("mouseup", keysPen.place),
    onClear: () => {
      isFocusWanted = true
      keysPen.place = MIDDLE
      document.querySelector(CLEAR)?.click()
    },
    // When Streamlit removes the old canvas, Chrome first takes the focus from it. The stroke then goes on with the new canvas.
    onBlur: lift => queueMicrotask(() => canvas.isConnected && lift()),
    onShow: place => {
      mark.hidden = !place
      if (place) Object.assign(mark.style, { left: `${place[0]}px`, top: `${place[1]}px` })
    },
  })
  if (isFocusWanted) keepFocus(canvas, keys)
}

function keepFocus(canvas, keys, frames = 0) {
  if (!isFocusWanted || !canvas.isConnected || frames > MAX_FOCUSED_FRAMES) return
  if (keys.goOnWith(canvas) && canvas.getRootNode().activeElement !== canvas) canvas.focus()
  requestAnimationFrame(() => keepFocus(canvas, keys, frames + 1))
}

/** Returns where a place of the drawing is in the window. */
function onScreen(canvas, point) {
  const { left, top, width, height } = canvas.getBoundingClientRect()
  return [left + (point[0] * width) / KEYS_SIDE, top + (point[1] * height) / KEYS_SIDE]
}
