// Places the card of the guided tour. A ring marks the card's subject, and the page scrolls there. If possible, the card
// covers neither its subject, nor its answers, nor the focus. Of the places that are left, it takes the one where it covers
// the least of its proofs. Card in tour.py says what subject, answers and proofs are.
// In a narrow window, the folded card is beside the app's name.

const GAP = 8
// The height of Streamlit's bar, below which the page begins.
const BAR_HEIGHT = 60
// The height, in pixels, of the app's name at the top of a narrow window.
const NAME_HEIGHT = 40
const PAGE = "[data-testid=stMain]"
// How often the card looks where its subject and the focus are. Both can move although the document does not change.
const LOOK_MILLISECONDS = 200
// For this long after the card has moved, a press where it stood before may have been meant for the card.
const MOVED_MILLISECONDS = 500
// A row that is higher than this is no row of controls: its columns are below each other.
const MAX_ROW_HEIGHT = 120
// What a visitor looks at. The card avoids it, except that it may cover figures in its usual place, "bottom wide".
const HEAD = ".st-key-inside-head"
const FIGURES = 'figure, .figures, .bars, .arithmetic, [class*="st-key-neuron-map"], [data-testid="stVegaLiteChart"]'
// The page scrolls so that none of these is cut at the top, where the visible part of the page begins.
const BLOCKS = "p, label, figcaption, button, [data-testid=stSlider]".replace(/[^,]+/g, `${PAGE} $&`)
const CONTAINERS = "[data-testid=stElementContainer], [data-testid=stWidgetLabel]"
// Blue is what can be pressed. A ring around anything else has the colour of the text.
const RING = "outline: 3px solid currentColor !important; outline-offset: 3px; border-radius: .5rem"
const PRESSED_RING = RING.replace("currentColor", "#2e6aff")

let selector = null
let answerSelectors = []
let proofSelectors = []
let ringStyle = RING
// Whether the page scrolls to the subject. It no longer does once the visitor has scrolled or moved the focus.
let isFollowing = false
let timer = null
// Whether the card looks in the next frame.
let isLookPlanned = false
// Where the card stood at the last look; where it stood before it last moved, and when that was.
let box = null
let formerBox = null
let movedAt = -Infinity

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
  look()
  timer ??= setInterval(look, LOOK_MILLISECONDS)
}

// A `focusin` does not show that the visitor has moved the focus: the page moves it, too, while it is loading.
for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  const isOnCard = event => event.composedPath().some(part => part.id === "tour")
  addEventListener(type, event => isOnCard(event) || (isFollowing = false), { capture: true, passive: true })
}
for (const type of ["focusin", "resize", "scroll"]) addEventListener(type, () => timer && look(), true)
new MutationObserver(lookInNextFrame).observe(document.body, { childList: true, subtree: true, characterData: true })

/** Looks once after all changes that the page makes before its next frame. */
function lookInNextFrame() {
  if (isLookPlanned || timer === null) return
  isLookPlanned = true
  requestAnimationFrame(() => {
    isLookPlanned = false
    if (timer !== null) look()
  })
}

function look() {
  const tour = document.querySelector("#tour:not(.folded)")
  const ring = document.getElementById("tour-ring")
  // On a phone with an open card, the head of Inside scrolls away with the page (style/inside_head.css).
  document.documentElement.classList.toggle("tour-open", tour !== null)
  if (!tour) {
    clearInterval(timer)
    timer = selector = box = null
    return ring?.remove()
  }
  const style = ring ?? document.head.appendChild(Object.assign(document.createElement("style"), { id: "tour-ring" }))
  if (style.dataset.subject !== selector) style.textContent = `${selector} { ${ringStyle} }`
  style.dataset.subject = selector
  const [spokenOf, proofs] = [[selector, ...answerSelectors], proofSelectors].map(list => list.map(firstVisible).filter(Boolean))
  const parts = [...spokenOf, ...proofs]
  place(tour, [...spokenOf, focused(tour)].filter(Boolean), proofs, parts)
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

/** Whether the card stood at a point of the window until a moment ago, so that a press there may be meant for it. */
function hasJustLeft(x, y) {
  if (performance.now() - movedAt > MOVED_MILLISECONDS) return false
  return x >= formerBox.left && x <= formerBox.right && y >= formerBox.top && y <= formerBox.bottom
}

function firstVisible(selector) {
  return [...document.querySelectorAll(selector)].find(part => part.checkVisibility())
}

/** Returns by how many pixels the page must scroll so that the card leaves the parts in sight.
 *
 * If they do not all fit, the last ones are left out. Returns 0 if the page need not scroll, or no longer follows the card.
 */
function scrollNeeded(parts, tour) {
  const page = document.querySelector(PAGE)
  if (!parts.length || !isFollowing || !page) return 0
  const isWholeWidth = isNarrow.matches || isLow.matches || tour.dataset.dock.includes("wide")
  const card = isWholeWidth ? tour.getBoundingClientRect() : null
  const isAbove = tour.dataset.dock.includes("top")
  const start = Math.max(firstLine(), card && isAbove ? card.bottom : 0) + GAP
  const end = (card && !isAbove ? card.top : innerHeight) - GAP
  const boxes = parts.map(boxWithLabels)
  const top = Math.min(...boxes.map(box => box.top))
  const bottom = Math.max(...boxes.map(box => box.bottom))
  // If the parts are in sight when the page is at its top, it goes there. An earlier look may have scrolled it while it was loading.
  if (top + page.scrollTop >= start && bottom + page.scrollTop <= end) return -page.scrollTop
  if (bottom - top > end - start && parts.length > 1) return scrollNeeded(parts.slice(0, -1), tour)
  const isInSight = top >= start && bottom <= end
  const distance = isInSight ? 0 : top - start - Math.max(0, (end - start - (bottom - top)) / 2)
  const wanted = page.scrollTop + withoutCuts(distance, bottom - end, top - start, start - GAP)
  return Math.max(0, Math.min(page.scrollHeight - page.clientHeight, wanted)) - page.scrollTop
}

/** Returns how far to scroll so that nothing is cut at the y coordinate `edge`: `distance`, if possible.
 *
 * Otherwise, it is a longer distance of at most `most`, or else a shorter one of at least `least`, or else `distance` again.
 */
function withoutCuts(distance, least, most, edge) {
  for (const block of document.querySelectorAll(BLOCKS)) {
    const { top, bottom } = block.getBoundingClientRect()
    if (top - distance >= edge || bottom - distance <= edge + 1) continue
    const head = block.closest(HEAD)
    // Texts that are only for screen readers are in a container of one pixel.
    const isLeftOut = (head && isSticky(head)) || block.closest(CONTAINERS)?.offsetHeight === 1
    if (isLeftOut) continue
    // All blocks are looked at again, because the longer distance may cut an earlier one.
    if (bottom - edge <= most) return withoutCuts(bottom - edge, least, most, edge)
    return top - edge >= least ? top - edge : distance
  }
  return distance
}

/** Returns the box of a part; if it is in a row of controls, the box of the row, so that no label in it is cut through. */
function boxWithLabels(part) {
  const row = part.closest("[data-testid=stHorizontalBlock]")?.getBoundingClientRect()
  return row && row.height <= MAX_ROW_HEIGHT ? row : part.getBoundingClientRect()
}

/** Returns the y coordinate where the page begins: below what stays at the top of the window. */
function firstLine() {
  if (isNarrow.matches) return 0
  const head = document.querySelector(HEAD)
  return BAR_HEIGHT + (head && isSticky(head) ? head.parentElement.offsetHeight : 0)
}

/** Whether a part is the head of Inside, and stays at the top of the window. */
function isSticky(part) {
  return part.matches(HEAD) && getComputedStyle(part.parentElement).position === "sticky"
}

/** Puts the card where it covers the least of `kept`, `proofs` and all figures, when the page has scrolled to `parts`. */
function place(tour, kept, proofs, parts) {
  const places = ["bottom wide", "bottom right", "bottom left", "top right", "top left"]
  // In a low and wide window, the card is in Streamlit's bar.
  const docks = isNarrow.matches ? ["bottom", "top"] : isLow.matches ? ["top"] : places
  const now = tour.dataset.dock
  const [head, figures] = [HEAD, FIGURES].map(selector => [...document.querySelectorAll(selector)])
  const cover = dock => {
    tour.dataset.dock = dock
    const card = tour.getBoundingClientRect()
    const scrolled = scrollNeeded(parts, tour)
    const boxOf = part => {
      const { left, right, top, bottom } = part.getBoundingClientRect()
      const moved = isSticky(part) ? 0 : scrolled
      return { left, right, top: top - moved, bottom: bottom - moved }
    }
    const sum = taken => taken.reduce((sum, part) => sum + overlap(card, boxOf(part)), 0)
    return [sum(kept), sum(head), sum(proofs), sum(figures)]
  }
  // Covering a part of which the card speaks is worse than covering the head of Inside, then what proves its words, then any figures.
  const isLess = (covered, other) => {
    const differs = covered.findIndex((area, i) => area !== other[i])
    return differs >= 0 && covered[differs] < other[differs]
  }
  // Once the visitor has scrolled or moved the focus, the card moves only if it would cover one of the parts `kept`.
  if (!isFollowing && docks.includes(now) && !cover(now)[0]) return
  let best = null
  let least = [Infinity]
  for (const dock of docks) {
    const covered = cover(dock)
    if (isLess(covered, least)) [best, least] = [dock, covered]
    // Where there is room, all cards have the same place, so that Next stays under the pointer. Figures may be covered there.
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

/** Puts the card, or the button that starts the tour, first in the document, or into the page that is scrolled. */
function putInPlace(element) {
  // In a narrow window, the button and the folded card are beside the app's name and move with the page.
  const moves = isNarrow.matches && (element.id !== "tour" || element.classList.contains("folded"))
  const place = (moves && document.querySelector(PAGE)) || document.body
  if (element.parentElement !== place) place.prepend(element)
  followScrolling()
}

/** Marks the folded card if the app's name, beside which it is in a narrow window, has been scrolled out of sight. */
function followScrolling() {
  const isAway = document.querySelector(PAGE)?.scrollTop > NAME_HEIGHT
  document.getElementById("tour")?.classList.toggle("away", isAway)
}
addEventListener("scroll", followScrolling, true)
