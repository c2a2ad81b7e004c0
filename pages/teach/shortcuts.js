// The keys that choose a sign, and Escape, which clears the canvas of the Teach page. They act wherever the focus is. MAX_KEYS
// signs have a key. nameOf is in new_session.js.

const MAX_KEYS = 9
// What Escape closes. While one of these is open, Escape is not for the canvas. The card of the tour may be folded.
const CLOSED_BY_ESCAPE = '[role="dialog"]:not(#tour *), [role="listbox"], [role="menu"], [data-baseweb="popover"], '
  + "#tour:not(.folded)"

/** Follows the keys until `signal` ends. */
export function followShortcuts(desk, signal) {
  let isForOthers = false
  // In the capture phase, nothing has been closed yet.
  addEventListener("keydown", () => (isForOthers = Boolean(document.querySelector(CLOSED_BY_ESCAPE))), { capture: true, signal })
  const press = event => {
    const target = event.composedPath()[0]
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches?.("input, textarea, select")) return
    if (event.key === "Escape") return isForOthers || event.defaultPrevented || desk.clear()
    const sign = desk.data?.signs[Number(event.key) - 1]
    if (sign && Number(event.key) <= MAX_KEYS) desk.choose(sign.number)
  }
  document.addEventListener("keydown", press, { signal })
}
