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
const isByHand = (layer, output, number) => byHand.weights.some(weight => isSameWeight(weight, [layer, output, number]))

/** Marks the flipped weights of a neuron, and counts all that are flipped. */
export function showFlippedWeights(figure, { layer, output }, channels) {
  figure.querySelectorAll(".grid").forEach((grid, channel) =>
    grid.querySelectorAll(".tile").forEach((tile, place) =>
      tile.classList.toggle("by-hand", isByHand(layer, output, place * channels + channel)),
    ),
  )
  const words = document.querySelector(".by-hand-words")
  const count = byHand.weights.length
  words?.classList.toggle("none", !count)
  const tooMany = flippedWeights().length > MAX_LINK_LENGTH ? ", too many for a link to this page" : ""
  setText(words?.querySelector("span"), `${numberText(count)} ${count === 1 ? "weight" : "weights"} flipped by you${tooMany}`)
}

/** The index of the weight that was clicked, as a tile or in the picture; null if the click was on no weight. */
function weightAt(figure, { target, clientX, clientY }, { side, channels }) {
  // Outside the picture, a flip would change nothing that the page shows.
  if (target.matches(".tile.neither")) return null
  if (target.matches(".tile")) {
    const grid = target.parentElement
    const channel = [...figure.querySelectorAll(".grid")].indexOf(grid)
    return [...grid.children].indexOf(target) * channels + channel
  }
  if (!target.matches(".panel")) return null
  // In the picture, the channels stand in a grid.
  const { left, top, width, height } = target.getBoundingClientRect()
  const columns = channelColumns(channels)
  const x = Math.floor(((clientX - left) / width) * columns * side)
  const y = Math.floor(((clientY - top) / height) * Math.ceil(channels / columns) * side)
  const channel = Math.floor(y / side) * columns + Math.floor(x / side)
  return channel < channels ? ((y % side) * side + (x % side)) * channels + channel : null
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
    if (event.target.closest(".by-hand-words button")) putWeightsBack()
    else {
      const figure = event.target.closest(".st-key-neuron .arithmetic figure.weights-of-neuron")
      const { kind, side, inputs } = network.layers[page.layer]
      const number = figure && weightAt(figure, event, { side: kind === "convolution" ? 3 : side, channels: inputs })
      if (number === null) return
      flip(network, [page.layer, page.output, number])
    }
    callbacks.show()
    callbacks.tell(flippedWeights())
  })
  document.addEventListener("keydown", moveFocus)
}

/** Arrow keys move the focus from weight to weight; Enter and space flip one. */
function moveFocus(event) {
  const figure = event.target.closest?.("figure.weights-of-neuron")
  if (!figure || !event.target.matches(".tile") || event.altKey || event.ctrlKey || event.metaKey) return
  const isPress = event.key === "Enter" || event.key === " "
  const columns = Math.round(Math.sqrt(event.target.parentElement.children.length))
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key]
  if (!isPress && !step) return
  event.preventDefault()
  if (isPress) return event.target.click()
  const tiles = [...figure.querySelectorAll(".tile")]
  tiles[tiles.indexOf(event.target) + step]?.focus()
}
