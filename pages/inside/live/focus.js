// When a key opens another chapter from within a chapter, the element with the focus goes. The focus then goes to a part of the
// new chapter.

let isKeyboard = false // whether the visitor has last used the keyboard
let openedMaps = ".st-key-way-maps-1" // the maps of chapter 3 from which the visitor has last opened one

// For each chapter, the parts that may get the focus. The first one that is there gets it: the last layer has no picture.
const FOCUS_PARTS = {
  neuron: () => ['[class*="st-key-neuron-map"]', '[class*="st-key-neuron-units"]', ".st-key-inside_neuron"],
  way: () => [openedMaps, ".st-key-way-maps-1"],
}

/** Follows the keyboard, and the pictures that come later than the rest of their chapter. */
export function followFocus(getPage) {
  document.addEventListener("keydown", () => (isKeyboard = true), { capture: true })
  document.addEventListener("pointerdown", () => (isKeyboard = false), { capture: true })
  document.addEventListener("pick", event => {
    const name = [...(event.target.closest('[class*="st-key-way-maps-"]')?.classList ?? [])].find(name => name.includes("way-maps"))
    if (name) openedMaps = `.${name}`
  })
  document.addEventListener("ready", event => focusPart(getPage())?.contains(event.target) && focusChapter(getPage()))
}

/** Gives the focus to a part of the chapter, if a key has opened it and no other element has the focus. */
export function focusChapter(page) {
  if (!isKeyboard) return
  // A picture that is not there yet calls this again when it is ready.
  const part = focusPart(page)
  const picture = part?.querySelector('[data-testid="stBidiComponentIsolated"]')?.shadowRoot
  const target = picture?.querySelector("button") ?? part?.querySelector("input")
  // The old chapter is hidden in the next frame, and then its elements lose the focus.
  requestAnimationFrame(() => requestAnimationFrame(() => document.activeElement === document.body && target?.focus()))
}

const focusPart = page =>
  FOCUS_PARTS[page?.chapter]?.()
    .map(selector => document.querySelector(selector))
    .find(Boolean)
