// Chapter 3: the maps of every layer, and the answers.

export function showWayChapter(network, pixels, { page }) {
  const answer = network.read(pixels)
  const inputs = network.lastLayerBits()
  showPicture(wayDigit(), ofPixels(pixels))
  network.layers.slice(0, -1).forEach((layer, i) => showMaps(layer, i + 1, inputs[i + 1], page.columns[i]))
  const bars = document.querySelector(".st-key-way-answers .bars")
  if (bars) showBarsOf(bars, answer, network.classNames)
  showFeeding(network, page)
}

const wayDigit = () => document.querySelector(".st-key-way-digit img")

/** Shows the output of a layer, counted from 1. `words` are 32-bit words with the bits of the next layer's input. */
function showMaps(layer, number, words, columns) {
  const img = pickersPicture(`way-maps-${number}`)
  if (!img) return
  setLabel(img.closest("button"), { white: numWhiteOf(words, layer) })
  if (layer.kind === "dense") showPicture(img, wallOfUnits(words, layer.outputs, columns))
  else showPicture(img, wallOfMaps(words, mapSide(layer), layer.outputs, columns))
}

/** The number of bits after a layer that are +1. Unused bits at the end of a word are 0. */
function numWhiteOf(words, layer) {
  let numBlack = 0
  for (let word of words) for (; word; word &= word - 1) numBlack++
  return mapSide(layer) ** 2 * layer.outputs - numBlack
}

/** Height and width of the maps of a layer, after pooling. */
const mapSide = ({ kind, side, pool }) => (kind === "dense" ? 1 : Math.floor(side / pool))

// A tall and narrow window, such as that of a tablet. In it, fewer maps stand side by side, so the columns are higher.
const TALL = "(min-width: 640.02px) and (max-width: 1100px) and (min-height: 1000px)"
let tall = null

/** Tells the server whether the window is tall, if `page` says otherwise, and again whenever this changes. */
export function followShape(page, tell) {
  tall ??= matchMedia(TALL)
  tall.onchange = () => page.isShown() && tall.matches !== page.isTall && tell(tall.matches)
  tall.onchange()
}
