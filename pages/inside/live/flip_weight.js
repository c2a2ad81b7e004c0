// Chapter 2: a click on a weight flips it. The server needs the flipped weights only for the address, so that a link names them.
// When the visitor leaves the chapter or chooses another network, the weights are put back.

const MAX_LINK_LENGTH = 600 // as in pages/inside/chapters/flipped_weights.py

let byHand = { network: null, weights: [] } // weights that are flipped now, as [layer, output, index of the weight]

const isSameWeight = (a, b) => a.every((value, i) => value === b[i])

function flip(network, weight) {
  if (byHand.network !== network) putWeightsBack()
  network.flipWeight(...weight)
  const others = byHand.weights.filter(other => !isSameWeight(other, weight))
  byHand = { network, weights: others.length < byHand.weights.length ? others : [...others, weight] }
}

/** Flips back all weights that the visitor has flipped. */
export function putWeightsBack() {
  byHand.weights.forEach(weight => byHand.network.flipWeight(...weight))
  byHand = { network: null, weights: [] }
}

/** Flips the weights that the address names, in the form of `flippedWeights`. Those that the network does not have are ignored. */
export function flipWeightsNamed(network, text) {
  for (const name of text.split("_")) {
    const [number, output, weight] = name.split(".").map(count => Number(count) - 1)
    const layer = network.layers[number]
    const isIn = (value, end) => value >= 0 && value < end
    if (layer && isIn(output, layer.outputs) && isIn(weight, numTaps(layer) * layer.inputs)) flip(network, [number, output, weight])
  }
}

/** The flipped weights for the address: layer, neuron and index of each, counted from 1. */
const flippedWeights = () => byHand.weights.map(weight => weight.map(number => number + 1).join(".")).join("_")

/** Shows the hint that weights can be flipped, if the browser has the network. */
export function offerFlips(network) {
  document.documentElement.classList.toggle("can-flip-weights", Boolean(network))
}

/** Whether the visitor has flipped this weight. */
export const isByHand = (layer, output, number) => byHand.weights.some(weight => isSameWeight(weight, [layer, output, number]))

/** Marks the flipped weights of a neuron, and counts all that are flipped. */
export function showFlippedWeights(figure, network, page) {
  const { layer, output } = page
  const channels = network.layers[layer].inputs
  figure.querySelectorAll(".grid").forEach((grid, channel) =>
    grid.querySelectorAll(".tile").forEach((tile, place) => {
      const isFlipped = isByHand(layer, output, place * channels + channel)
      tile.classList.toggle("by-hand", isFlipped)
      tile.setAttribute("aria-pressed", isFlipped)
    }),
  )
  const marker = figure.querySelector(".weight-marker")
  if (marker) nameMarkedWeight(marker, network, page)
  const words = document.querySelector(".by-hand-words")
  const count = byHand.weights.length
  words?.classList.toggle("none", !count)
  const tooMany = flippedWeights().length > MAX_LINK_LENGTH ? ", too many for a link to this page" : ""
  setText(words?.querySelector("span"), `${numberText(count)} ${count === 1 ? "weight" : "weights"} flipped by you${tooMany}`)
}

/** Whether a neuron's weight is for an input inside the picture. */
function isWeightInside(layer, number, page) {
  const { row, column } = slidePlace(page)
  return placeOfTap(layer, Math.floor(number / layer.inputs), row, column) !== null
}

/** The index of the weight that was clicked, as a tile or in the picture; null if the click was on no weight. */
function weightAt(figure, { target, clientX, clientY }, layer) {
  if (target.matches(".tile")) {
    const grid = target.parentElement
    const channel = [...figure.querySelectorAll(".grid")].indexOf(grid)
    return [...grid.children].indexOf(target) * layer.inputs + channel
  }
  const marker = figure.querySelector(".weight-marker")
  if (target === marker) return weightOfPixel(layer, markedPixel(marker)).number
  if (!target.matches(".panel")) return null
  const { left, top, width, height } = target.getBoundingClientRect()
  const { rows, columns } = markedPixel(marker)
  const x = Math.floor(((clientX - left) / width) * columns)
  const y = Math.floor(((clientY - top) / height) * rows)
  return weightOfPixel(layer, { x, y }).number
}

/** The weight at a pixel of the picture, in which the channels stand in a grid: its index (null if there is none), and its place. */
function weightOfPixel({ kind, side: inputSide, inputs }, { x, y }) {
  const side = kind === "convolution" ? 3 : inputSide
  const channel = Math.floor(y / side) * channelColumns(inputs) + Math.floor(x / side)
  const [row, column] = [y % side, x % side]
  return { number: channel < inputs ? (row * side + column) * inputs + channel : null, row, column, channel }
}

/** The pixel of the picture at which the marker is, and the size of the picture, in pixels. */
function markedPixel(marker) {
  const value = name => Number(marker.style.getPropertyValue(`--${name}`))
  return { x: value("x"), y: value("y"), rows: value("rows"), columns: value("columns") }
}

/** Moves the marker, if there is a weight at the new place. */
function moveMarker(marker, [right, down]) {
  const page = callbacks.getPage()
  const network = networkAt(page?.network)
  const { x, y, rows, columns } = markedPixel(marker)
  const to = { x: x + right, y: y + down }
  if (!network || to.x < 0 || to.y < 0 || to.x >= columns || to.y >= rows) return
  if (weightOfPixel(network.layers[page.layer], to).number === null) return
  for (const [axis, at] of Object.entries(to)) marker.style.setProperty(`--${axis}`, at)
  nameMarkedWeight(marker, network, page)
}

/** Says for screen readers which weight is marked. */
function nameMarkedWeight(marker, network, page) {
  const layer = network.layers[page.layer]
  const { number, row, column, channel } = weightOfPixel(layer, markedPixel(marker))
  const colour = network.weightBits(page.layer, page.output)[number] ? "black" : "white"
  const shown = isWeightInside(layer, number, page) ? colour : "outside the picture"
  setLabel(marker, { row: row + 1, column: column + 1, input: channel + 1, colour: shown })
  marker.setAttribute("aria-pressed", isByHand(page.layer, page.output, number))
}

let callbacks = null // the newest arguments of `followWeights`

/** Lets clicks and keys flip weights of the neuron that `getPage` names. Then calls `show`, and `tell` with all flipped weights. */
export function followWeights(getPage, show, tell) {
  const isFirst = callbacks === null
  callbacks = { getPage, show, tell }
  if (!isFirst) return
  document.addEventListener("click", event => {
    const page = callbacks.getPage()
    const network = page?.chapter === "neuron" && networkAt(page.network)
    if (!network) return
    if (event.target.closest(".by-hand-words button")) {
      putWeightsBack()
      // The button is hidden now, so the focus goes to the weights.
      document.querySelector(".weights-of-neuron :is(.tile, .weight-marker)")?.focus({ preventScroll: true })
    } else {
      const figure = event.target.closest(".st-key-neuron .arithmetic figure.weights-of-neuron")
      const layer = network.layers[page.layer]
      const number = figure && weightAt(figure, event, layer)
      // Outside the picture, a flip would change nothing that the page shows.
      if (number === null || !isWeightInside(layer, number, page)) return
      flip(network, [page.layer, page.output, number])
    }
    callbacks.show()
    callbacks.tell(flippedWeights())
  })
  document.addEventListener("keydown", moveFocus)
}

/** Arrow keys move the focus from weight to weight, or the marker in a picture of weights; Enter and space flip one. */
function moveFocus(event) {
  const figure = event.target.closest?.("figure.weights-of-neuron")
  if (!figure || !event.target.matches(".tile, .weight-marker") || event.altKey || event.ctrlKey || event.metaKey) return
  const isPress = event.key === "Enter" || event.key === " "
  const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key]
  if (!isPress && !step) return
  event.preventDefault()
  if (isPress) return event.target.click()
  if (event.target.matches(".weight-marker")) return moveMarker(event.target, step)
  const columns = Math.round(Math.sqrt(event.target.parentElement.children.length))
  const tiles = [...figure.querySelectorAll(".tile")]
  tiles[tiles.indexOf(event.target) + step[0] + step[1] * columns]?.focus()
}
