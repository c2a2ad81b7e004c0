// Changes elements in place, so that nothing flickers and no element loses the focus.

/** Puts these elements, and no others, into a parent. One that is in its place is not moved, because it would lose the focus. */
export function arrange(elements, parent) {
  const stay = new Set(elements)
  for (const element of [...parent.children]) if (!stay.has(element)) element.remove()
  elements.reduceRight((next, element) => {
    if (element.parentElement !== parent || element.nextElementSibling !== next) parent.insertBefore(element, next)
    return element
  }, null)
}

/** Changes the text of an element if the new text differs.
 *
 * The text node stays. A new one would make the browser check all `:has()` rules of the style sheet in every frame.
 */
export function setText(element, text) {
  if (!element || element.textContent === text) return
  const [node, ...others] = element.childNodes
  if (node?.nodeType === Node.TEXT_NODE && !others.length) node.nodeValue = text
  else element.textContent = text
}
