// Changes the chapters while the pen moves, or a slider of chapter 1 or 5. The server shows the same when the pen is lifted
// or the slider is let go. Without WebAssembly, or while the network is loading, only the server answers.
// component.py joins the files of this folder with those of pages/shared/live/ and bnn/engine/portable/.

const CHAPTERS = { bits: showBitsChapter, neuron: showNeuronChapter, way: showWayChapter, break: showBreakChapter }

let page = null // what the server has said last
let drawn = null // the digit that was drawn last
let isAhead = false // whether the browser has changed anything on the page
let placeNow = null // the chapter and the network that are on the page
let awaitedFlips = "" // weights that the address names, to be flipped when the network and the page have loaded

export default function ({ data, setTriggerValue }) {
  if (typeof WebAssembly === "undefined") return
  if (data.key !== page?.key) drawn = null
  page = { ...data, digit: Uint8Array.from(atob(data.pixels), letter => letter.charCodeAt(0)) }
  const shown = page
  arriveAt(`${page.chapter} ${page.network}`)
  loadNetworkFrom(page.network, whenLoaded)
  offerFlips(networkAt(page.network))
  flipAwaited()
  followDrawing(page, draw)
  followSliders(followSlider)
  followWeights(() => page, show, flipped => setTriggerValue("flipped", flipped))
  followPointers()
  if (page.chapter === "neuron") settleSlide(page)
  page.isShown = () => page === shown
  if (page.chapter === "way") {
    followSize(shown, readDigit)
    followShape(shown, isTall => setTriggerValue("tall", isTall))
  }
  if (page.chapter === "break") followFlipButton(shown, show, setTriggerValue)
  // The server has changed parts of the page, perhaps for an earlier digit or setting. So the browser shows its state again.
  if (isAhead) requestAnimationFrame(show)
  return () => {
    if (page !== shown) return
    page = { ...page, chapter: null }
    leaveWhenGone()
  }
}

function followSlider() {
  noteOvertaking()
  if (page && SLIDERS[page.chapter] && (isAhead || isSliderAhead(page))) onNextFrame(show)
}

let arePointersFollowed = false

function followPointers() {
  if (arePointersFollowed) return
  arePointersFollowed = true
  document.addEventListener("ready", () => isAhead && onNextFrame(show))
  followSlide(() => page, show)
  followPointer(() => page, readDigit)
  followClicks(() => page)
  followFocus(() => page)
}

/** The digit that is shown: what is being drawn, or what the server has said. */
const digitNow = () => (drawn && isDrawingAhead(page) ? drawn : page.digit)

const readDigit = network => reset(network).read(digitNow())

function whenLoaded() {
  offerFlips(networkAt(page.network))
  if (page.chapter === "neuron") showPlayButton(page)
  flipAwaited()
  if (isAhead) show()
}

function flipAwaited() {
  const network = networkAt(page.network)
  if (!network || !awaitedFlips) return
  // Streamlit may put the chapter's HTML on the page after this component. Until then, no flipped weight can be shown.
  if (!document.querySelector(".by-hand-words")) return requestAnimationFrame(flipAwaited)
  flipWeightsNamed(network, awaitedFlips)
  awaitedFlips = ""
  isAhead = true
  onNextFrame(show)
}

/** When the chapter or the network changes, takes back what the visitor did with weights, ends Play, and sets the focus. */
function arriveAt(place) {
  if (placeNow === place) return
  placeNow = place
  putWeightsBack()
  leaveSlide()
  forgetPresses()
  awaitedFlips = (place && page.flipped) || ""
  focusChapter(page)
}

/** The component alone may be away for a moment. The visitor has left when the rest of the chapter has gone, too. */
function leaveWhenGone() {
  if (page.chapter) return
  const isThere = document.querySelector(".st-key-neuron, .st-key-break-figures")
  if (isThere) requestAnimationFrame(leaveWhenGone)
  else arriveAt(null)
}

/** Takes back what chapters 1 and 5 have done to the network. */
function reset(network, mendsWeights = true) {
  if (mendsWeights) network.flipWeights(0)
  network.setPixelThresholds(network.ownPixelThresholds)
  return network
}

function draw(strokes) {
  if (!page || !networkAt(page.network)) return
  drawn = pixelsOf(strokes) ?? drawn
  show()
}

/** Shows the chapter for the digit and the settings as they are now. */
function show() {
  const network = page && networkAt(page.network)
  if (!network) return restorePictures()
  if (!CHAPTERS[page.chapter]) return
  isAhead = true
  // Chapter 5 sets the flipped weights itself. Mending them first would take time in every frame.
  reset(network, page.chapter !== "break")
  const isDrawn = drawn && isDrawingAhead(page)
  // The digit behind the canvas stays on the page until the server has the drawing, so it is hidden.
  document.querySelector(".st-key-pad-place .sample")?.style.setProperty("visibility", isDrawn ? "hidden" : "visible")
  // A screen reader says the sentence when nothing moves any more.
  const isMoving = isPenDown() || isSliderAhead(page) || slide.isPlaying
  document.querySelectorAll(".verdict").forEach(verdict => verdict.setAttribute("aria-busy", isMoving))
  CHAPTERS[page.chapter](network, digitNow(), { page, truth: isDrawn ? null : (page.truth ?? null) })
}
