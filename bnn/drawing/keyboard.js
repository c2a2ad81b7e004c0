// Draws with the keyboard.

const KEYS_SIDE = 320 // the side of the canvas, in the units of a drawing
const KEYS_STEP = 8
const MIDDLE = [KEYS_SIDE / 2, KEYS_SIDE / 2] // where the pen is at first
const KEYS_IN_WORDS = "With the keyboard: arrow keys move the pen, Space puts it down or lifts it, Delete clears."
// On the keyboards of Apple computers, the key with the name "delete" is the one that others call Backspace.
const CLEARING = ["Delete", "Backspace"]
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** Lets the Tab key reach a canvas, and reports the arrow keys, Space, Delete and Backspace that are pressed there.
 *
 * `isDown` returns whether the pen is down because of the keyboard. The caller keeps track of this, because the caller may lift the pen, too.
 * `onDown`, `onMove` (while the pen is down) and `onAim` (while it is up) get the place of the pen, [x, y]. A caller that needs
 * this place at other times gives `pen`, an object whose `place` is at first `MIDDLE` and follows the pen. `onLift` and, for Delete
 * and Backspace, `onClear` get nothing. `onBlur` gets a function that lifts the pen, when the canvas has lost the focus. `onShow`
 * gets the place at which to show the pen's mark, or null to hide it.
 */
export function followKeys(canvas, signal, handlers) {
  const { pen = { place: MIDDLE }, isDown, onDown, onMove, onAim = () => {}, onLift, onClear, onShow } = handlers
  const { onBlur = lift => lift() } = handlers
  canvas.tabIndex = 0
  // A canvas with this role is already described.
  if (canvas.getAttribute("role") !== "application") {
    // Attributes are set, because older browsers lack the properties `role` and `ariaLabel`.
    canvas.setAttribute("role", "application")
    canvas.setAttribute("aria-label", `${canvas.getAttribute("aria-label") ?? "Drawing area"}. ${KEYS_IN_WORDS}`)
  }

  function lift() {
    if (isDown()) onLift()
  }
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const arrow = ARROWS[event.key]
    if (!arrow && ![" ", ...CLEARING].includes(event.key)) return
    event.preventDefault()
    // On the page Inside, some of these keys would otherwise also act on the rest of the page.
    event.stopPropagation()
    if (CLEARING.includes(event.key)) {
      lift()
      return onClear()
    }
    if (event.key === " ") {
      if (event.repeat) return
      if (isDown()) onLift()
      else onDown(pen.place)
    } else {
      pen.place = pen.place.map((value, i) => Math.min(KEYS_SIDE, Math.max(0, value + KEYS_STEP * arrow[i])))
      if (isDown()) onMove(pen.place)
      else onAim(pen.place)
    }
    onShow(pen.place)
  }
  function leave(event) {
    if (event.type === "blur") onBlur(lift)
    else lift()
    onShow(null)
  }

  canvas.addEventListener("keydown", press, { signal })
  canvas.addEventListener("blur", leave, { signal })
  canvas.addEventListener("pointerdown", leave, { signal })
}
