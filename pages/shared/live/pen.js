// Follows the pen on streamlit-drawable-canvas while it moves. The canvas draws with Fabric.js 7.4 and reports a stroke
// only when the pen is lifted. This file repeats the arithmetic of Fabric.js, so that browser and server read the same digit.

const CURVE_STEPS = 4 // as in bnn/drawing/canvas.py
const BRUSH_DECIMATE = 0.4 // PencilBrush.decimate, a distance in pixels

/** Calls `onMove` with the stroke when the pen is put down or moves, and `onLift` when it is lifted.
 *
 * It follows mouse events. canvas_fingers.js turns the events of fingers and pens into mouse events.
 * Returns a function that stops following the pen.
 */
export function followPen(canvas, side, penWidth, { onMove, onLift }) {
  let points = null
  const listeners = new AbortController()
  const listen = (target, type, handler) =>
    target.addEventListener(type, handler, { signal: listeners.signal, capture: true, passive: true })

  function start(event) {
    const point = place(event)
    if (!point) return
    points = [point, point]
    onMove(strokeIfLifted())
  }
  function move(event) {
    const point = points && place(event)
    if (!point) return
    const last = points.at(-1)
    if (point[0] === last[0] && point[1] === last[1]) return
    points.push(point)
    onMove(strokeIfLifted())
  }
  function lift() {
    if (!points) return
    const lifted = strokeOf(decimated(points), penWidth)
    points = null
    onLift(lifted)
  }
  // When the pen is lifted, canvas.js adds two points: one beside the last point, and the last point again. Fabric.js drops the first
  // of these, and others. Adding the last point twice has the same effect, so the answer does not change when the pen is lifted.
  const strokeIfLifted = () => strokeOf(decimated([...points, points.at(-1), points.at(-1)]), penWidth)
  // Returns the pen's place on the canvas. Null if the canvas is no longer on the page: Clear was pressed while the pen was down.
  function place(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect()
    if (!width || !height) return null
    return [((event.clientX - left) * side) / width, ((event.clientY - top) * side) / height]
  }
  listen(canvas, "mousedown", event => event.button === 0 && start(event))
  listen(document, "mousemove", move)
  listen(document, "mouseup", event => event.button === 0 && lift())
  return () => listeners.abort()
}

/** Returns the points that PencilBrush.decimatePoints keeps. It leaves out each point that is closer than BRUSH_DECIMATE to
 * the point kept before it, and always the second to last of all points.
 */
function decimated(points) {
  if (points.length <= 2) return points
  const end = points.length - 1
  const remaining = [points[0]]
  for (let i = 1; i < end - 1; i++) {
    const [x, y] = remaining.at(-1)
    if ((x - points[i][0]) ** 2 + (y - points[i][1]) ** 2 >= BRUSH_DECIMATE ** 2) remaining.push(points[i])
  }
  remaining.push(points[end])
  return remaining
}

/** Returns points on PencilBrush's path, which joins the middles of the line segments by quadratic curves. */
function strokeOf(points, penWidth) {
  // PencilBrush makes the path a little longer at both ends.
  const overhang = penWidth / 1000
  const many = points.length > 2
  const [toX, toY] = many ? signsOfStep(points[1], points[2]) : [1, 0]
  let [a, b] = points
  const stroke = [[a[0] - toX * overhang, a[1] - toY * overhang]]
  for (let i = 1; i < points.length; i++) {
    if (a[0] !== b[0] || a[1] !== b[1]) addCurve(stroke, a, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])
    a = points[i]
    if (i + 1 < points.length) b = points[i + 1]
  }
  const [endX, endY] = many ? signsOfStep(points.at(-2), a) : [1, 0]
  stroke.push([a[0] + endX * overhang, a[1] + endY * overhang])
  return stroke
}

const signsOfStep = (from, to) => [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])]

function addCurve(stroke, handle, end) {
  const start = stroke.at(-1)
  for (let k = 1; k <= CURVE_STEPS; k++) {
    const t = k / CURVE_STEPS
    stroke.push([0, 1].map(i => (1 - t) * (1 - t) * start[i] + 2 * t * (1 - t) * handle[i] + t * t * end[i]))
  }
}

/** Returns the parts of a stroke that lie on the canvas, cut off at its edge, as in bnn/drawing/canvas.py. */
export function partsInside(stroke, side) {
  const isInside = ([x, y]) => x >= 0 && x <= side && y >= 0 && y <= side
  const parts = []
  let part = null
  stroke.forEach((point, i) => {
    if (isInside(point)) {
      if (!part) parts.push((part = i ? [crossing(point, stroke[i - 1], side)] : []))
      part.push(point)
    } else if (part) {
      part.push(crossing(stroke[i - 1], point, side))
      part = null
    }
  })
  return parts
}

/** Returns the point where the line from a point inside to a point outside crosses the edge of the canvas. */
function crossing(inside, outside, side) {
  const way = [outside[0] - inside[0], outside[1] - inside[1]]
  const shares = way.map((step, i) => (step ? (step > 0 ? side - inside[i] : -inside[i]) / step : 1))
  const share = Math.min(1, ...shares)
  return [inside[0] + share * way[0], inside[1] + share * way[1]]
}
