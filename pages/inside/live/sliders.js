// The sliders of chapters 1 and 5. While one moves, the browser shows its effect before the server hears of it.

const SLIDERS = { bits: ["white"], break: ["flips", "noise", "turn", "right", "down"] }

/** What the chapter's sliders say now; before they are on the page, what the server says. */
export function sliderValues({ chapter, settings }) {
  const slider = name => document.querySelector(`.st-key-inside_${name} input[type=range]`)
  const value = name => (slider(name) ? Number(slider(name).value) : settings[name])
  return Object.fromEntries((SLIDERS[chapter] ?? []).map(name => [name, value(name)]))
}

/** Whether a slider has a value that the server does not know yet. */
export function isSliderAhead(page) {
  const values = sliderValues(page)
  return Object.keys(values).some(name => values[name] !== page.settings[name])
}

let observer = null

/** Calls `onMove` when a slider moves, by mouse, finger or key: its value is then in an attribute. */
export function followSliders(onMove) {
  observer ??= new MutationObserver(onMove)
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] })
}
