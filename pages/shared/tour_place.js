// Places the card of the guided tour. Each card names parts of the page (class Card in tour.py). A ring marks the subject. The
// card also speaks of the answers. The proofs show that the card is right.
// The page scrolls until these parts are in sight (tour_scroll.js). The card goes where it covers nothing. If there is no such
// place, it covers the least important parts: see chooseDock.
// In a narrow window, the folded card is beside the app's name.

const GAP = 8
// The height, in pixels, of the app's name at the top of a narrow window.
const NAME_HEIGHT = 40
const PAGE = "[data-testid=stMain]"
// How often the card is placed again. The parts and the focus can move although the document does not change.
const UPDATE_MILLISECONDS = 200
// For this long after the card has moved, a press where it stood before may have been meant for the card.
const MOVED_MILLISECONDS = 500
// The card should not cover the head of Inside or figures. Only in its usual place, "bottom wide", may it cover figures.
const HEAD = ".st-key-inside-head"
const FIGURES = 'figure, .figures, .bars, .arithmetic, [class*="st-key-neuron-map"], [data-testid="stVegaLiteChart"]'
// Blue marks what can be pressed. A ring around anything else has the colour of the text.
const RING = "outline: 3px solid currentColor !important; outline-offset: 3px; border-radius: .5rem"
const PRESSED_RING = RING.replace("currentColor", "#2e6aff")

let selector = null
let answerSelectors = []
let proofSelectors = []
let ringStyle = RING
// Whether the page scrolls to the subject. It no longer does once the visitor has scrolled or moved the focus.
let isFollowing = false
let timer = null
// Whether the card is placed again in the next frame.
let isUpdatePlanned = false
let box = null // where the card was placed last
let formerBox = null // where the card stood before it last moved
let movedAt = -Infinity // when it last moved

const isNarrow = matchMedia("(max-width: 767.98px)")
const isLow = matchMedia("(max-height: 499.98px)")

/** Lets the open card stand beside what it speaks of, until it is folded or removed. */
function standBeside({ subject, answers, proofs, is_pressed: isPressed }) {
  if (subject !== selector) {
    isFollowing = true
    delete document.getElementById("tour").dataset.dock
  }
  selector = subject
  answerSelectors = answers
  proofSelectors = proofs
  ringStyle = isPressed ? PRESSED_RING : RING
  update()
  timer ??= setInterval(update, UPDATE_MILLISECONDS)
}

// After one of these events, the page no longer scrolls to the subject. `focusin` is not among them, because the page itself
// moves the focus while it is loading.
for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  const isOnCard = event => event.composedPath().some(part => part.id === "tour")
  addEventListener(type, event => isOnCard(event) || (isFollowing = false), { capture: true, passive: true })
}
for (const type of ["focusin", "resize", "scroll"]) addEventListener(type, () => timer && update(), true)
new MutationObserver(updateInNextFrame).observe(document.body, { childList: true, subtree: true, characterData: true })

/** Places the card once after all changes that the page makes before its next frame. */
function updateInNextFrame() {
  if (isUpdatePlanned || timer === null) return
  isUpdatePlanned = true
  requestAnimationFrame(() => {
    isUpdatePlanned = false
    if (timer !== null) update()
  })
}

/** Places the card and draws the ring anew, for the page as it is now. Without an open card, removes the ring. */
function update() {
  const tour = document.querySelector("#tour:not(.folded)")
  const ring = document.getElementById("tour-ring")
  // While this class is set on a phone, the head of Inside scrolls away with the page (style/inside_head.css).
  document.documentElement.classList.toggle("tour-open", tour !== null)
  if (!tour) {
    clearInterval(timer)
    timer = selector = box = null
    return ring?.remove()
  }
  const style = ring ?? document.head.appendChild(Object.assign(document.createElement("style"), { id: "tour-ring" }))
  if (style.dataset.subject !== selector) style.textContent = `${selector} { ${ringStyle} }`
  style.dataset.subject = selector
  const spokenOf = visibleParts([selector, ...answerSelectors])
  const proofs = visibleParts(proofSelectors)
  const parts = [...spokenOf, ...proofs]
  chooseDock(tour, [...spokenOf, focused(tour)].filter(Boolean), proofs, parts)
  rememberPlace(tour.getBoundingClientRect())
  const top = scrollNeeded(parts, tour)
  if (top) document.querySelector(PAGE).scrollBy({ top, behavior: "instant" })
}

/** Remembers where the card stands now and, if it has moved, where it stood before. */
function rememberPlace(newBox) {
  const hasMoved = box && ["left", "right", "top", "bottom"].some(side => box[side] !== newBox[side])
  if (hasMoved) [formerBox, movedAt] = [box, performance.now()]
  box = newBox
}

/** Whether the card stood at this point of the window until a moment ago. A press there may be meant for the card. */
function wasCardJustAt(x, y) {
  if (performance.now() - movedAt > MOVED_MILLISECONDS) return false
  return x >= formerBox.left && x <= formerBox.right && y >= formerBox.top && y <= formerBox.bottom
}

/** Returns the first visible element of each selector, and nothing for a selector without one. */
function visibleParts(selectors) {
  // Safari before 17.4 has no checkVisibility.
  const isVisible = part => part.checkVisibility?.() ?? part.getClientRects().length > 0
  const firstVisible = selector => [...document.querySelectorAll(selector)].find(isVisible)
  return selectors.map(firstVisible).filter(Boolean)
}

/** Puts the card at the dock (a place in the window) where it covers the least when the page has scrolled to `parts`.
 *
 * Covering one of the parts `important` is worst. Then come the head of Inside, the parts `proofs`, and any figures.
 */
function chooseDock(tour, important, proofs, parts) {
  const places = ["bottom wide", "bottom right", "bottom left", "top right", "top left"]
  // In a low and wide window, the card is in Streamlit's bar.
  const docks = isNarrow.matches ? ["bottom", "top"] : isLow.matches ? ["top"] : places
  const now = tour.dataset.dock
  const [head, figures] = [HEAD, FIGURES].map(selector => [...document.querySelectorAll(selector)])
  // Puts the card at a dock, and returns the areas that it covers there, the most important first.
  const coveredAreas = dock => {
    tour.dataset.dock = dock
    const card = tour.getBoundingClientRect()
    const scrolled = scrollNeeded(parts, tour)
    const boxOf = part => {
      const { left, right, top, bottom } = part.getBoundingClientRect()
      const moved = isSticky(part) ? 0 : scrolled
      return { left, right, top: top - moved, bottom: bottom - moved }
    }
    const sum = taken => taken.reduce((sum, part) => sum + overlap(card, boxOf(part)), 0)
    return [sum(important), sum(head), sum(proofs), sum(figures)]
  }
  // Compares the first areas that differ.
  const coversLess = (covered, other) => {
    const differs = covered.findIndex((area, i) => area !== other[i])
    return differs >= 0 && covered[differs] < other[differs]
  }
  // Once the visitor has scrolled or moved the focus, the card stays where it is, as long as it covers nothing important.
  if (!isFollowing && docks.includes(now) && !coveredAreas(now)[0]) return
  let best = null
  let least = [Infinity]
  for (const dock of docks) {
    const covered = coveredAreas(dock)
    if (coversLess(covered, least)) [best, least] = [dock, covered]
    // "bottom wide" may cover figures. It is the same place for all cards, so that the button Next stays under the pointer.
    const avoided = dock === "bottom wide" ? covered.slice(0, 3) : covered
    if (!avoided.some(Boolean)) break
  }
  tour.dataset.dock = best
}

/** Returns the area, in square pixels, where two boxes overlap or are too close to each other. */
function overlap(one, other) {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return width > -GAP && height > -GAP ? (width + 2 * GAP) * (height + 2 * GAP) : 0
}

/** Returns the element with the focus; null if it is in the card, or larger than a quarter of the window. */
function focused(tour) {
  const element = document.activeElement
  if (!element || tour.contains(element)) return null
  const { width, height } = element.getBoundingClientRect()
  return width * height > (innerWidth * innerHeight) / 4 ? null : element
}

/** Puts the card, or the button that starts the tour, first in the document, or first in the part of it that scrolls. */
function putInPlace(element) {
  // In a narrow window, the button and the folded card are beside the app's name and move with the page.
  const isBesideName = isNarrow.matches && (element.id !== "tour" || element.classList.contains("folded"))
  const parent = (isBesideName && document.querySelector(PAGE)) || document.body
  if (element.parentElement !== parent) parent.prepend(element)
  followScrolling()
}

/** Marks the card ("away") if the app's name is out of sight. In a narrow window, the folded card is beside this name. */
function followScrolling() {
  const isAway = document.querySelector(PAGE)?.scrollTop > NAME_HEIGHT
  document.getElementById("tour")?.classList.toggle("away", isAway)
}
addEventListener("scroll", followScrolling, true)
