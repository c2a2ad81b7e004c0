// Texts for screen readers, with values that change. The server gives the texts in `data-label`, see pages/shared/labels.py.

/** Fills values into a text such as "{plus} white, {minus} black". */
export const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? numberText(values[name]) : values[name]))

/** Fills the values into the label of an element. The element may be missing, or have no label yet. */
export function setLabel(element, values) {
  if (element?.dataset.label) element.setAttribute("aria-label", filled(element.dataset.label, values))
}
