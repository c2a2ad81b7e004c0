// Changes the server's elements on the page while the pen moves: the answer and the pictures of the drawing. showAnswer is in
// pages/shared/live/answer.js, setText in elements.js.

const ANSWER_PLACE = ".st-key-answer"
const STAGES_PLACE = ".st-key-stages"
const ANSWER = `${ANSWER_PLACE} .answer`
const STAGES = `${STAGES_PLACE} .strip`
const SAMPLE = ".st-key-pad-place .sample"

// For each element that has been changed, a copy of it as the server made it.
const originals = new WeakMap()

/** Returns the element, after keeping a copy of it as the server made it. */
function changeable(selector) {
  const element = document.querySelector(selector)
  if (element && !originals.has(element)) originals.set(element, element.cloneNode(true))
  return element
}

/** Returns whether the answer or the row of pictures on the page is the server's own. */
export function isServersShown() {
  return [ANSWER, STAGES].map(selector => document.querySelector(selector)).some(element => element && !originals.has(element))
}

/** Returns which drawing the server had when it made the row of pictures: `key` and `numStrokes`, as in the component's data.
 *
 * The server makes the row after the answer, so it made the answer for this drawing, too, or for a newer one. Returns null while
 * there is no row.
 */
export function serversDrawing() {
  const row = document.querySelector(STAGES)
  return row && { key: row.dataset.canvas, numStrokes: Number(row.dataset.numStrokes) }
}

/** Puts the server's elements back. React does not do this, because it does not know that they were changed. */
export function restoreServerAnswer() {
  document.querySelector(SAMPLE)?.style.removeProperty("visibility")
  for (const selector of [ANSWER, STAGES]) {
    const element = document.querySelector(selector)
    if (originals.has(element)) element.replaceWith(originals.get(element))
  }
}

/** Shows an answer as `showAnswer` does, in the element that the server has made. */
export const showInPlace = (...answer) => showAnswer(changeable(ANSWER), ...answer)

const stagePictures = () => changeable(STAGES)?.querySelectorAll("img") ?? []

/** Shows the 28x28 digit and its bits in the row of pictures. */
export function showStages(pixels, thresholds) {
  const pictures = stagePictures()
  if (pictures.length < 4) return
  pictures[2].src = pictureSource(pixels)
  pictures[3].src = thresholds.length ? bitsSource(pixels, thresholds) : pictureSource(pixels)
}

// These numbers are the same as in bnn/drawing/preprocessing.py, which makes the same pictures on the server.
const PICTURE_SIDE = 140
const PEN_SIDE = PICTURE_SIDE / 20
const MINIMUM_SIDE = 16
const MARGIN = 1.25
// The lines between tiles, as in pages/shared/bit_images.py.
const GREY = 122
const DRAWING_IN_WORDS = "your drawing"

/** Shows the drawing, and the part of it that has ink, in the row of pictures. A sample behind the drawing is not read, so it is
 * hidden.
 */
export function showDrawing(strokes) {
  document.querySelector(SAMPLE)?.style.setProperty("visibility", "hidden")
  const pictures = stagePictures()
  if (pictures.length < 4) return
  const whole = (drawingPicture ??= blankPicture(PICTURE_SIDE))
  const box = drawStrokes(whole, strokes)
  pictures[0].src = whole.canvas.toDataURL()
  pictures[1].src = cutOut(whole.canvas, box)
  // These words are the same as in page.py. Before the first stroke, a sample may have been here.
  pictures[0].alt = DRAWING_IN_WORDS
  pictures[1].alt = `${DRAWING_IN_WORDS}, cropped`
  setText(document.querySelector(`${STAGES} figcaption`), DRAWING_IN_WORDS)
}

/** Returns the picture of the first layer's input. Like `_first_bits` in page.py, it has a tile for each bit of a pixel. */
function bitsSource(pixels, thresholds) {
  const tiles = thresholds.map(threshold => pixels.map(value => (value >= threshold ? 255 : 0)))
  if (tiles.length === 1) return pictureSource(tiles[0])
  const columns = Math.ceil(Math.sqrt(tiles.length))
  const rows = Math.ceil(tiles.length / columns)
  const { canvas, context } = (bitsPicture ??= blankPicture(0))
  // A tile has 28 by 28 pixels. Lines of one pixel are between the tiles and around them.
  Object.assign(canvas, { width: 1 + 29 * columns, height: 1 + 29 * rows })
  context.fillStyle = `rgb(${GREY} ${GREY} ${GREY})`
  context.fillRect(0, 0, canvas.width, canvas.height)
  tiles.forEach((tile, i) => {
    context.putImageData(imageOf(context, tile), 1 + 29 * (i % columns), 1 + 29 * Math.floor(i / columns))
  })
  return canvas.toDataURL()
}

/** Draws the strokes in the middle of a picture. Returns left, top, width and height of the box around the ink. */
function drawStrokes({ canvas, context }, strokes) {
  const points = strokes.flat()
  const low = [0, 1].map(i => Math.min(...points.map(point => point[i])))
  const high = [0, 1].map(i => Math.max(...points.map(point => point[i])))
  const scale = PICTURE_SIDE / (Math.max(high[0] - low[0], high[1] - low[1], MINIMUM_SIDE) * MARGIN)
  const move = (value, i) => (value - (low[i] + high[i]) / 2) * scale + PICTURE_SIDE / 2
  Object.assign(context, { lineWidth: PEN_SIDE, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" })
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.beginPath()
  for (const stroke of strokes) {
    context.moveTo(...stroke[0].map(move))
    for (const point of stroke) context.lineTo(...point.map(move))
  }
  context.stroke()
  const [left, top] = low.map((value, i) => Math.floor(move(value, i) - PEN_SIDE / 2))
  const [right, bottom] = high.map((value, i) => Math.ceil(move(value, i) + PEN_SIDE / 2))
  return [left, top, right - left, bottom - top]
}

function cutOut(canvas, [left, top, width, height]) {
  const { canvas: part, context } = (croppedPicture ??= blankPicture(PICTURE_SIDE))
  Object.assign(part, { width, height })
  context.drawImage(canvas, left, top, width, height, 0, 0, width, height)
  return part.toDataURL()
}

let drawingPicture = null
let croppedPicture = null
let digitPicture = null
let bitsPicture = null

function blankPicture(side) {
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side })
  return { canvas, context: canvas.getContext("2d") }
}

function pictureSource(pixels) {
  const { canvas, context } = (digitPicture ??= blankPicture(28))
  context.putImageData(imageOf(context, pixels), 0, 0)
  return canvas.toDataURL()
}

function imageOf(context, pixels) {
  const image = context.createImageData(28, 28)
  pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i))
  return image
}
