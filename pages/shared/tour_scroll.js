// Computes how far the page scrolls, so that the open card of the guided tour does not cover the parts it speaks of. Constants
// and functions that are not defined here are in tour_place.js.

// The height of Streamlit's bar, below which the page begins.
const BAR_HEIGHT = 60
// A row that is higher than this is no row of controls: its columns are below each other.
const MAX_ROW_HEIGHT = 120
// The page scrolls so that none of these is cut at the top, where the visible part of the page begins.
const BLOCKS = ["p", "label", "figcaption", "button", "[data-testid=stSlider]"].map(block => `${PAGE} ${block}`).join(", ")
const CONTAINERS = "[data-testid=stElementContainer], [data-testid=stWidgetLabel]"

/** Returns by how many pixels the page must scroll so that the parts are in sight and the card does not cover them.
 *
 * If they do not all fit, the last ones are left out. Returns 0 if the page need not scroll, or once the visitor has scrolled
 * or moved the focus.
 */
function scrollNeeded(parts, tour) {
  const page = document.querySelector(PAGE)
  if (!parts.length || !isFollowing || !page) return 0
  const isWholeWidth = isNarrow.matches || isLow.matches || tour.dataset.dock.includes("wide")
  const card = isWholeWidth ? tour.getBoundingClientRect() : null
  const isAbove = tour.dataset.dock.includes("top")
  // The window is free between these two y coordinates.
  const freeTop = Math.max(firstLine(), card && isAbove ? card.bottom : 0) + GAP
  const freeBottom = (card && !isAbove ? card.top : innerHeight) - GAP
  const boxes = parts.map(boxWithLabels)
  const top = Math.min(...boxes.map(box => box.top))
  const bottom = Math.max(...boxes.map(box => box.bottom))
  // If all parts are in sight when the page is at its top, the page goes there. It may have scrolled down while it was loading.
  if (top + page.scrollTop >= freeTop && bottom + page.scrollTop <= freeBottom) return -page.scrollTop
  const room = freeBottom - freeTop - (bottom - top)
  if (room < 0 && parts.length > 1) return scrollNeeded(parts.slice(0, -1), tour)
  const isInSight = top >= freeTop && bottom <= freeBottom
  const toTheMiddle = top - freeTop - Math.max(0, room / 2)
  // With a distance between `least` and `most`, the parts are in sight.
  const [least, most] = [bottom - freeBottom, top - freeTop]
  const wanted = page.scrollTop + withoutCuts(isInSight ? 0 : toTheMiddle, least, most, freeTop - GAP)
  return Math.max(0, Math.min(page.scrollHeight - page.clientHeight, wanted)) - page.scrollTop
}

/** Returns how far to scroll down: `distance`, or about as far if `distance` would cut one of `BLOCKS` at the y coordinate `edge`.
 *
 * First choice: scroll further down, until the bottom of the block is at the edge, but at most `most`.
 * Second choice: scroll less far down, until the top of the block is at the edge, but at least `least`.
 * If neither is possible, the block is cut.
 */
function withoutCuts(distance, least, most, edge) {
  for (const block of document.querySelectorAll(BLOCKS)) {
    const { top, bottom } = block.getBoundingClientRect()
    const isCut = top - distance < edge && bottom - distance > edge + 1
    if (!isCut) continue
    const head = block.closest(HEAD)
    // Texts that are only for screen readers are in a container of one pixel.
    const isLeftOut = (head && isSticky(head)) || block.closest(CONTAINERS)?.offsetHeight === 1
    if (isLeftOut) continue
    // All blocks are checked again, because the other distance may cut another block. Once the distance has been shortened, it
    // is never made longer again, so the search ends.
    if (bottom - edge <= most) return withoutCuts(bottom - edge, least, most, edge)
    return top - edge >= least ? withoutCuts(top - edge, least, top - edge, edge) : distance
  }
  return distance
}

/** Returns the box of a part. For a part in a row of controls, it is the box of the row, so that no label of the row is cut. */
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
