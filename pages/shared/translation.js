// Keeps a page up to date while the browser translates it. A translator replaces each text of the page with an element of
// its own. Streamlit uses React, and React keeps changing the old text, although it is no longer on the page. Without this
// script, the visitor would go on reading the old translation. (https://github.com/facebook/react/issues/11538)

// The translator's element for each text that it has replaced.
const replacements = new WeakMap()
const changes = new MutationObserver(records => {
  for (const { target: text } of records) {
    const element = replacements.get(text)
    // The changed text goes back to its place on the page. The translator sees a new text and translates it.
    if (element?.isConnected && !text.isConnected) element.replaceWith(text)
  }
})

export default function () {
  if (window.oneBitLabTranslation) return
  window.oneBitLabTranslation = new MutationObserver(records => records.forEach(noteReplacements))
  window.oneBitLabTranslation.observe(document.body, { childList: true, subtree: true })
  tolerateReplacedTexts()
}

function noteReplacements(record) {
  for (const text of record.removedNodes) {
    if (text.nodeType !== Node.TEXT_NODE || text.isConnected) continue
    const nearby = [...record.addedNodes, record.previousSibling, record.nextSibling]
    const element = nearby.find(node => node?.nodeName === "FONT")
    if (!element) continue
    replacements.set(text, element)
    changes.observe(text, { characterData: true })
  }
}

// React removes a text, or inserts something before it, without checking that it is still on the page. This causes an
// error that empties the page. So these two functions are replaced by versions that check.
function tolerateReplacedTexts() {
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function (child) {
    if (child.parentNode === this) return removeChild.call(this, child)
    replacements.get(child)?.remove()
    return child
  }
  Node.prototype.insertBefore = function (node, before) {
    const isHere = !before || before.parentNode === this
    const element = isHere ? before : replacements.get(before)
    return insertBefore.call(this, node, element?.parentNode === this ? element : null)
  }
}
