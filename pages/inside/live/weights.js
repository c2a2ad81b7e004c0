// Chapter 5: the picture of some weights, in which flipped weights are purple, and the button that flips more weights.

const SPARKLE_MILLISECONDS = 400
// The pixels of the largest mark, as rows and columns from its middle, nearest first.
const MARK = Array.from({ length: 25 }, (_, i) => [Math.floor(i / 5) - 2, (i % 5) - 2])
MARK.sort(([y, x], [otherY, otherX]) => y * y + x * x - otherY * otherY - otherX * otherX)
// From this share of flipped weights on, each mark is one pixel.
const SHARE_OF_SINGLE_PIXELS = 0.25
// If the slider changes within this time after the visitor has pressed or moved something on it, the visitor has changed it.
const HANDLED_MILLISECONDS = 200

/** Draws every `step`-th weight in place of an <img>. Weights flipped since the last call have the largest marks for a moment. */
export function showWeights(network, img, step) {
  if (!img) return
  const width = img.naturalWidth || Number(img.dataset.width)
  const sample = sampleOf(network, step, width)
  const isFlipped = Array.from(sample.ranks, rank => network.numFlipped > 0 && rank <= network.highestFlippedRank)
  // The bits of the sample are those before any flip.
  const colour = (wasBlack, i) => {
    const [ofBlack, ofWhite] = isFlipped[i] ? [TURNED_WHITE, TURNED_BLACK] : [BLACK, WHITE]
    return wasBlack ? ofBlack : ofWhite
  }
  const picture = newPicture(width, Math.ceil(sample.bits.length / width))
  picture.pixels.set(Uint32Array.from(sample.bits, colour))
  const flipped = isFlipped.flatMap((flipped, i) => (flipped ? [i] : []))
  enlarge(picture, flipped, markSizes(flipped.length, isFlipped.length))
  showPicture(img, picture)
  // An earlier sparkle would end with an older picture.
  sample.newestSparkle = null
  const justFlipped = sample.shown ? isFlipped.flatMap((flipped, i) => (flipped && !sample.shown[i] ? [i] : [])) : []
  sample.shown = isFlipped
  if (justFlipped.length && !matchMedia("(prefers-reduced-motion: reduce)").matches) sparkle(img, picture, justFlipped)
}

let sample = null

/** The weights of the picture: their bits in the file, the ranks that decide which weights are flipped first, and in `shown`
 * whether each weight was flipped when the picture was last drawn.
 */
function sampleOf(network, step, width) {
  if (sample?.network === network) return sample
  let count = Math.ceil(network.numWeights / step)
  // If not all weights are shown, all rows are full.
  if (step > 1) count -= count % width
  sample = { network, ...network.someWeights(Array.from({ length: count }, (_, i) => i * step)), shown: null }
  return sample
}

/** Enlarges the marks of these weights. `sizes` has the number of pixels of each mark, see pages/inside/flip_marks.py. */
function enlarge({ width, pixels }, weights, sizes) {
  const own = weights.map(i => pixels[i])
  weights.forEach((i, mark) => {
    for (const [down, right] of MARK.slice(0, sizes[mark])) {
      const [column, marked] = [(i % width) + right, i + down * width + right]
      // The pixels after the last weight keep their colour.
      if (column >= 0 && column < width && marked >= 0 && marked < sample.bits.length) pixels[marked] = own[mark]
    }
  })
  // The flipped weights themselves are drawn last, so that no mark of another weight covers them.
  weights.forEach((i, mark) => (pixels[i] = own[mark]))
}

/** The number of pixels of each flipped weight's mark, as in pages/inside/flip_marks.py. */
function markSizes(numFlipped, numWeights) {
  const mean = Math.min(MARK.length, Math.max(1, ((SHARE_OF_SINGLE_PIXELS * numWeights) / Math.max(1, numFlipped)) ** 0.75))
  return Array.from({ length: numFlipped }, (_, i) => Math.floor(mean * (i + 1)) - Math.floor(mean * i))
}

/** Draws the largest marks over these weights, and after a moment the picture without them. */
function sparkle(img, picture, weights) {
  const spots = { ...picture, pixels: picture.pixels.slice() }
  enlarge(spots, weights, weights.map(() => MARK.length))
  showPicture(img, spots)
  const thisSparkle = (sample.newestSparkle = {})
  setTimeout(() => sample?.newestSparkle === thisSparkle && img.isConnected && showPicture(img, picture), SPARKLE_MILLISECONDS)
}

// What the button has flipped and the server does not know yet: the share in percent, and the number of presses.
let pressed = { share: null, number: 0 }
let lastAnswered = 0
let sentShare = null // the share that the newest press was about
// What the visitor has set the slider to since a press that the server has not answered: the share, and the number of the press.
let overtaking = null
let isSliderHeld = false
let handledAt = -Infinity // when the visitor last pressed or moved something on the slider

/** The share of flipped weights that the server does not know yet, or null. */
const pressedShare = page => (pressed.number > page.answered ? pressed.share : null)

/** Forgets the share. After the visitor has left the chapter, the server no longer answers a press. */
export function forgetPresses() {
  pressed = { ...pressed, share: null }
  overtaking = null
}

// From the moment in which the visitor takes the slider, the slider says which share is flipped.
for (const type of ["pointerdown", "keydown"]) {
  addEventListener(type, event => event.target.closest?.(".st-key-inside_flips") && takeSlider(), { capture: true })
}
for (const type of ["pointermove", "pointerup", "pointercancel", "keyup"]) {
  addEventListener(type, handleSlider, { capture: true })
}

function handleSlider(event) {
  if (isSliderHeld) handledAt = performance.now()
  isSliderHeld &&= event.type === "pointermove"
}

function takeSlider() {
  pressed = { ...pressed, share: null }
  isSliderHeld = true
  handledAt = performance.now()
  if (pressed.number > lastAnswered) overtaking ??= { share: null, number: pressed.number }
}

/** Notes what the visitor sets the slider to. The answer to the press would set it back to the share of the press. */
export function noteOvertaking() {
  const slider = document.querySelector(".st-key-inside_flips input[type=range]")
  // An answer to an earlier press moves the slider, too.
  if (!overtaking || !slider || performance.now() - handledAt > HANDLED_MILLISECONDS) return
  const isFromPress = Math.abs(slider.value - sentShare) <= slider.step / 2
  if (!isFromPress) overtaking.share = Number(slider.value)
  else if (isSliderHeld) overtaking.share = null
}

/** Lets the button flip more weights at once, and tells the server. */
export function followFlipButton(page, show, setTriggerValue) {
  // If fewer presses are answered than before, the server has a new session, which does not know the share.
  if (page.answered < lastAnswered) forgetPresses()
  lastAnswered = page.answered
  const button = document.querySelector("[data-flips]")
  if (!button) return requestAnimationFrame(() => page.isShown() && followFlipButton(page, show, setTriggerValue))
  pressed.number = Math.max(pressed.number, page.answered)
  const tell = share => {
    sentShare = share
    pressed = { share, number: pressed.number + 1 }
    setTriggerValue("flips", pressed)
  }
  if (overtaking && page.answered >= overtaking.number) {
    const { share } = overtaking
    overtaking = null
    if (share !== null) tell(share)
  }
  button.onclick = () => {
    const more = (100 * Number(button.dataset.flips)) / page.numWeights
    const now = pressedShare(page) ?? sliderValues(page).flips
    overtaking = null
    tell(Math.min(page.highestShare, now + more))
    show()
  }
}
