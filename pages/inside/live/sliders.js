// The sliders of chapters 1 and 5. While one moves, the browser shows its effect before the server hears of it.

const SLIDERS = { bits: ["white"], break: ["flips", "noise", "turn", "right", "down"] }

/** What the chapter's sliders say now; before they are on the page, what the server says. */
export function sliderValues({ chapter, settings }) {
  return Object.fromEntries((SLIDERS[chapter] ?? []).map(name => [name, sliderValue(name, settings[name])]))
}

function sliderValue(name, serverValue) {
  const slider = document.querySelector(`.st-key-inside_${name} input[type=range]`)
  if (!slider) return serverValue
  // The browser rounds a value to a step of the slider. The server's value may lie between two steps.
  const isServerValue = Math.abs(slider.value - serverValue) <= slider.step / 2
  return isServerValue ? serverValue : Number(slider.value)
}

/** Whether a slider has a value that the server does not know yet. */
export function isSliderAhead(page) {
  const values = sliderValues(page)
  return Object.keys(values).some(name => values[name] !== page.settings[name])
}

let observer = null

/** Calls `onMove` when a slider is moved by mouse, finger or key. Each move changes the attribute `value`. */
export function followSliders(onMove) {
  observer ??= new MutationObserver(onMove)
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] })
}
