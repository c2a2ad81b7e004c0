// When a key opens another chapter from within a chapter, the element with the focus goes. The focus then goes to a picture there.

const FIRST_PICTURES = '[class*="st-key-neuron-map"], [class*="st-key-neuron-units"], .st-key-way-maps-1'

/** Follows the keyboard. */
export function followFocus() {
  let isKey = false // whether the visitor has last used the keyboard
  document.addEventListener("keydown", () => (isKey = true), { capture: true })
  document.addEventListener("pointerdown", () => (isKey = false), { capture: true })
  document.addEventListener("ready", event => {
    const button = event.composedPath()[0]
    if (!isKey || !event.target.closest(FIRST_PICTURES)) return
    // The old chapter is hidden in the next frame, and then its elements lose the focus.
    requestAnimationFrame(() => requestAnimationFrame(() => document.activeElement === document.body && button.focus()))
  })
}
