// Places the card of the guided tour. The card rings the part of the page that it speaks of, its subject, and scrolls to it.
// It covers neither the subject nor the focus if there is another place.

const GAP = 8
// The height of Streamlit's bar, below which the page begins, and the distance of the card from the window's edges.
const BAR_HEIGHT = 60
const EDGE = 16
// How often the card looks where its subject and the focus are. Both can move at any time.
const LOOK_MILLISECONDS = 200
const RING = "outline: 3px solid #2f6bff !important; outline-offset: 3px; border-radius: .5rem"

let selector = null
// Whether the page still scrolls to the subject, until the visitor scrolls or moves the focus.
let isFollowing = false
let timer = null

/** Lets the open card stand beside its subject until it is folded or removed. */
function standBeside(subject) {
  if (subject !== selector) isFollowing = true
  selector = subject
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
  if (!tour) {
    clearInterval(timer)
    timer = selector = null
    return ring?.remove()
  }
  const style = ring ?? document.head.appendChild(Object.assign(document.createElement("style"), { id: "tour-ring" }))
  if (style.dataset.subject !== selector) style.textContent = `${selector} { ${RING} }`
  style.dataset.subject = selector
  const card = tour.querySelector("section")
  const subject = [...document.querySelectorAll(selector)].find(part => part.checkVisibility())
  if (subject && isFollowing) bringIntoView(subject, card)
  tour.dataset.dock = freeDock(tour.dataset.dock, card, [subject, focused(tour)].filter(Boolean))
}

/** Scrolls the page if the subject is not in the part of the window that the card leaves free. */
function bringIntoView(subject, card) {
  const start = isNarrow.matches ? GAP : BAR_HEIGHT + GAP
  const end = innerHeight - (isNarrow.matches ? card.offsetHeight + 2 * GAP : GAP)
  const { top, bottom, height } = subject.getBoundingClientRect()
  if (top >= start && bottom <= end) return
  const wanted = start + Math.max(0, (end - start - height) / 2)
  document.querySelector("[data-testid=stMain]")?.scrollBy({ top: top - wanted, behavior: "instant" })
}

/** Returns the place of the card that covers the least of the given parts; the place that it has now, if that is as good. */
function freeDock(now, card, parts) {
  const docks = isNarrow.matches ? ["bottom", "top"] : ["bottom right", "bottom left", "top right", "top left"]
  const taken = parts.map(part => part.getBoundingClientRect())
  const cover = dock => taken.reduce((sum, box) => sum + overlap(boxAt(dock, card), box), 0)
  const wanted = docks.includes(now) ? [now, ...docks] : docks
  return wanted.reduce((best, dock) => (cover(dock) < cover(best) ? dock : best))
}

function boxAt(dock, { offsetWidth: width, offsetHeight: height }) {
  const left = dock.includes("left") ? EDGE : innerWidth - EDGE - width
  const top = dock.includes("top") ? (isNarrow.matches ? GAP : BAR_HEIGHT) : innerHeight - EDGE - height
  return { left, top, right: left + width, bottom: top + height }
}

function overlap(one, other) {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  return Math.max(0, width + 2 * GAP) * Math.max(0, height + 2 * GAP) * (width > -GAP && height > -GAP)
}

/** Returns the element that has the focus on the page; null if it is the card or most of the window. */
function focused(tour) {
  const element = document.activeElement
  if (!element || tour.contains(element)) return null
  const { width, height } = element.getBoundingClientRect()
  return width * height > (innerWidth * innerHeight) / 4 ? null : element
}
