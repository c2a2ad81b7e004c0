// Follows the drawing on the page's canvas while the pen moves.

const MAX_TRIES = 600 // number of frames to wait for the canvas

let drawing = { key: null, canvas: null, strokes: [], stop: () => {} }

/** Follows the pen on the canvas with this key, as soon as the canvas is on the page.
 *
 * Each change calls `onChange(strokes, isFinal)` in the next frame. It gets the parts of the strokes that lie on the
 * canvas. `isFinal` is true when the pen has been lifted.
 */
export function followDrawing({ key, side, penWidth, strokes }, onChange, tries = MAX_TRIES) {
  const host = document.querySelector(`.st-key-${key} [data-testid="stBidiComponentIsolated"]`)
  const canvas = host?.shadowRoot?.querySelector("canvas.upper-canvas")
  if (!canvas) {
    if (tries) requestAnimationFrame(() => followDrawing({ key, side, penWidth, strokes }, onChange, tries - 1))
    return
  }
  if (canvas === drawing.canvas) return
  drawing.stop()
  const isSame = key === drawing.key
  drawing = { key, canvas, strokes: isSame ? drawing.strokes : strokes }
  const report = (strokes, isFinal) =>
    onNextFrame(() => onChange(strokes.flatMap(stroke => partsInside(stroke, side)), isFinal))
  drawing.stop = followPen(canvas, side, penWidth, {
    onMove: stroke => report([...drawing.strokes, stroke], false),
    onLift: stroke => {
      drawing.strokes.push(stroke)
      report(drawing.strokes, true)
    },
  })
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
