// Chapter 3: the lines between the layers, and the frames around maps.

const NUM_ENDS = 5 // ends of lines on either side of the space between two layers

let linesObserver = null
let drawAgain = () => {}

/** Draws the lines as soon as the picture is on the page, and again when its size changes. `read` is as for followPointer. */
export function followSize(page, read, tries = 60) {
  const picture = wayPicture()
  if (!picture) return tries && page.isShown() && requestAnimationFrame(() => followSize(page, read, tries - 1))
  drawAgain = () => page.isShown() && showLines(page, read)
  linesObserver ??= new ResizeObserver(() => drawAgain())
  linesObserver.disconnect()
  for (const part of [picture, ...picture.children]) linesObserver.observe(part)
}

const wayPicture = () => document.querySelector(".st-key-way-picture")

function showLines(page, read) {
  const network = networkAt(page.network)
  if (!network) return drawLines(page, null)
  // The network may have read another digit last.
  if (pointed) read(network)
  showFeeding(network, page)
}

/** Draws the lines between all layers. If `feeding` (from feedingOf) is not null, also draws the lines to the map it describes. */
export function drawLines(page, feeding) {
  const place = wayPicture()?.querySelector(".way-lines")
  if (!place) return
  const boxes = columnBoxes(page.frames.length)
  if (boxes.some(box => !box)) return
  const parts = boxes.slice(1).map((box, i) => linesBetween(boxes[i], box))
  if (feeding) parts.push(...partsOf(feeding, boxes, page))
  place.innerHTML = `<svg aria-hidden="true">${parts.join("")}</svg>`
}

/** The boxes of the digit, of the maps of each layer and of the answers, within the picture. */
function columnBoxes(numLayers) {
  const walls = Array.from({ length: numLayers - 1 }, (_, i) => pickersPicture(`way-maps-${i + 1}`)?.closest("button"))
  const digit = wayDigit()
  const shown = digit?.nextElementSibling?.matches("canvas") ? digit.nextElementSibling : digit
  return [shown, ...walls, wayPicture().querySelector(".bars")].map(boxOf)
}

function boxOf(element) {
  if (!element) return null
  const picture = wayPicture()
  const { left, top } = picture.getBoundingClientRect()
  const box = element.getBoundingClientRect()
  return { x: box.left - left + picture.scrollLeft, y: box.top - top + picture.scrollTop, width: box.width, height: box.height }
}

const line = (x1, y1, x2, y2) => `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`

function linesBetween(from, to) {
  const ends = box => Array.from({ length: NUM_ENDS }, (_, i) => box.y + ((i + 0.5) / NUM_ENDS) * box.height)
  const lines = ends(from).flatMap(y1 => ends(to).map(y2 => line(from.x + from.width, y1, to.x, y2)))
  return `<path class="all" d="${lines.join("")}"/>`
}

const frame = ({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}z`
// The halo is a wider line in the colour of the page. It sets the frame off from the maps.
const framed = (box, name) => `<path class="${name} halo" d="${frame(box)}"/><path class="${name}" d="${frame(box)}"/>`

/** SVG paths about one map: the lines from the maps that feed it, and frames around these maps and around the map itself. */
function partsOf(feeding, boxes, page) {
  const { number, maps } = feeding
  const target = cellOf(boxes, number + 1, feeding.neuron)
  const seen = frameOnDigit(boxes[0], feeding, page)
  // The sources feed the map. They are maps of the layer before it or, for the first layer, a part of the digit.
  const sources = number ? maps.map(map => cellOf(boxes, number, map)) : [seen].filter(Boolean)
  // All other maps of the layer before it are dimmed.
  const dim = number ? `<path class="dim" d="${frame(boxes[number])}${sources.map(frame).join("")}"/>` : ""
  const lines = sources.map(box => line(box.x + box.width, box.y + box.height / 2, target.x, target.y + target.height / 2)).join("")
  const frames = [seen ? framed(seen, "own") : "", framed(target, "own")]
  // If the inputs are single bits, half of them may agree and be sources. That many frames and strong lines would cover the bits.
  if (sources.length > MAX_LINES) return [dim, `<path class="many" d="${lines}"/>`, ...frames]
  const strong = `<path class="strong halo" d="${lines}"/><path class="strong" d="${lines}"/>`
  return [dim, strong, ...sources.map(box => framed(box, "source")), ...frames]
}

/** The box of one map, or of one answer, in the column of its layer, counted from 1. */
function cellOf(boxes, number, cell) {
  const button = pickersPicture(`way-maps-${number}`)?.closest("button")
  if (button && number < boxes.length - 1) {
    const { x, y, width, height } = boxes[number]
    const box = button.boxOfCell(cell)
    return { x: x + box.x * width, y: y + box.y * height, width: box.width * width, height: box.height * height }
  }
  return boxOf(wayPicture().querySelectorAll(".st-key-way-answers .bar .name")[cell]) ?? boxes.at(-1)
}

/** The part of the digit that a neuron of a convolution depends on; null for a dense layer. */
function frameOnDigit(digit, { number, row, column }, page) {
  const { size, stride } = page.frames[number]
  if (!size) return null
  const unit = digit.width / SIDE
  const clamp = value => Math.min(SIDE, Math.max(0, value))
  const [top, left] = [row, column].map(at => clamp((at + 0.5) * stride - size / 2))
  const [bottom, right] = [row, column].map(at => clamp((at + 0.5) * stride + size / 2))
  return { x: digit.x + left * unit, y: digit.y + top * unit, width: (right - left) * unit, height: (bottom - top) * unit }
}
