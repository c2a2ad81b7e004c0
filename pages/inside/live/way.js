// Chapter 3: the maps of every layer, and the scores.

export function showWayChapter(network, pixels, { page }) {
  const { probabilities, digit } = network.read(pixels)
  const inputs = network.lastLayerBits()
  network.layers.slice(0, -1).forEach((layer, i) => showMaps(layer, i + 1, inputs[i + 1], page.caption))
  const bars = document.querySelector(`.st-key-way-${network.layers.length} .bars`)
  if (bars) showBars(bars, probabilities, digit)
}

/** Shows what a layer, counted from 1, makes of the digit: the words of the next layer's input. */
function showMaps({ kind, side, outputs, pool }, number, words, caption) {
  const img = pickersPicture(`way-maps-${number}`)
  if (!img) return
  const isDense = kind === "dense"
  const mapSide = isDense ? 1 : Math.floor(side / pool)
  const { picture, numWhite } = isDense ? wallOfUnits(words, outputs) : wallOfMaps(words, mapSide, outputs)
  showPicture(img, picture)
  const captions = document.querySelectorAll(`.st-key-way-${number} [data-testid=stCaptionContainer] p`)
  setText([...captions].at(-1), caption.replace("{}", ofAll(numWhite, mapSide ** 2 * outputs)))
}

const ofAll = (number, all) => `${numberText(number)} of ${numberText(all)} bits`
