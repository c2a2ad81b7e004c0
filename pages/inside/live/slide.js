// Chapter 2: the neuron slides over the picture. The browser moves it, and tells the server where it has stopped.

const PLACES_PER_SECOND = 60
const SLOW_PLACES_PER_SECOND = 4
const LONGEST_FRAME_SECONDS = 0.1 // after a break, such as a hidden window, the neuron goes on where it was

// `place` is [row, column], from 0; null if the neuron is where the server has placed it. `progress` counts the places that Play
// has filled; null if the whole map is shown.
const AT_REST = { place: null, progress: null, isPlaying: false }
let slide = { ...AT_REST }
let sliding = null // the neuron to which `slide` belongs, as `neuronOf` names it
let isUnderPointer = false // whether the mouse is over the chapter's pictures; Play is then slow

const neuronOf = page => [page.chapter, page.network, page.layer, page.output].join(" ")
const isSlidable = page => page?.chapter === "neuron" && page.side > 1 && networkAt(page.network) !== null
const numPlaces = page => page.side ** 2
const startOf = page => [page.row, page.column]
const neuronPickers = () => ["neuron-map", "neuron-input"].map(key => pickersPicture(key)?.closest("button")).filter(Boolean)

/** The place of the neuron now, and how many places of its map are filled. */
export function slidePlace(page) {
  const [row, column] = slide.place ?? startOf(page)
  return { row, column, numFilled: slide.progress === null ? numPlaces(page) : Math.ceil(slide.progress) }
}

/** Follows the server: stops if the server shows another neuron, and forgets the place as soon as the server knows it. */
export function settleSlide(page) {
  if (neuronOf(page) !== sliding) slide = { ...AT_REST }
  sliding = neuronOf(page)
  const isAnswered = neuronPickers().every(button => button.isAnswered)
  if (!slide.isPlaying && isAnswered) slide.place = null
  showPlayButton(page)
}

/** Ends Play, and forgets what it has filled. */
export function leaveSlide() {
  slide = { ...AT_REST }
}

function showPlayButton(page) {
  // These classes are not on the button itself, because Streamlit may replace it at any time.
  document.documentElement.classList.toggle("can-slide", isSlidable(page))
  document.documentElement.classList.toggle("is-sliding", slide.isPlaying)
}

/** Follows the buttons, and clicks and arrow keys in the pictures. */
export function followSlide(getPage, show) {
  // The capture phase comes before Streamlit's listeners. They must not get a press that is answered here.
  document.addEventListener("click", event => press(event.target, getPage, show) && event.stopPropagation(), { capture: true })
  document.addEventListener("pick", event => {
    const page = getPage()
    if (!isSlidable(page) || !event.target.closest('[class*="st-key-neuron-"]')) return
    slide = { place: event.detail.place, progress: null, isPlaying: false }
    showPlayButton(page)
    show()
  })
  // When the page scrolls under a resting mouse, the mouse is over another element, but there is no "pointermove".
  for (const type of ["pointermove", "pointerover"]) document.addEventListener(type, followMouse)
  // The mouse leaves the window.
  document.documentElement.addEventListener("pointerleave", () => (isUnderPointer = false))
}

function followMouse({ target, pointerType }) {
  // Only the mouse counts. When a finger scrolls the page, no event says that it has left the picture.
  const isOverPictures = target.closest?.('.st-key-neuron, [class*="st-key-neuron-map"], [class*="st-key-neuron-input"]')
  isUnderPointer = pointerType === "mouse" && Boolean(isOverPictures)
}

/** Answers a press on one of the buttons that move the neuron. Returns whether the press was on such a button. */
function press(target, getPage, show) {
  const page = getPage()
  if (!isSlidable(page)) return false
  if (target.closest(".st-key-neuron-back button")) step(page, -1, show)
  else if (target.closest(".st-key-neuron-forward button")) step(page, 1, show)
  else if (!target.closest(".play-window")) return false
  else if (slide.isPlaying) stopAt(page, slide.place ?? startOf(page), show)
  else play(page, getPage, show)
  return true
}

function step(page, by, show) {
  const [row, column] = slide.place ?? startOf(page)
  const next = (row * page.side + column + by + numPlaces(page)) % numPlaces(page)
  if (slide.progress !== null) slide.progress = next + 1
  stopAt(page, [Math.floor(next / page.side), next % page.side], show)
}

function stopAt(page, place, show) {
  Object.assign(slide, { place, isPlaying: false })
  showPlayButton(page)
  show()
  neuronPickers()[0]?.tell(place)
}

function play(page, getPage, show) {
  Object.assign(slide, { isPlaying: true, progress: slide.progress ?? 0 })
  showPlayButton(page)
  const neuron = neuronOf(page)
  let last = performance.now()
  const goOn = now => {
    const page = getPage()
    if (!isSlidable(page)) return leaveSlide()
    if (!slide.isPlaying || neuronOf(page) !== neuron) return
    const seconds = Math.min(LONGEST_FRAME_SECONDS, Math.max(0, now - last) / 1000)
    last = now
    slide.progress += seconds * (isUnderPointer ? SLOW_PLACES_PER_SECOND : PLACES_PER_SECOND)
    const at = Math.max(0, Math.ceil(slide.progress) - 1)
    if (at < numPlaces(page)) slide.place = [Math.floor(at / page.side), at % page.side]
    else slide = { ...AT_REST } // the map is full: back to the place where the visitor was
    if (!slide.isPlaying) showPlayButton(page)
    show()
    requestAnimationFrame(goOn)
  }
  requestAnimationFrame(goOn)
}
