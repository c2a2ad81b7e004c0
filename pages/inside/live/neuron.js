// Chapter 2: one neuron, its inputs, its count and its answer.

export function showNeuronChapter(network, pixels, { page, truth }) {
  const answer = network.read(pixels)
  const place = slidePlace(page)
  const neuron = neuronAt(network, network.lastLayerBits(), { ...page, ...place })
  showInput(network, pixels)
  if (page.side) showPlace(place)
  showArithmetic(network, neuron, page)
  showCountAndWords(neuron, page.words)
  showFormula(neuron)
  showOutput(network, page, neuron, answer, place)
  const reads = document.querySelector(".st-key-neuron .reads")
  showVerdict(reads, answer, network.classNames, truth)
  if (reads) showBarsOf(reads.closest(".outcome").querySelector(".bars"), answer, network.classNames)
}

/** The neuron: its inputs (+1 or -1, or shades of grey; 0 outside the picture), which of them are inside, its weights and sum. */
function neuronAt(network, layerInputs, { layer: number, output, row, column }) {
  const layer = network.layers[number]
  const isGrey = number === 0 && !network.pixelThresholds.length
  const isConvolution = layer.kind === "convolution"
  const words = layerInputs[number]
  const sums = network.outputSums(number, output)
  const side = isConvolution ? 3 : layer.side
  const [inputs, isInside] = [[], []]
  for (let tap = 0; tap < side * side; tap++) {
    const place = placeOfTap(layer, tap, row, column)
    for (let channel = 0; channel < layer.inputs; channel++) {
      isInside.push(place !== null)
      inputs.push(place === null ? 0 : valueOf(words, place, layer, channel, isGrey))
    }
  }
  const weights = network.weightBits(number, output).map(bit => (bit ? -1 : 1))
  const isLast = number === network.layers.length - 1
  const sum = sums[isConvolution ? row * layer.side + column : 0]
  const compared = isLast ? null : network.threshold(number, output)
  return { layer, side, inputs, isInside, weights, sums, sum, isGrey, ...compared, isReached: compared && sum >= compared.threshold }
}

/** The place, in the input of a layer, that a neuron at this row and column sees through a tap; null if it is outside the picture. */
export function placeOfTap({ kind, side }, tap, row, column) {
  const [width, top, left] = kind === "convolution" ? [3, row - 1, column - 1] : [side, 0, 0]
  const [y, x] = [top + Math.floor(tap / width), left + (tap % width)]
  return y >= 0 && x >= 0 && y < side && x < side ? y * side + x : null
}

function valueOf(words, place, layer, channel, isGrey) {
  if (isGrey) return words[place]
  const step = Math.ceil(layer.inputs / 32)
  return isBitSet(words, place * step, channel) ? -1 : 1
}

/** Shows the picture over which the neuron slides: bits if each pixel has one bit, and otherwise shades of grey. */
function showInput(network, pixels) {
  const img = pickersPicture("neuron-input") ?? document.querySelector("img.bits.full")
  const thresholds = network.pixelThresholds
  showPicture(img, thresholds.length === 1 ? atThreshold(pixels, thresholds[0]) : ofPixels(pixels))
}

function showPlace({ row, column }) {
  for (const button of neuronPickers()) button.moveTo([row, column])
  setLabel(pickersPicture("neuron-input")?.closest("button"), { row: row + 1, column: column + 1 })
  document.querySelectorAll(".where").forEach(where => setText(where, `row ${row + 1}, column ${column + 1}`))
}

function showArithmetic(network, { layer, side, inputs, isInside, weights, isGrey }, page) {
  const [seen, pattern, result] = document.querySelectorAll(".st-key-neuron .arithmetic figure")
  if (!result) return
  const products = inputs.map((input, i) => input * weights[i])
  const noMarks = inputs.map(() => "")
  const marks = isGrey ? products : products.map(product => (product > 0 ? "=" : "≠"))
  // A shade of 0 becomes -1, so that it is drawn black. 0 would be drawn grey, like a tile outside the picture.
  const signs = inputs.map((input, i) => (isGrey && isInside[i] && input === 0 ? -1 : input))
  showPanel(seen, signs, isInside, side, layer.inputs, isGrey ? inputs : noMarks)
  const isTurned = i => isByHand(page.layer, page.output, i)
  showPanel(pattern, weights.map((weight, i) => (isInside[i] ? weight : 0)), isInside, side, layer.inputs, noMarks, isTurned)
  showFlippedWeights(pattern, network, page)
  showPanel(result, products, isInside, side, layer.inputs, marks)
}

const COLOUR_WORDS = { white: "white", black: "black", neither: "outside the picture" }

/** Shows values (side, side, channels) as tiles with marks, or, if they are many, as a picture with some values in purple. */
function showPanel(figure, values, isInside, side, channels, marks, isTurned) {
  const img = figure.querySelector("img")
  const colours = figure.matches(".agreements") ? [AGREES, DIFFERS] : [WHITE, BLACK]
  const counts = { plus: values.filter(value => value > 0).length, minus: values.filter(value => value < 0).length }
  if (img) return showPicture(img, ofSigns(values, side, channels, colours, isTurned), counts)
  setLabel(figure.querySelector(".grids"), counts)
  figure.querySelectorAll(".grid").forEach((grid, channel) => {
    grid.querySelectorAll(".tile").forEach((tile, place) => {
      const i = place * channels + channel
      const value = values[i]
      const colour = value === 0 ? "neither" : value > 0 ? "white" : "black"
      tile.className = `tile ${colour}`
      setLabel(tile, { colour: COLOUR_WORDS[colour] })
      setText(tile, isInside[i] ? String(marks[i]) : "")
    })
  })
}

/** Shows the count and the words about it. They depend on how many inputs are inside the picture, see
 * pages/inside/chapters/place_words.py.
 */
function showCountAndWords({ isInside, sum, isReached }, words) {
  const numInputs = isInside.filter(Boolean).length
  const numAgreements = (sum + numInputs) / 2
  const { verdicts, threshold, edge, mark, label } = words[numInputs]
  showAgreements(numAgreements, numInputs, mark, label)
  const verdict = filled(verdicts[isReached ? 1 : 0], { agreements: numAgreements, sum: withMinus(sum), signed: signed(sum) })
  setText(document.querySelector(".st-key-neuron .verdict"), verdict)
  setText(document.querySelector(".threshold-words"), threshold)
  setText(document.querySelector(".edge-words"), edge)
}

function showAgreements(numAgreements, numInputs, mark, label) {
  const count = document.querySelector(".st-key-neuron .count")
  if (!count) return
  const percent = part => `${(100 * Math.min(1, part / numInputs)).toFixed(2)}%`
  // If the answer never changes, there is no mark.
  count.classList.toggle("never-changes", mark === null)
  count.querySelector(".fill").style.width = percent(numAgreements)
  count.querySelector("i").style.left = percent(mark)
  count.setAttribute("aria-label", filled(label, { agreements: numAgreements }))
  setText(count.querySelector(".fewer"), mark === null ? "" : `fewer than ${numberText(mark)}`)
  setText(count.querySelector(".last"), mark === null ? "" : `${numberText(mark)} or more`)
}

/** Changes the numbers in the formula, which is on the page only while it is open. */
function showFormula({ isInside, sum, isReached, isInverted }) {
  const formula = document.querySelector(".formula")
  if (!formula) return
  const numInputs = isInside.filter(Boolean).length
  setText(formula.querySelector(".agreements"), numberText((sum + numInputs) / 2))
  setText(formula.querySelector(".num-inputs"), numberText(numInputs))
  formula.querySelectorAll(".sum").forEach(part => setText(part, withMinus(sum)))
  setText(formula.querySelector(".comparison"), isReached ? "≥" : "<")
  setText(formula.querySelector(".output"), isReached !== isInverted ? "+1" : "−1")
}

const withMinus = number => numberText(number).replace("-", "−")
const signed = number => `${number < 0 ? "−" : "+"}${numberText(Math.abs(number))}`

function showOutput(network, page, neuron, answer, place) {
  const { layer } = neuron
  const map = pickersPicture("neuron-map")
  const units = pickersPicture("neuron-units")
  if (map) showMap(map, neuron, place, page.bitWords)
  if (units) {
    const words = network.lastLayerBits()[page.layer + 1]
    showPicture(units, wallOfUnits(words, layer.outputs))
    setLabel(units.closest("button"), { white: numWhiteOf(words, layer) })
  }
  const bars = document.querySelector(".bars.noted")
  const sumOf = (_, unit) => signed(network.outputSums(page.layer, unit)[0])
  if (bars) showBarsOf(bars, answer, network.classNames, network.classNames.map(sumOf))
}

/** Shows the map of a neuron. While Play fills it, the rest of the map is grey. */
function showMap(img, { layer, sums, threshold, isInverted }, { row, column, numFilled }, [whiteWord, blackWord]) {
  const isBlack = sum => sum < threshold !== isInverted
  const signs = Array.from(sums, (sum, i) => (i >= numFilled ? 0 : isBlack(sum) ? -1 : 1))
  showPicture(img, ofSigns(signs, layer.side, 1))
  const white = signs.filter(sign => sign > 0).length
  const bit = isBlack(sums[row * layer.side + column]) ? blackWord : whiteWord
  setLabel(img.closest("button"), { white, bit, row: row + 1, column: column + 1 })
}
