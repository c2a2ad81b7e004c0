// Chapter 3: when the visitor points at a map with the mouse or the keyboard, shows what feeds this map. A map holds the answers of
// one neuron. The neuron is connected with all maps of the layer before it. The picture shows only the connections to the maps that
// agree most with the neuron's weights.

const MAX_LINES = 12

// The map or answer that is pointed at, or null. It has these members:
// - number: its layer, from 0; null for an answer
// - neuron: its neuron in this layer, from 0
// - point: where it is pointed at, as shares of the height and width of the layer's picture
// - byKey: whether it is pointed at with the keyboard
let pointed = null

/** Lets the lines follow pointer and focus. `read` lets the undamaged network read the digit that is shown. */
export function followPointer(getPage, read) {
  let isAwaited = false
  const pointAt = map => {
    if (!map && !pointed) return
    pointed = map
    if (!isAwaited) requestAnimationFrame(() => {
      isAwaited = false
      const page = getPage()
      const network = page?.chapter === "way" && networkAt(page.network)
      if (!network) return
      if (pointed) read(network)
      showFeeding(network, page)
    })
    isAwaited = true
  }
  const isWay = () => getPage()?.chapter === "way"
  document.addEventListener("pointermove", event => {
    if (!isWay()) return
    const map = mapUnder(event)
    if (map || !pointed?.byKey) pointAt(map)
  })
  document.addEventListener("mark", event => isWay() && pointAt(markedMap(event)))
  document.addEventListener("focusin", event => {
    // The focused element may be in a shadow tree. Browsers differ in whether the host of that tree matches `:focus-visible`, too.
    const focused = event.composedPath()[0]
    if (!isWay() || !focused.matches?.(":focus-visible")) return
    // The browser does not scroll by itself to a column that is already partly in sight.
    focused.scrollIntoView({ block: "nearest", inline: "nearest" })
    const answer = answerAt(event.target)
    if (answer) pointAt({ ...answer, byKey: true })
    else if (buttonOf(event)) pointAt(markedMap(event))
  })
  document.addEventListener("pick", event => numberOf(event.target) !== null && (pointed = null))
  document.addEventListener("focusout", event => isWay() && (numberOf(event.target) !== null || answerAt(event.target)) && pointAt(null))
}

/** The layer, from 0, whose picture of maps contains this element; null if there is none. */
function numberOf(element) {
  const place = element.closest?.('[class*="st-key-way-maps-"]')
  return place ? Number(place.className.match(/st-key-way-maps-(\d+)/)[1]) - 1 : null
}

const buttonOf = event => event.composedPath().find(part => part instanceof HTMLButtonElement)

/** The answer whose bar contains this element; null if there is none. */
function answerAt(element) {
  const bar = element.closest?.(".st-key-way-answers .bar")
  return bar ? { number: null, neuron: [...bar.parentElement.children].indexOf(bar), point: [0.5, 0.5] } : null
}

function mapUnder(event) {
  const answer = answerAt(event.target)
  if (answer) return answer
  const number = numberOf(event.target)
  const button = buttonOf(event)
  if (number === null || !button) return null
  const { left, top, width, height } = button.getBoundingClientRect()
  const point = [(event.clientY - top) / height, (event.clientX - left) / width]
  const neuron = button.cellAt(point)
  return neuron === null ? null : { number, neuron, point }
}

function markedMap(event) {
  const number = numberOf(event.target)
  const button = buttonOf(event)
  if (number === null || !button) return null
  const [neuron, point] = button.markedCell()
  return { number, neuron, point, byKey: true }
}

/** Shows what feeds the map that is pointed at, for the digit that was read last. */
export function showFeeding(network, page) {
  const last = network.layers.length - 1
  const map = pointed && { ...pointed, number: pointed.number ?? last }
  const feeding = map && network.layers[map.number] && feedingOf(network, map, page.columns[map.number])
  drawLines(page, feeding)
  const words = document.querySelector(".way-words")
  words?.classList.toggle("is-fed", Boolean(feeding))
  words?.querySelectorAll(".fed > span").forEach((span, i) => setText(span, feeding ? inWords(page.sentences[feeding.number][i], feeding) : ""))
}

/** The place of the neuron, how many of its inputs agree with its weights, and the maps that agree most. */
function feedingOf(network, { number, neuron, point }, columns) {
  const layer = network.layers[number]
  const [row, column] = layer.kind === "dense" ? [0, 0] : placeAt(network, number, neuron, point, columns)
  const one = neuronAt(network, network.lastLayerBits(), { layer: number, output: neuron, row, column })
  // How many bits of each map of the layer before it agree. Input i is a bit of the map i % layer.inputs.
  const agreements = new Array(layer.inputs).fill(0)
  one.inputs.forEach((input, i) => (agreements[i % layer.inputs] += one.isInside[i] && input === one.weights[i]))
  const numInputs = one.isInside.filter(Boolean).length
  const numAgreements = agreements.reduce((sum, count) => sum + count, 0)
  return { number, neuron, row, column, numInputs, numAgreements, maps: number ? strongest(agreements) : [] }
}

/** Which place, before pooling, decides the bit at a point in the picture of a layer's maps. Returns [row, column].
 *
 * Like `place_of_pixel` in bnn/analysis/neuron.py, this takes the first place of the pooled square that has the deciding value.
 */
function placeAt(network, number, neuron, point, columns) {
  const { side, pool, outputs, pool_first: isPooledFirst } = network.layers[number]
  const size = mapSide(network.layers[number])
  const { picture, gap } = newWall(outputs, size, columns)
  // The place in its map, after pooling.
  const [row, column] = [picture.height, picture.width].map((length, axis) => {
    const at = point[axis] * length - gap
    return Math.min(size - 1, Math.floor(at - (size + gap) * Math.floor(at / (size + gap))))
  })
  const { threshold, isInverted } = network.threshold(number, neuron)
  const sums = network.outputSums(number, neuron)
  const isBlack = place => sums[place[0] * side + place[1]] < threshold !== isInverted
  const square = Array.from({ length: pool * pool }, (_, i) => [row * pool + Math.floor(i / pool), column * pool + (i % pool)])
  const isBlackDeciding = isPooledFirst && isInverted
  return square.find(place => isBlack(place) === isBlackDeciding) ?? square[0]
}

/** The maps that agree most: at most `MAX_LINES`, but always all those with the highest count.
 *
 * Of several maps with the same count, all are returned or none. Maps that do not agree at all are left out.
 */
function strongest(agreements) {
  const numFrom = level => agreements.filter(count => count >= level).length
  const levels = [...new Set(agreements)].filter(count => count > 0).sort((a, b) => b - a)
  const least = levels.filter(level => numFrom(level) <= MAX_LINES).at(-1) ?? levels[0]
  return agreements.flatMap((count, map) => (count > 0 && count >= least ? [map] : []))
}

function inWords(sentence, { neuron, row, column, numInputs, numAgreements, maps }) {
  const place = { neuron: neuron + 1, row: row + 1, column: column + 1 }
  const counts = { inputs: numInputs, agreements: numAgreements, lines: maps.length }
  return filled(sentence, { ...place, ...counts })
}
