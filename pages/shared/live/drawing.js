// Follows the drawing on the page's canvas while the pen moves. followPen and partsInside are in pen.js, and
// tryInFrames is in patience.js.

let drawing = { key: null, canvas: null, strokes: [], numStrokes: 0, isPenDown: false, stop: () => {} }

/** Follows the pen on the canvas that `data` describes (drawing_data in __init__.py), as soon as it is on the page.
 *
 * Each change calls `onChange(strokes, isFinal)` in the next frame. `strokes` has only the parts of the strokes that lie on
 * the canvas. `isFinal` is true when the pen has been lifted.
 */
export function followDrawing(data, onChange) {
  // The server may know strokes that were drawn on another page.
  if (data.key !== drawing.key || data.numStrokes > drawing.numStrokes) begin(data)
  tryInFrames(() => attach(data, onChange))
}

/** Begins with the strokes that the server knows. */
function begin({ key, strokes, numStrokes }) {
  drawing.stop()
  drawing = { key, canvas: null, strokes: [...strokes], numStrokes, isPenDown: false, stop: () => {} }
}

// After Clear was pressed, the old canvas remains for a moment, but its strokes no longer count (late_strokes.js).
addEventListener("one-bit-lab-new-canvas", () => (drawing.strokes = []))

/** Returns whether the browser knows strokes that the server did not know when it sent `data`. */
export const isDrawingAhead = ({ key, numStrokes }) =>
  key === drawing.key && (drawing.isPenDown || drawing.numStrokes > numStrokes)

/** Returns whether a stroke is being drawn. */
export const isPenDown = () => drawing.isPenDown

/** Follows the pen on the canvas. Returns whether this need not be tried again. */
function attach(data, onChange) {
  if (data.key !== drawing.key) return true
  const host = document.querySelector(`.st-key-${data.key} [data-testid="stBidiComponentIsolated"]`)
  const canvas = host?.shadowRoot?.querySelector("canvas.upper-canvas")
  if (!canvas) return false
  if (canvas === drawing.canvas) return true
  // This is a new canvas: the visitor has been on another page. Strokes that the server did not get are not on it.
  if (drawing.canvas) begin(data)
  // late_strokes.js waits for this mark.
  canvas.dataset.followed = ""
  drawing.canvas = canvas
  const followed = drawing
  const parts = strokes => strokes.flatMap(stroke => partsInside(stroke, data.canvasSide))
  // By the next frame, Clear may have brought another canvas.
  const report = (strokes, isFinal) => onNextFrame(() => followed === drawing && onChange(parts(strokes), isFinal))
  drawing.stop = followPen(canvas, data.canvasSide, data.penWidth, {
    onMove: stroke => {
      followed.isPenDown = true
      report([...followed.strokes, stroke], false)
    },
    onLift: stroke => {
      followed.isPenDown = false
      followed.numStrokes += 1
      followed.strokes.push(stroke)
      report(followed.strokes, true)
    },
  })
  return true
}

let next = null

/** Calls a function in the next frame. If this is called several times in one frame, only the last call counts. */
function onNextFrame(work) {
  if (!next) requestAnimationFrame(() => {
    const work = next
    next = null
    work()
  })
  next = work
}
