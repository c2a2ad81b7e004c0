// Places the card of the guided tour. The card rings the part of the page that it speaks of, its subject, and scrolls to it.
// If possible, it covers neither the subject, nor the parts that answer to it, nor the focus. Among the places that remain, it
// takes the one where it covers the least of all figures.

const GAP = 8
// The height of Streamlit's bar, below which the page begins.
const BAR_HEIGHT = 60
// How often the card looks where its subject and the focus are. Both can move at any time.
const LOOK_MILLISECONDS = 200
// What a visitor looks at. The card covers it only if it has no other place.
const FIGURES = 'figure, .figures, .bars, .arithmetic, [class*="st-key-neuron-map"], [data-testid="stVegaLiteChart"]'
// Blue is what can be pressed. A ring around anything else has the colour of the text.
const RING = "outline: 3px solid currentColor !important; outline-offset: 3px; border-radius: .5rem"
const PRESSED_RING = RING.replace("currentColor", "#2e6aff")

let selector = null
let answerSelectors = []
let ringStyle = RING
// Whether the page still scrolls to the subject, until the visitor scrolls or moves the focus.
let isFollowing = false
let timer = null

/**
 * Lets the open card stand beside its subject and the answers to it until it is folded or removed. `isPressed` says whether the
 * subject can be pressed.
 */
function standBeside(subject, answers, isPressed) {
  if (subject !== selector) {
    isFollowing = true
    delete document.getElementById("tour").dataset.dock
  }
  selector = subject
  answerSelectors = answers
  ringStyle = isPressed ? PRESSED_RING : RING
  look()
  timer ??= setInterval(look, LOOK_MILLISECONDS)
}

for (const type of ["wheel", "touchmove", "keydown", "focusin"]) {
  const isOnCard = event => event.composedPath().some(part => part.id === "tour")
  addEventListener(type, event => isOnCard(event) || (isFollowing = false), { capture: true, passive: true })
}
for (const type of ["focusin", "resize", "scroll"]) addEventListener(type, () => timer && look(), true)

function look() {
  const tour = document.querySelector("#tour:not(.folded)")
  const ring = document.getElementById("tour-ring")
  // On a phone, the head of Inside does not stay in sight while the card does (style/inside_head.css).
  document.documentElement.classList.toggle("tour-open", tour !== null)
  if (!tour) {
    clearInterval(timer)
    timer = selector = null
    return ring?.remove()
  }
  const style = ring ?? document.head.appendChild(Object.assign(document.createElement("style"), { id: "tour-ring" }))
  if (style.dataset.subject !== selector) style.textContent = `${selector} { ${ringStyle} }`
  style.dataset.subject = selector
  const parts = [selector, ...answerSelectors].map(firstVisible).filter(Boolean)
  const kept = [...parts, focused(tour)].filter(Boolean)
  place(tour, kept)
  if (parts.length && isFollowing && bringIntoView(parts, tour)) place(tour, kept)
}

function firstVisible(selector) {
  return [...document.querySelectorAll(selector)].find(part => part.checkVisibility())
}

/** Scrolls the page until the card leaves the parts in sight. If they do not all fit, the last ones are left out.
 *
 * Returns whether it has scrolled.
 */
function bringIntoView(parts, tour) {
  const isWholeWidth = isNarrow.matches || tour.dataset.dock.includes("wide")
  const start = firstLine() + GAP
  const end = innerHeight - (isWholeWidth ? tour.offsetHeight + 2 * GAP : GAP)
  const boxes = parts.map(part => part.getBoundingClientRect())
  const top = Math.min(...boxes.map(box => box.top))
  const bottom = Math.max(...boxes.map(box => box.bottom))
  if (top >= start && bottom <= end) return false
  if (bottom - top > end - start && parts.length > 1) return bringIntoView(parts.slice(0, -1), tour)
  const page = document.querySelector("[data-testid=stMain]")
  if (!page) return false
  const before = page.scrollTop
  const wanted = start + Math.max(0, (end - start - (bottom - top)) / 2)
  page.scrollBy({ top: top - wanted, behavior: "instant" })
  return page.scrollTop !== before
}

/** Returns the y coordinate where the page begins: below what stays at the top of the window. */
function firstLine() {
  if (isNarrow.matches) return 0
  const head = document.querySelector(":has(> .st-key-inside-head)")
  return BAR_HEIGHT + (head && getComputedStyle(head).position === "sticky" ? head.offsetHeight : 0)
}

/** Puts the card where it covers the least of the given parts, and of all figures. */
function place(tour, parts) {
  const docks = isNarrow.matches ? ["bottom", "top"] : ["bottom right", "bottom left", "top right", "top left", "bottom wide"]
  const now = tour.dataset.dock
  const boxes = parts => parts.map(part => part.getBoundingClientRect())
  const [kept, figures] = [boxes(parts), boxes([...document.querySelectorAll(FIGURES)])]
  const cover = dock => {
    tour.dataset.dock = dock
    const card = tour.getBoundingClientRect()
    const sum = taken => taken.reduce((sum, box) => sum + overlap(card, box), 0)
    return [sum(kept), sum(figures)]
  }
  // Covering a part of which the card speaks is worse than covering any number of figures.
  const isLess = ([kept, figures], [otherKept, otherFigures]) => kept < otherKept || (kept === otherKept && figures < otherFigures)
  // Once the visitor has moved on, the card moves only if it would cover a part.
  if (!isFollowing && docks.includes(now) && !cover(now)[0]) return
  let best = null
  let least = [Infinity, Infinity]
  for (const dock of docks) {
    const covered = cover(dock)
    if (isLess(covered, least)) [best, least] = [dock, covered]
    if (!least[0] && !least[1]) break
  }
  tour.dataset.dock = best
}

/** Returns the area, in square pixels, where two boxes overlap or are too close to each other. */
function overlap(one, other) {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return width > -GAP && height > -GAP ? (width + 2 * GAP) * (height + 2 * GAP) : 0
}

/** Returns the element that has the focus on the page; null if it is the card or most of the window. */
function focused(tour) {
  const element = document.activeElement
  if (!element || tour.contains(element)) return null
  const { width, height } = element.getBoundingClientRect()
  return width * height > (innerWidth * innerHeight) / 4 ? null : element
}
